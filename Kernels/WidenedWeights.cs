using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace NpuSim.Kernels;

/// <summary>int16 copies of packed int8 weights with the zero point subtracted, in the order in which multiply-add-adjacent instructions
/// read them.</summary>
internal static class WidenedWeights
{
    /// <summary>Copies one block of 16 output channels of dense weights to [run][pair][16][2]; what pads a run becomes 0.</summary>
    internal static void FillBlock(in PassGeometry g, in DenseRuns runs, ReadOnlySpan<sbyte> block, Span<short> target)
    {
        // With whole groups the padded order is the order of the runs, end to end.
        if (g.InChannels % WeightLayout.InputGroup == 0) Groups(block, g.WeightZero, target);
        else Elements(g, runs, block, target);
    }

    private static void Groups(ReadOnlySpan<sbyte> block, int zero, Span<short> target)
    {
        ref short from = ref MemoryMarshal.GetReference(MemoryMarshal.Cast<sbyte, short>(block));
        ref int to = ref MemoryMarshal.GetReference(MemoryMarshal.Cast<short, int>(target[..block.Length]));
        var zeros = Vector256.Create((short)zero);
        var low = Vector256.Create(0xFFFF);
        for (int i = 0; i < block.Length; i += Vector256<sbyte>.Count)
        {
            // 8 output channels with 4 values each: split bytes 0 and 1 from bytes 2 and 3.
            var values = Vector256.LoadUnsafe(ref from, (nuint)(i / 2));
            var even = (Vector256.ShiftRightArithmetic(values << 8, 8) - zeros).AsInt32();
            var odd = (Vector256.ShiftRightArithmetic(values, 8) - zeros).AsInt32();
            int group = i / WeightLayout.GroupBytes * (2 * WeightLayout.OutputBlock);
            int half = i % WeightLayout.GroupBytes / WeightLayout.InputGroup;
            ((even & low) | (odd << 16)).StoreUnsafe(ref to, (nuint)(group + half));
            (Vector256.ShiftRightLogical(even, 16) | (odd & ~low)).StoreUnsafe(ref to, (nuint)(group + WeightLayout.OutputBlock + half));
        }
    }

    private static void Elements(in PassGeometry g, in DenseRuns runs, ReadOnlySpan<sbyte> block, Span<short> target)
    {
        target[..runs.BlockElements].Clear();
        int channels = g.InChannels;
        int paddedChannels = WeightLayout.RoundUp(channels, WeightLayout.InputGroup);
        int tapsPerRun = runs.Length / channels;
        for (int tap = 0; tap < g.KernelHeight * g.KernelWidth; tap++)
        {
            int firstPair = tap / tapsPerRun * runs.Pairs;
            int firstIndex = tap % tapsPerRun * channels;
            for (int c = 0; c < channels; c++)
            {
                int index = firstIndex + c;
                int depth = tap * paddedChannels + c;
                var group = block.Slice(depth / WeightLayout.InputGroup * WeightLayout.GroupBytes, WeightLayout.GroupBytes);
                var pair = target.Slice((firstPair + index / 2) * (2 * WeightLayout.OutputBlock), 2 * WeightLayout.OutputBlock);
                Place(group, depth % WeightLayout.InputGroup, g.WeightZero, pair, index % 2);
            }
        }
    }

    /// <summary>Puts one of the 4 values of each of the 16 outputs into one half of their pairs.</summary>
    private static void Place(ReadOnlySpan<sbyte> group, int member, int zero, Span<short> pair, int half)
    {
        ref int from = ref MemoryMarshal.GetReference(MemoryMarshal.Cast<sbyte, int>(group));
        ref int to = ref MemoryMarshal.GetReference(MemoryMarshal.Cast<short, int>(pair));
        for (nuint o = 0; o < WeightLayout.OutputBlock; o += (nuint)Vector256<int>.Count)
        {
            var values = Vector256.ShiftRightArithmetic(Vector256.LoadUnsafe(ref from, o) << (24 - 8 * member), 24) - Vector256.Create(zero);
            var placed = (values & Vector256.Create(0xFFFF)) << (16 * half);
            (Vector256.LoadUnsafe(ref to, o) | placed).StoreUnsafe(ref to, o);
        }
    }
}
