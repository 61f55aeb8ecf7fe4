using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace NpuSim.Kernels;

/// <summary>How the operands of a dense convolution become the int16 values that multiply-add-adjacent instructions read.</summary>
internal interface IDenseOperands
{
    /// <summary>Bytes of a weight.</summary>
    static abstract int WeightBytes { get; }

    /// <summary>Copies rows × columns pixels from (firstRow, firstColumn) of the tile, which may lie outside, to [rows × columns × InChannels].</summary>
    static abstract void FillInput(in PassGeometry g, ReadOnlySpan<byte> x, int firstRow, int firstColumn, int rows, int columns, Span<short> target);

    /// <summary>Copies one block of 16 output channels of dense weights to [run][pair][16][2]; what pads a run becomes 0.</summary>
    static abstract void FillBlock(in PassGeometry g, in DenseRuns runs, ReadOnlySpan<byte> block, Span<short> target);
}

/// <summary>int8 operands less their zero points.</summary>
internal readonly struct Int8Operands : IDenseOperands
{
    public static int WeightBytes => 1;

    public static void FillInput(in PassGeometry g, ReadOnlySpan<byte> x, int firstRow, int firstColumn, int rows, int columns, Span<short> target) =>
        WidenedInput.Fill(g, MemoryMarshal.Cast<byte, sbyte>(x), firstRow, firstColumn, rows, columns, target);

    public static void FillBlock(in PassGeometry g, in DenseRuns runs, ReadOnlySpan<byte> block, Span<short> target) =>
        WidenedWeights.FillBlock(g, runs, MemoryMarshal.Cast<byte, sbyte>(block), target);
}

/// <summary>int16 operands as they are.</summary>
internal readonly struct Int16Operands : IDenseOperands
{
    private const int GroupElements = WeightLayout.InputGroup * WeightLayout.OutputBlock;

    public static int WeightBytes => sizeof(short);

    public static void FillInput(in PassGeometry g, ReadOnlySpan<byte> x, int firstRow, int firstColumn, int rows, int columns, Span<short> target)
    {
        int channels = g.InChannels;
        for (int row = 0; row < rows; row++)
        {
            var line = target.Slice(row * columns * channels, columns * channels);
            var (from, to) = BandLine.Inside(g, firstRow + row, firstColumn, columns);
            line[..(from * channels)].Clear();
            line[(to * channels)..].Clear();
            for (int column = from; column < to; column++)
            {
                var pixel = x.Slice((firstRow + row) * g.InRowPitch + (firstColumn + column) * g.InPixelPitch, sizeof(short) * channels);
                MemoryMarshal.Cast<byte, short>(pixel).CopyTo(line[(column * channels)..]);
            }
        }
    }

    public static void FillBlock(in PassGeometry g, in DenseRuns runs, ReadOnlySpan<byte> block, Span<short> target)
    {
        var elements = MemoryMarshal.Cast<byte, short>(block);
        if (g.InChannels % WeightLayout.InputGroup == 0) Groups(elements, target);
        else Elements(g, runs, elements, target);
    }

    // A group is 16 outputs with 4 values each, two pairs: they part.
    private static void Groups(ReadOnlySpan<short> block, Span<short> target)
    {
        ref ulong from = ref MemoryMarshal.GetReference(MemoryMarshal.Cast<short, ulong>(block));
        ref uint to = ref MemoryMarshal.GetReference(MemoryMarshal.Cast<short, uint>(target[..block.Length]));
        for (int i = 0; i < block.Length / WeightLayout.InputGroup; i += 2 * Vector256<ulong>.Count)
        {
            var first = Vector256.LoadUnsafe(ref from, (nuint)i);
            var second = Vector256.LoadUnsafe(ref from, (nuint)(i + Vector256<ulong>.Count));
            int place = (i / WeightLayout.OutputBlock * 2 * WeightLayout.OutputBlock) + (i % WeightLayout.OutputBlock);
            Vector256.Narrow(first, second).StoreUnsafe(ref to, (nuint)place);
            Vector256.Narrow(first >>> 32, second >>> 32).StoreUnsafe(ref to, (nuint)(place + WeightLayout.OutputBlock));
        }
    }

    private static void Elements(in PassGeometry g, in DenseRuns runs, ReadOnlySpan<short> block, Span<short> target)
    {
        target[..runs.BlockElements].Clear();
        int tapsPerRun = runs.Length / g.InChannels, padded = WeightLayout.RoundUp(g.InChannels, WeightLayout.InputGroup);
        for (int index = 0; index < g.KernelHeight * g.KernelWidth * g.InChannels; index++)
        {
            int tap = index / g.InChannels, c = index % g.InChannels, depth = (tap * padded) + c;
            int inRun = (tap % tapsPerRun * g.InChannels) + c, pair = (tap / tapsPerRun * runs.Pairs) + (inRun / 2);
            int source = (depth / WeightLayout.InputGroup * GroupElements) + (depth % WeightLayout.InputGroup);
            for (int o = 0; o < WeightLayout.OutputBlock; o++)
                target[(pair * 2 * WeightLayout.OutputBlock) + (2 * o) + (inRun % 2)] = block[source + (o * WeightLayout.InputGroup)];
        }
    }
}

/// <summary>Which pixels of a row of a band the tile has.</summary>
internal static class BandLine
{
    /// <summary>First column inside and the one behind the last; equal where there is none.</summary>
    internal static (int From, int To) Inside(in PassGeometry g, int row, int firstColumn, int columns)
    {
        if ((uint)row >= (uint)g.InHeight) return (0, 0);
        int from = Math.Clamp(-firstColumn, 0, columns);
        return (from, Math.Clamp(g.InWidth - firstColumn, from, columns));
    }
}
