using System.Runtime.InteropServices;
using NpuSim.Workloads.Compress;

namespace NpuSim.Workloads.Models;

/// <summary>Fills float32 tensors with uniform numbers in (−limit, limit): the same on every host and for every thread count.</summary>
/// <remarks>Number i of a tensor comes from bits 16·(i mod 4) on of the splitmix64 word i/4 of the tensor's own seed, so that parts can be
/// filled side by side; values are odd multiples of limit/65536.</remarks>
internal static class WeightFill
{
    private const int PerWord = 4;
    private const int WordsPerPart = 1 << 16;

    /// <summary>One tensor to fill.</summary>
    public readonly record struct Request(byte[] Data, float Limit, ulong Seed);

    public static void Run(IReadOnlyList<Request> requests)
    {
        var parts = new List<(Request Request, int FirstWord)>();
        foreach (var request in requests)
            for (var word = 0; (long)word * PerWord * sizeof(float) < request.Data.Length; word += WordsPerPart)
                parts.Add((request, word));
        Parallel.ForEach(parts, part => Fill(part.Request, part.FirstWord));
    }

    private static void Fill(Request request, int firstWord)
    {
        var all = MemoryMarshal.Cast<byte, float>(request.Data.AsSpan());
        var values = all.Slice(firstWord * PerWord, Math.Min(WordsPerPart * PerWord, all.Length - firstWord * PerWord));
        var step = request.Limit / 32768;
        var random = SplitMix64.At(request.Seed, (ulong)firstWord);
        for (var i = 0; i < values.Length; i += PerWord)
        {
            var word = random.Next();
            for (var k = i; k < Math.Min(i + PerWord, values.Length); k++, word >>= 16)
                values[k] = ((ushort)word - 32767.5f) * step;
        }
    }
}
