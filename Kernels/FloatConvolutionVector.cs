using System.Buffers;

namespace NpuSim.Kernels;

/// <summary>float32 convolution over bands of output pixels whose input is copied with its border of zeros.</summary>
internal static unsafe class FloatConvolutionVector<TKernel>
    where TKernel : struct, IFloatMicroKernel
{
    /// <summary>Runs the convolution; false where its geometry is unfit for copying and nothing was done.</summary>
    internal static bool TryDense(in FloatConvolutionGeometry g, ReadOnlySpan<float> x, ReadOnlySpan<float> w, ReadOnlySpan<float> bias,
        Span<float> output)
    {
        var pass = g.AsPass();
        if (ConvolutionBand.Choose(pass, sizeof(float) * g.InChannels) is not { } extents) return false;
        bool merged = g.Groups == 1 && (g.DilationX == 1 || g.KernelWidth == 1);
        int depth = g.InChannels / g.Groups;
        int runCount = merged ? g.KernelHeight : g.KernelHeight * g.KernelWidth;
        int length = merged ? g.KernelWidth * depth : depth;
        int[] offsets = ArrayPool<int>.Shared.Rent(runCount);
        float[] input = ArrayPool<float>.Shared.Rent(extents.InputRows(pass) * extents.InputColumns(pass) * g.InChannels);
        float[] panel = ArrayPool<float>.Shared.Rent(runCount * length * TKernel.Columns);
        fixed (int* offset = offsets)
        fixed (float* source = input, packed = panel, result = output)
        {
            var runs = new FloatRuns(offset, runCount, length);
            for (int row = 0; row < g.OutRows; row += extents.Rows)
            {
                for (int column = 0; column < g.OutCols; column += extents.Columns)
                {
                    var band = (extents with { FirstRow = row, FirstColumn = column }).Within(pass);
                    FloatBand.Fill(g, x, g.InputRow(row, 0), g.InputColumn(column, 0), band.InputRows(pass), band.InputColumns(pass),
                        input);
                    band.SetOffsets(pass, g.InChannels, merged, offsets);
                    RunBand(g, runs, new BandRows(g, band, source, result), band.Rows * band.Columns, w, bias, panel, packed);
                }
            }
        }

        ArrayPool<int>.Shared.Return(offsets);
        ArrayPool<float>.Shared.Return(input);
        ArrayPool<float>.Shared.Return(panel);
        return true;
    }

    private static void RunBand(in FloatConvolutionGeometry g, in FloatRuns runs, BandRows rows, int pixels, ReadOnlySpan<float> w,
        ReadOnlySpan<float> bias, Span<float> panel, float* packed)
    {
        int groupOutputs = g.OutChannels / g.Groups;
        float* start = stackalloc float[TKernel.Columns];
        for (int k = 0; k < g.OutChannels;)
        {
            int group = k / groupOutputs;
            int count = Math.Min(TKernel.Columns, (group + 1) * groupOutputs - k);
            FloatPanels<TKernel>.Pack(w[(k * runs.Depth)..], runs.Depth, 1, runs.Depth, count, panel);
            var starts = new Span<float>(start, TKernel.Columns);
            starts.Clear();
            if (!bias.IsEmpty) bias.Slice(k, count).CopyTo(starts);
            FloatPanels<TKernel>.Run(runs, pixels, rows.OfGroup(group), packed, start, k, count);
            k += count;
        }
    }

    private readonly struct BandRows(FloatConvolutionGeometry geometry, ConvolutionBand band, float* input, float* output)
        : FloatPanels<TKernel>.IRows
    {
        private readonly int inputColumns = band.InputColumns(geometry.AsPass());

        internal BandRows OfGroup(int group) => new(geometry, band, input + group * (geometry.InChannels / geometry.Groups), output);

        public float* Input(int row)
        {
            int y = row / band.Columns * geometry.StrideY;
            int x = row % band.Columns * geometry.StrideX;
            return input + (y * inputColumns + x) * geometry.InChannels;
        }

        public float* Output(int row)
        {
            int pixel = (band.FirstRow + row / band.Columns) * geometry.OutCols + band.FirstColumn + row % band.Columns;
            return output + pixel * geometry.OutChannels;
        }
    }
}
