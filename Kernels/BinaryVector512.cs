using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace NpuSim.Kernels;

/// <summary>4 pixels × 16 outputs. Four words at a time go through carry-save adders, so that only every fourth vector's bits are counted, by nibble
/// look-up; in bytes first, in int32 before a byte could overflow.</summary>
/// <remarks>Registers are written out one by one: the compiler does not keep arrays of vectors in registers. More pixels would not fit, and what
/// is spilled to the stack is not aligned.</remarks>
internal readonly unsafe struct BinaryVector512 : IBinaryMicroKernel
{
    private const int Outputs = WeightLayout.OutputBlock;

    // Four words add at most 8 fours to a byte, a single one at most 8.
    private const int WordsPerFlush = 4 * 31;

    // Of three bits: whether an odd number is set, and whether two are.
    internal const byte Parity = 0x96;
    internal const byte Majority = 0xE8;

    public static int Pixels => 4;

    public static void Run(in BinaryRuns runs, uint** x, uint* w, int** counts)
    {
        Vector512<int> a = default, b = default, c = default, d = default;
        Vector512<uint> aOnes = default, aTwos = default;
        Vector512<uint> bOnes = default, bTwos = default;
        Vector512<uint> cOnes = default, cTwos = default;
        Vector512<uint> dOnes = default, dTwos = default;
        for (int run = 0; run < runs.Count; run++)
        {
            int offset = runs.Offsets[run];
            uint* x0 = x[0] + offset, x1 = x[1] + offset, x2 = x[2] + offset, x3 = x[3] + offset;
            for (int start = 0; start < runs.Length; start += WordsPerFlush)
            {
                int word = start, end = Math.Min(start + WordsPerFlush, runs.Length);
                Vector512<byte> aFours = default, aLoose = default;
                Vector512<byte> bFours = default, bLoose = default;
                Vector512<byte> cFours = default, cLoose = default;
                Vector512<byte> dFours = default, dLoose = default;
                for (; word <= end - 4; word += 4, w += 4 * Outputs)
                {
                    var w0 = Vector512.Load(w);
                    var w1 = Vector512.Load(w + Outputs);
                    var w2 = Vector512.Load(w + (2 * Outputs));
                    var w3 = Vector512.Load(w + (3 * Outputs));
                    var a0 = Vector512.Create(x0[word]) ^ w0;
                    var a1 = Vector512.Create(x0[word + 1]) ^ w1;
                    var a2 = Vector512.Create(x0[word + 2]) ^ w2;
                    var a3 = Vector512.Create(x0[word + 3]) ^ w3;
                    var aFirst = Avx512F.TernaryLogic(aOnes, a0, a1, Majority);
                    aOnes = Avx512F.TernaryLogic(aOnes, a0, a1, Parity);
                    var aSecond = Avx512F.TernaryLogic(aOnes, a2, a3, Majority);
                    aOnes = Avx512F.TernaryLogic(aOnes, a2, a3, Parity);
                    aFours += Bits(Avx512F.TernaryLogic(aTwos, aFirst, aSecond, Majority));
                    aTwos = Avx512F.TernaryLogic(aTwos, aFirst, aSecond, Parity);
                    var b0 = Vector512.Create(x1[word]) ^ w0;
                    var b1 = Vector512.Create(x1[word + 1]) ^ w1;
                    var b2 = Vector512.Create(x1[word + 2]) ^ w2;
                    var b3 = Vector512.Create(x1[word + 3]) ^ w3;
                    var bFirst = Avx512F.TernaryLogic(bOnes, b0, b1, Majority);
                    bOnes = Avx512F.TernaryLogic(bOnes, b0, b1, Parity);
                    var bSecond = Avx512F.TernaryLogic(bOnes, b2, b3, Majority);
                    bOnes = Avx512F.TernaryLogic(bOnes, b2, b3, Parity);
                    bFours += Bits(Avx512F.TernaryLogic(bTwos, bFirst, bSecond, Majority));
                    bTwos = Avx512F.TernaryLogic(bTwos, bFirst, bSecond, Parity);
                    var c0 = Vector512.Create(x2[word]) ^ w0;
                    var c1 = Vector512.Create(x2[word + 1]) ^ w1;
                    var c2 = Vector512.Create(x2[word + 2]) ^ w2;
                    var c3 = Vector512.Create(x2[word + 3]) ^ w3;
                    var cFirst = Avx512F.TernaryLogic(cOnes, c0, c1, Majority);
                    cOnes = Avx512F.TernaryLogic(cOnes, c0, c1, Parity);
                    var cSecond = Avx512F.TernaryLogic(cOnes, c2, c3, Majority);
                    cOnes = Avx512F.TernaryLogic(cOnes, c2, c3, Parity);
                    cFours += Bits(Avx512F.TernaryLogic(cTwos, cFirst, cSecond, Majority));
                    cTwos = Avx512F.TernaryLogic(cTwos, cFirst, cSecond, Parity);
                    var d0 = Vector512.Create(x3[word]) ^ w0;
                    var d1 = Vector512.Create(x3[word + 1]) ^ w1;
                    var d2 = Vector512.Create(x3[word + 2]) ^ w2;
                    var d3 = Vector512.Create(x3[word + 3]) ^ w3;
                    var dFirst = Avx512F.TernaryLogic(dOnes, d0, d1, Majority);
                    dOnes = Avx512F.TernaryLogic(dOnes, d0, d1, Parity);
                    var dSecond = Avx512F.TernaryLogic(dOnes, d2, d3, Majority);
                    dOnes = Avx512F.TernaryLogic(dOnes, d2, d3, Parity);
                    dFours += Bits(Avx512F.TernaryLogic(dTwos, dFirst, dSecond, Majority));
                    dTwos = Avx512F.TernaryLogic(dTwos, dFirst, dSecond, Parity);
                }

                for (; word < end; word++, w += Outputs)
                {
                    var weights = Vector512.Load(w);
                    aLoose += Bits(Vector512.Create(x0[word]) ^ weights);
                    bLoose += Bits(Vector512.Create(x1[word]) ^ weights);
                    cLoose += Bits(Vector512.Create(x2[word]) ^ weights);
                    dLoose += Bits(Vector512.Create(x3[word]) ^ weights);
                }

                a += Words(aFours, 4) + Words(aLoose);
                b += Words(bFours, 4) + Words(bLoose);
                c += Words(cFours, 4) + Words(cLoose);
                d += Words(dFours, 4) + Words(dLoose);
            }
        }

        (a + Words(Ones(aOnes, aTwos))).Store(counts[0]);
        (b + Words(Ones(bOnes, bTwos))).Store(counts[1]);
        (c + Words(Ones(cOnes, cTwos))).Store(counts[2]);
        (d + Words(Ones(dOnes, dTwos))).Store(counts[3]);
    }

    // Set bits of every byte.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector512<byte> Bits(Vector512<uint> words)
    {
        var table = Vector512.Create(Vector256.Create(Vector128.Create((byte)0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4)));
        var nibble = Vector512.Create((byte)15);
        return Avx512BW.Shuffle(table, words.AsByte() & nibble) + Avx512BW.Shuffle(table, (words >>> 4).AsByte() & nibble);
    }

    // Set bits of every byte, those of twos counted twice.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<byte> Ones(Vector512<uint> ones, Vector512<uint> twos)
    {
        var count = Bits(twos);
        return count + count + Bits(ones);
    }

    // The four bytes of every word, each at most 248, added up and multiplied by a weight of at most 4.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<int> Words(Vector512<byte> bytes, sbyte weight = 1) =>
        Avx512BW.MultiplyAddAdjacent(Avx512BW.MultiplyAddAdjacent(bytes, Vector512.Create(weight)), Vector512<short>.One);
}
