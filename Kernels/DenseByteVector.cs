using System.Buffers;

namespace NpuSim.Kernels;

/// <summary>Dense convolution that reads packed int8 weights as they are; for weights whose zero point is 0.</summary>
/// <remarks>Σ (x − z)·w = Σ x'·w − (z + offset)·Σ w with x' = x + offset as bytes. Where the tile has no pixel or channel, x' stands for
/// the zero point, so that whatever stands in the weights' padding cancels out.</remarks>
internal static unsafe class DenseByteVector
{
    private const int Pixels = DenseByteKernel.Pixels;
    private const int Block = WeightLayout.OutputBlock;

    /// <summary>Runs the pass; false where its geometry is unfit for copying and nothing was done.</summary>
    internal static bool TryRun(in PassGeometry g, ReadOnlySpan<sbyte> x, ReadOnlySpan<sbyte> w, Span<int> acc, bool accumulate)
    {
        int pitch = WeightLayout.RoundUp(g.InChannels, WeightLayout.InputGroup);
        if (ConvolutionBand.Choose(g, pitch) is not { } extents) return false;
        bool merged = g.DilationX == 1 || g.KernelWidth == 1;
        int runCount = merged ? g.KernelHeight : g.KernelHeight * g.KernelWidth;
        int groups = (merged ? g.KernelWidth * pitch : pitch) / WeightLayout.InputGroup;
        int[] offsets = ArrayPool<int>.Shared.Rent(runCount);
        int[] places = ArrayPool<int>.Shared.Rent(2 * extents.Rows * extents.Columns);
        byte[] input = ArrayPool<byte>.Shared.Rent(extents.InputRows(g) * extents.InputColumns(g) * pitch);
        fixed (int* offset = offsets, place = places, accStart = acc)
        fixed (byte* inputStart = input)
        fixed (sbyte* weightStart = w)
        {
            var pass = new Pass(g, new ByteRuns(offset, runCount, groups), inputStart, weightStart, accStart, place, accumulate);
            for (int row = 0; row < g.OutRows; row += extents.Rows)
            {
                for (int column = 0; column < g.OutCols; column += extents.Columns)
                {
                    var band = (extents with { FirstRow = row, FirstColumn = column }).Within(g);
                    ByteInput.Fill(g, x, g.InputRow(row, 0), g.InputColumn(column, 0), band.InputRows(g), band.InputColumns(g), pitch,
                        ByteDotProduct.Offset, input);
                    band.SetOffsets(g, pitch, merged, offsets);
                    band.SetPlaces(g, places);
                    for (int k = 0; k < g.OutChannels; k += Block) RunBlock(pass, band, pitch, k);
                }
            }
        }

        ArrayPool<int>.Shared.Return(offsets);
        ArrayPool<int>.Shared.Return(places);
        ArrayPool<byte>.Shared.Return(input);
        return true;
    }

    /// <summary>What all bands of a pass share.</summary>
    private readonly struct Pass(PassGeometry geometry, ByteRuns runs, byte* input, sbyte* weights, int* acc, int* places, bool accumulate)
    {
        internal readonly PassGeometry Geometry = geometry;
        internal readonly ByteRuns Runs = runs;
        internal readonly byte* Input = input;
        internal readonly sbyte* Weights = weights;
        internal readonly int* Acc = acc;
        internal readonly int* Places = places;
        internal readonly bool Accumulate = accumulate;
    }

    private static void RunBlock(in Pass pass, in ConvolutionBand band, int pitch, int firstChannel)
    {
        var g = pass.Geometry;
        int groups = pass.Runs.Count * pass.Runs.Groups;
        sbyte* weights = pass.Weights + (long)firstChannel * groups * WeightLayout.InputGroup;
        int channels = Math.Min(Block, g.OutChannels - firstChannel);
        int* correction = stackalloc int[Block];
        DenseByteKernel.Correct(weights, groups, g.InputZero + ByteDotProduct.Offset, correction);
        byte** x = stackalloc byte*[Pixels];
        int** acc = stackalloc int*[Pixels];
        int** target = stackalloc int*[Pixels];
        int* scratch = stackalloc int[Pixels * Block];
        int pixels = band.Rows * band.Columns;
        for (int first = 0; first < pixels; first += Pixels)
        {
            int count = Math.Min(Pixels, pixels - first);
            for (int i = 0; i < Pixels; i++)
            {
                // Places past the last pixel repeat it and their sums are dropped.
                int pixel = Math.Min(first + i, pixels - 1);
                x[i] = pass.Input + (nint)pass.Places[2 * pixel] * pitch;
                acc[i] = pass.Acc + (nint)pass.Places[2 * pixel + 1] * g.OutPixelPitch + firstChannel;
                target[i] = channels == Block && i < count ? acc[i] : scratch + i * Block;
            }

            bool accumulate = channels == Block && pass.Accumulate;
            RunGroup(pass.Runs, x, weights, correction, target, count, accumulate);
            for (int i = 0; channels < Block && i < count; i++) DenseTail.Copy(target[i], acc[i], channels, pass.Accumulate);
        }
    }

    private static void RunGroup(in ByteRuns runs, byte** x, sbyte* weights, int* correction, int** acc, int count, bool accumulate)
    {
        if (count > 2)
        {
            DenseByteKernel.Run(runs, x, weights, correction, acc, accumulate);
            return;
        }

        for (int i = 0; i < count; i++) DenseByteKernel.RunPixel(runs, x[i], weights, correction, acc[i], accumulate);
    }
}

/// <summary>Stores of blocks that are not whole.</summary>
internal static unsafe class DenseTail
{
    /// <summary>to[c] (+)= from[c] for the channels that exist.</summary>
    internal static void Copy(int* from, int* to, int channels, bool accumulate)
    {
        for (int c = 0; c < channels; c++) to[c] = accumulate ? to[c] + from[c] : from[c];
    }
}
