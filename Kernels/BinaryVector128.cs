using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace NpuSim.Kernels;

/// <summary>1 pixel × 16 outputs: bits are counted by nibble look-up, in bytes first, in int32 before a byte could overflow.</summary>
/// <remarks>Registers are written out one by one: the compiler does not keep arrays of vectors in registers.</remarks>
internal readonly unsafe struct BinaryVector128 : IBinaryMicroKernel
{
    // A word adds at most 8 to a byte.
    private const int WordsPerFlush = 31;

    public static int Pixels => 1;

    public static void Run(in BinaryRuns runs, uint** x, uint* w, int** counts)
    {
        Vector128<int> a0 = default, a1 = default, a2 = default, a3 = default;
        for (int run = 0; run < runs.Count; run++)
        {
            int offset = runs.Offsets[run];
            uint* x0 = x[0] + offset;
            for (int start = 0; start < runs.Length; start += WordsPerFlush)
            {
                int end = Math.Min(start + WordsPerFlush, runs.Length);
                Vector128<byte> a0b = default, a1b = default, a2b = default, a3b = default;
                for (int word = start; word < end; word++, w += WeightLayout.OutputBlock)
                {
                    var w0 = Vector128.Load(w);
                    var w1 = Vector128.Load(w + 4);
                    var w2 = Vector128.Load(w + 8);
                    var w3 = Vector128.Load(w + 12);
                    var v0 = Vector128.Create(x0[word]);
                    a0b += Bits(v0 ^ w0);
                    a1b += Bits(v0 ^ w1);
                    a2b += Bits(v0 ^ w2);
                    a3b += Bits(v0 ^ w3);
                }

                a0 += Words(a0b);
                a1 += Words(a1b);
                a2 += Words(a2b);
                a3 += Words(a3b);
            }
        }

        a0.Store(counts[0]);
        a1.Store(counts[0] + 4);
        a2.Store(counts[0] + 8);
        a3.Store(counts[0] + 12);
    }

    // Set bits of every byte.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector128<byte> Bits(Vector128<uint> words)
    {
        var table = Vector128.Create((byte)0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4);
        var nibble = Vector128.Create((byte)15);
        var bytes = words.AsByte();
        return Vector128.Shuffle(table, bytes & nibble) + Vector128.Shuffle(table, (words >>> 4).AsByte() & nibble);
    }

    // The four bytes of every word, added up.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<int> Words(Vector128<byte> bytes)
    {
        var words = bytes.AsUInt32();
        var low = Vector128.Create(0x00FF_00FFu);
        var pairs = (words & low) + ((words >>> 8) & low);
        return ((pairs & Vector128.Create(0xFFFFu)) + (pairs >>> 16)).AsInt32();
    }
}
