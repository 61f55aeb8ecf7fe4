using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace NpuSim.Kernels;

/// <summary>2 pixels × 16 outputs: bits are counted by nibble look-up, in bytes first, in int32 before a byte could overflow.</summary>
/// <remarks>Registers are written out one by one: the compiler does not keep arrays of vectors in registers.</remarks>
internal readonly unsafe struct BinaryVector256 : IBinaryMicroKernel
{
    // A word adds at most 8 to a byte.
    private const int WordsPerFlush = 31;

    public static int Pixels => 2;

    public static void Run(in BinaryRuns runs, uint** x, uint* w, int** counts)
    {
        Vector256<int> a0 = default, a1 = default;
        Vector256<int> b0 = default, b1 = default;
        for (int run = 0; run < runs.Count; run++)
        {
            int offset = runs.Offsets[run];
            uint* x0 = x[0] + offset, x1 = x[1] + offset;
            for (int start = 0; start < runs.Length; start += WordsPerFlush)
            {
                int end = Math.Min(start + WordsPerFlush, runs.Length);
                Vector256<byte> a0b = default, a1b = default;
                Vector256<byte> b0b = default, b1b = default;
                for (int word = start; word < end; word++, w += WeightLayout.OutputBlock)
                {
                    var w0 = Vector256.Load(w);
                    var w1 = Vector256.Load(w + 8);
                    var v0 = Vector256.Create(x0[word]);
                    a0b += Bits(v0 ^ w0);
                    a1b += Bits(v0 ^ w1);
                    var v1 = Vector256.Create(x1[word]);
                    b0b += Bits(v1 ^ w0);
                    b1b += Bits(v1 ^ w1);
                }

                a0 += Words(a0b);
                a1 += Words(a1b);
                b0 += Words(b0b);
                b1 += Words(b1b);
            }
        }

        a0.Store(counts[0]);
        a1.Store(counts[0] + 8);
        b0.Store(counts[1]);
        b1.Store(counts[1] + 8);
    }

    // Set bits of every byte.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector256<byte> Bits(Vector256<uint> words)
    {
        var table = Vector256.Create(Vector128.Create((byte)0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4));
        var nibble = Vector256.Create((byte)15);
        var bytes = words.AsByte();
        return Avx2.Shuffle(table, bytes & nibble) + Avx2.Shuffle(table, (words >>> 4).AsByte() & nibble);
    }

    // The four bytes of every word, each at most 248, added up.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Words(Vector256<byte> bytes) =>
        Avx2.MultiplyAddAdjacent(Avx2.MultiplyAddAdjacent(bytes, Vector256<sbyte>.One), Vector256<short>.One);
}
