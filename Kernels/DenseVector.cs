using System.Buffers;

namespace NpuSim.Kernels;

/// <summary>Dense convolution on widened operands: band by band of output pixels, block by block of output channels.</summary>
/// <remarks>int16 operands hold x − InputZero and w − WeightZero exactly, and multiply-add-adjacent sums two products in int32 exactly, so
/// the result is the scalar one modulo 2^32 in whatever order.</remarks>
internal static unsafe class DenseVector<TKernel, TOperands>
    where TKernel : struct, IDenseMicroKernel
    where TOperands : struct, IDenseOperands
{
    /// <summary>Runs the pass; false where its geometry is unfit for copying and nothing was done.</summary>
    internal static bool TryRun(
        in PassGeometry g, ReadOnlySpan<byte> x, ReadOnlySpan<byte> w, Span<int> acc, bool accumulate, in WeightsMark mark)
    {
        if (ConvolutionBand.Choose(g, sizeof(short) * g.InChannels) is not { } extents) return false;
        bool merged = g.DilationX == 1 || g.KernelWidth == 1;
        int runCount = merged ? g.KernelHeight : g.KernelHeight * g.KernelWidth;
        int length = merged ? g.KernelWidth * g.InChannels : g.InChannels;
        int[] offsets = ArrayPool<int>.Shared.Rent(runCount);
        int[] places = ArrayPool<int>.Shared.Rent(2 * extents.Rows * extents.Columns);
        short[] input = ArrayPool<short>.Shared.Rent(extents.InputRows(g) * extents.InputColumns(g) * g.InChannels + 1);
        int blockElements = runCount * ((length + 1) / 2) * 2 * WeightLayout.OutputBlock;
        var kept = KeptWeights.Of(mark, g, TOperands.WeightBytes, (long)Blocks(g) * blockElements);
        short[] weights = kept?.Elements ?? ArrayPool<short>.Shared.Rent(TKernel.Blocks * blockElements);
        fixed (int* offset = offsets, place = places)
        fixed (short* inputStart = input, weightStart = weights)
        fixed (int* accStart = acc)
        {
            var pass = new Pass(g, new DenseRuns(offset, runCount, length), inputStart, weightStart, accStart, place, accumulate, kept);
            for (int row = 0; row < g.OutRows; row += extents.Rows)
            {
                for (int column = 0; column < g.OutCols; column += extents.Columns)
                {
                    var band = (extents with { FirstRow = row, FirstColumn = column }).Within(g);
                    TOperands.FillInput(g, x, g.InputRow(row, 0), g.InputColumn(column, 0), band.InputRows(g), band.InputColumns(g), input);
                    band.SetOffsets(g, g.InChannels, merged, offsets);
                    band.SetPlaces(g, places);
                    RunBand(pass, band, w, weights);
                }
            }
        }

        ArrayPool<int>.Shared.Return(offsets);
        ArrayPool<int>.Shared.Return(places);
        ArrayPool<short>.Shared.Return(input);
        if (kept is null) ArrayPool<short>.Shared.Return(weights);
        return true;
    }

    /// <summary>What all bands of a pass share.</summary>
    private readonly struct Pass(
        PassGeometry geometry, DenseRuns runs, short* input, short* weights, int* acc, int* places, bool accumulate, KeptWeights? kept)
    {
        internal readonly PassGeometry Geometry = geometry;
        internal readonly DenseRuns Runs = runs;
        internal readonly short* Input = input;
        internal readonly short* Weights = weights;
        internal readonly int* Acc = acc;
        internal readonly int* Places = places;
        internal readonly bool Accumulate = accumulate;
        // Where null, weights has room for the blocks of one step, else for all of them.
        internal readonly KeptWeights? Kept = kept;
    }

    private static void RunBand(in Pass pass, in ConvolutionBand band, ReadOnlySpan<byte> w, Span<short> weights)
    {
        var g = pass.Geometry;
        int blockBytes = WeightLayout.PaddedDepth(g.KernelHeight, g.KernelWidth, g.InChannels) * WeightLayout.OutputBlock * TOperands.WeightBytes;
        int blocks = Blocks(g);
        bool isFilled = pass.Kept is { IsFilled: true };
        for (int block = 0; block < blocks; block += TKernel.Blocks)
        {
            int count = Math.Min(TKernel.Blocks, blocks - block), first = pass.Kept is null ? 0 : block * pass.Runs.BlockElements;
            for (int i = 0; i < count && !isFilled; i++)
                TOperands.FillBlock(g, pass.Runs, w.Slice((block + i) * blockBytes, blockBytes),
                    weights[(first + i * pass.Runs.BlockElements)..]);
            RunBlocks(pass, band, pass.Weights + first, block * WeightLayout.OutputBlock, count);
        }

        if (pass.Kept is not null) pass.Kept.IsFilled = true;
    }

    private static int Blocks(in PassGeometry g) => (g.OutChannels + WeightLayout.OutputBlock - 1) / WeightLayout.OutputBlock;

    private static void RunBlocks(in Pass pass, in ConvolutionBand band, short* weights, int firstChannel, int blocks)
    {
        var g = pass.Geometry;
        int channels = Math.Min(blocks * WeightLayout.OutputBlock, g.OutChannels - firstChannel);
        bool whole = channels == blocks * WeightLayout.OutputBlock;
        int pixels = band.Rows * band.Columns;
        short** x = stackalloc short*[TKernel.Pixels];
        int** acc = stackalloc int*[TKernel.Pixels];
        int** apart = stackalloc int*[TKernel.Pixels];
        int* scratch = stackalloc int[TKernel.Pixels * TKernel.Blocks * WeightLayout.OutputBlock];
        short* input = pass.Input;
        int* places = pass.Places, sums = pass.Acc + firstChannel;
        var (inPitch, outPitch) = (g.InChannels, g.OutPixelPitch);
        for (int first = 0; first < pixels; first += TKernel.Pixels)
        {
            int count = Math.Min(TKernel.Pixels, pixels - first);
            for (int i = 0; i < TKernel.Pixels; i++)
            {
                // Places past the last pixel repeat it and their sums are dropped.
                int* place = places + 2 * Math.Min(first + i, pixels - 1);
                x[i] = input + (nint)place[0] * inPitch;
                acc[i] = sums + (nint)place[1] * outPitch;
            }

            int** target = acc;
            if (!whole || count < TKernel.Pixels)
            {
                target = apart;
                for (int i = 0; i < TKernel.Pixels; i++)
                    target[i] = whole && i < count ? acc[i] : scratch + i * blocks * WeightLayout.OutputBlock;
            }

            RunGroup(pass, x, weights, target, count, blocks, whole && pass.Accumulate);
            for (int i = 0; !whole && i < count; i++) DenseTail.Copy(target[i], acc[i], channels, pass.Accumulate);
        }
    }

    private static void RunGroup(in Pass pass, short** x, short* weights, int** acc, int count, int blocks, bool accumulate)
    {
        if (count * 2 <= TKernel.Pixels)
        {
            for (int i = 0; i < count * blocks; i++)
            {
                int block = i % blocks;
                TKernel.RunPixel(pass.Runs, x[i / blocks], weights + block * pass.Runs.BlockElements,
                    acc[i / blocks] + block * WeightLayout.OutputBlock, accumulate);
            }

            return;
        }

        if (blocks == TKernel.Blocks) TKernel.Run(pass.Runs, x, weights, acc, accumulate);
        else TKernel.RunBlock(pass.Runs, x, weights, acc, accumulate);
    }
}
