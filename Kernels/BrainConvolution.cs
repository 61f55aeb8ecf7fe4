using System.Buffers;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace NpuSim.Kernels;

/// <summary>bfloat16 convolution: bands of activations and panels of weights become float32, exactly, and the float32 kernels do the rest.</summary>
internal static unsafe class BrainConvolution<TKernel>
    where TKernel : struct, IFloatMicroKernel
{
    /// <summary>Runs the pass; false where its geometry is unfit for copying and nothing was done.</summary>
    internal static bool TryRun(in PassGeometry g, ReadOnlySpan<byte> x, ReadOnlySpan<byte> w, Span<float> acc, bool accumulate)
    {
        if (ConvolutionBand.Choose(g, sizeof(float) * g.InChannels) is not { } extents) return false;
        bool merged = g.DilationX == 1 || g.KernelWidth == 1;
        int runCount = merged ? g.KernelHeight : g.KernelHeight * g.KernelWidth, length = merged ? g.KernelWidth * g.InChannels : g.InChannels;
        int[] offsets = ArrayPool<int>.Shared.Rent(runCount);
        float[] input = ArrayPool<float>.Shared.Rent(extents.InputRows(g) * extents.InputColumns(g) * g.InChannels);
        float[] panel = ArrayPool<float>.Shared.Rent(runCount * length * TKernel.Columns);
        fixed (int* offset = offsets)
        fixed (float* source = input, packed = panel, result = acc)
        {
            var runs = new FloatRuns(offset, runCount, length);
            for (int row = 0; row < g.OutRows; row += extents.Rows)
            {
                for (int column = 0; column < g.OutCols; column += extents.Columns)
                {
                    var band = (extents with { FirstRow = row, FirstColumn = column }).Within(g);
                    FillInput(g, x, band, input);
                    band.SetOffsets(g, g.InChannels, merged, offsets);
                    RunBand(g, runs, new BandRows(g, band, source, result), band.Rows * band.Columns, w, panel, packed, accumulate);
                }
            }
        }

        for (int pixel = 0; pixel < g.OutRows * g.OutCols; pixel++) BrainFloat.MakeNaNsQuiet(acc.Slice(pixel * g.OutPixelPitch, g.OutChannels));
        ArrayPool<int>.Shared.Return(offsets);
        ArrayPool<float>.Shared.Return(input);
        ArrayPool<float>.Shared.Return(panel);
        return true;
    }

    private static void FillInput(in PassGeometry g, ReadOnlySpan<byte> x, in ConvolutionBand band, Span<float> input)
    {
        int channels = g.InChannels, columns = band.InputColumns(g), firstColumn = g.InputColumn(band.FirstColumn, 0);
        for (int row = 0; row < band.InputRows(g); row++)
        {
            var line = input.Slice(row * columns * channels, columns * channels);
            int iy = g.InputRow(band.FirstRow, 0) + row;
            var (from, to) = BandLine.Inside(g, iy, firstColumn, columns);
            line[..(from * channels)].Clear();
            line[(to * channels)..].Clear();
            for (int column = from; column < to; column++)
            {
                var pixel = x.Slice(iy * g.InRowPitch + (firstColumn + column) * g.InPixelPitch, sizeof(ushort) * channels);
                BrainFloat.Widen(pixel, line.Slice(column * channels, channels));
            }
        }
    }

    private static void RunBand(
        in PassGeometry g, in FloatRuns runs, BandRows rows, int pixels, ReadOnlySpan<byte> w, Span<float> panel, float* packed, bool accumulate)
    {
        float* zeros = stackalloc float[TKernel.Columns];
        new Span<float>(zeros, TKernel.Columns).Clear();
        for (int k = 0; k < g.OutChannels; k += TKernel.Columns)
        {
            int count = Math.Min(TKernel.Columns, g.OutChannels - k);
            for (int column = 0; column < count; column += 8) FillPanel(g, w, k + column, panel[column..]);
            FloatPanels<TKernel>.Run(runs, pixels, rows, packed, accumulate ? null : zeros, k, count);
        }
    }

    // 8 output channels of the dense order, into 8 columns of a panel [reduction index × Columns].
    private static void FillPanel(in PassGeometry g, ReadOnlySpan<byte> w, int k, Span<float> panel)
    {
        const int Group = WeightLayout.InputGroup;
        int groups = (g.InChannels + Group - 1) / Group, blockBytes = WeightLayout.PaddedDepth(g.KernelHeight, g.KernelWidth, g.InChannels) * WeightLayout.OutputBlock * sizeof(ushort);
        var block = MemoryMarshal.Cast<byte, ulong>(w.Slice(k / WeightLayout.OutputBlock * blockBytes, blockBytes));
        ref ulong from = ref MemoryMarshal.GetReference(block);
        ref float to = ref MemoryMarshal.GetReference(panel);
        int row = 0;
        for (int tap = 0; tap < g.KernelHeight * g.KernelWidth; tap++)
        {
            for (int c = 0; c < g.InChannels; c += Group)
            {
                nuint place = (nuint)((((tap * groups) + (c / Group)) * WeightLayout.OutputBlock) + (k % WeightLayout.OutputBlock));
                var first = Vector256.LoadUnsafe(ref from, place);
                var second = Vector256.LoadUnsafe(ref from, place + (nuint)Vector256<ulong>.Count);
                int left = Math.Min(Group, g.InChannels - c);
                for (int i = 0; i < left; i++, row++)
                {
                    (Vector256.Narrow(first, second) << 16).AsSingle().StoreUnsafe(ref to, (nuint)(row * TKernel.Columns));
                    (first, second) = (first >>> 16, second >>> 16);
                }
            }
        }
    }

    private readonly struct BandRows(PassGeometry geometry, ConvolutionBand band, float* input, float* output) : FloatPanels<TKernel>.IRows
    {
        private readonly int _inputColumns = band.InputColumns(geometry);

        public float* Input(int row)
        {
            var (y, x) = Math.DivRem(row, band.Columns);
            return input + (nint)(y * geometry.StrideY * _inputColumns + x * geometry.StrideX) * geometry.InChannels;
        }

        public float* Output(int row)
        {
            var (y, x) = Math.DivRem(row, band.Columns);
            int pixel = (band.FirstRow + y) * geometry.OutCols + band.FirstColumn + x;
            return output + (nint)pixel * geometry.OutPixelPitch;
        }
    }
}
