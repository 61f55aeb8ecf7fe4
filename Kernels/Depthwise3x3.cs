using System.Buffers;

namespace NpuSim.Kernels;

/// <summary>3×3 depthwise convolution: output row by output row over the three input rows under it, whose bytes are copied next to one
/// another with the zero point where the tile has no pixel.</summary>
/// <remarks>Σ (x − z)·w = Σ x·w − z·Σ w: bytes are widened as they are, and sums start from the second term. Sums of two products of int8 and
/// of int16 in −255 … 255 are exact in int32, so the result is the scalar one modulo 2^32 in whatever order.</remarks>
internal static unsafe class Depthwise3x3
{
    private const int Block = WeightLayout.OutputBlock;

    /// <summary>Vectors are loaded whole, so they reach past the last pixel's last channel.</summary>
    private const int Overrun = 32;

    /// <summary>Whether a pass has such a kernel.</summary>
    internal static bool Fits(in PassGeometry g) => g.KernelHeight == 3 && g.KernelWidth == 3;

    /// <summary>Runs the pass; false where its geometry is unfit for copying and nothing was done.</summary>
    internal static bool TryRun(SimdLevel level, in PassGeometry g, ReadOnlySpan<sbyte> x, ReadOnlySpan<sbyte> w, Span<int> acc,
        bool accumulate)
    {
        int pitch = ByteInput.RepeatedPitch(g);
        if (ConvolutionBand.Choose(g, pitch) is not { } extents) return false;
        var strip = extents with { Rows = 1 };
        int channels = WeightLayout.RoundUp(g.OutChannels, Block);
        byte[] input = ArrayPool<byte>.Shared.Rent(strip.InputRows(g) * strip.InputColumns(g) * pitch + Overrun + CacheLine.Bytes);
        short[] weights = ArrayPool<short>.Shared.Rent(DepthwiseWeights.Place(channels) + CacheLine.Bytes / sizeof(short));
        int[] starts = ArrayPool<int>.Shared.Rent(channels + CacheLine.Bytes / sizeof(int));
        int[] tail = ArrayPool<int>.Shared.Rent(strip.Columns * Block);
        fixed (int* startsStart = starts, tailStart = tail, accStart = acc)
        fixed (byte* inputStart = input)
        fixed (short* weightStart = weights)
        fixed (sbyte* packed = w)
        {
            int* start = (int*)CacheLine.Next(startsStart);
            short* weight = (short*)CacheLine.Next(weightStart);
            DepthwiseWeights.Fill(packed, channels, g.WeightZero, g.InputZero, weight, start);
            var operands = new DepthwiseOperands(weight, start, g.OutPixelPitch, accumulate);
            var pass = new Pass(level, g, pitch, (byte*)CacheLine.Next(inputStart), operands, tailStart, accStart);
            for (int column = 0; column < g.OutCols; column += strip.Columns)
                RunStrip(pass, (strip with { FirstColumn = column }).Within(g), x);
        }

        ArrayPool<byte>.Shared.Return(input);
        ArrayPool<short>.Shared.Return(weights);
        ArrayPool<int>.Shared.Return(starts);
        ArrayPool<int>.Shared.Return(tail);
        return true;
    }

    /// <summary>What all rows of a pass share.</summary>
    private readonly struct Pass(SimdLevel level, PassGeometry geometry, int pitch, byte* input, DepthwiseOperands operands, int* tail, int* acc)
    {
        internal readonly SimdLevel Level = level;
        internal readonly PassGeometry Geometry = geometry;
        internal readonly int Pitch = pitch;
        internal readonly byte* Input = input;
        internal readonly DepthwiseOperands Operands = operands;
        internal readonly int* Tail = tail;
        internal readonly int* Acc = acc;
    }

    /// <summary>Some columns of all rows. Input row n, counted from the first that the pass reads, stands at place n modulo the rows
    /// that an output row spans.</summary>
    private static void RunStrip(in Pass pass, in ConvolutionBand strip, ReadOnlySpan<sbyte> x)
    {
        ref readonly var g = ref pass.Geometry;
        int columns = strip.InputColumns(g), places = strip.InputRows(g), rowBytes = columns * pass.Pitch;
        int filled = 0;
        for (int row = 0; row < g.OutRows; row++)
        {
            int first = row * g.StrideY;
            for (int n = Math.Max(first, filled); n < first + places; n++)
                ByteInput.FillRepeated(g, x, n - g.PadTop, g.InputColumn(strip.FirstColumn, 0), columns, pass.Pitch,
                    new Span<byte>(pass.Input + (nint)(n % places) * rowBytes, rowBytes));
            filled = first + places;
            nint top = (nint)(first % places) * rowBytes;
            var rows = new DepthwiseRow
            {
                Input = (sbyte*)pass.Input + top,
                Output = pass.Acc + ((nint)row * g.OutCols + strip.FirstColumn) * g.OutPixelPitch,
                Middle = (nint)((first + g.DilationY) % places) * rowBytes - top,
                Bottom = (nint)((first + 2 * g.DilationY) % places) * rowBytes - top,
                Tap = (nint)g.DilationX * pass.Pitch,
                Stride = g.DilationX == 1 ? g.StrideX : 0,
                Step = (nint)g.StrideX * pass.Pitch,
                Pixels = strip.Columns,
            };
            RunRow(pass, rows);
        }
    }

    private static void RunRow(in Pass pass, in DepthwiseRow row)
    {
        int channels = pass.Geometry.OutChannels, k = 0;
        switch (pass.Level)
        {
            case SimdLevel.Vector128:
                k = DepthwiseSlide<DepthwiseLanes128, DepthwisePairs128, DepthwiseSums128>.Run(row, pass.Operands, k, channels);
                RunTail<DepthwiseLanes128, DepthwisePairs128, DepthwiseSums128>(pass, row, k);
                return;
            case SimdLevel.Vector512:
                k = DepthwiseSlide<DepthwiseLanes512, DepthwisePairs512, DepthwiseSums512>.Run(row, pass.Operands, k, channels);
                break;
        }

        k = DepthwiseSlide<DepthwiseLanes256, DepthwisePairs256, DepthwiseSums256>.Run(row, pass.Operands, k, channels);
        RunTail<DepthwiseLanes256, DepthwisePairs256, DepthwiseSums256>(pass, row, k);
    }

    /// <summary>The channels from k on, which do not fill the lanes.</summary>
    private static void RunTail<TLanes, TPairs, TSums>(in Pass pass, in DepthwiseRow row, int k)
        where TLanes : struct, IDepthwiseLanes<TPairs, TSums>
        where TPairs : struct
        where TSums : struct
    {
        ref readonly var g = ref pass.Geometry;
        if (k >= g.OutChannels) return;
        var operands = new DepthwiseOperands(pass.Operands.Weights, pass.Operands.Starts, TLanes.Channels, accumulate: false);
        DepthwiseSlide<TLanes, TPairs, TSums>.Run(row with { Output = pass.Tail - k }, operands, k, k + TLanes.Channels);
        for (int pixel = 0; pixel < row.Pixels; pixel++)
            DenseTail.Copy(pass.Tail + (nint)pixel * TLanes.Channels, row.Output + pixel * pass.Operands.Pitch + k, g.OutChannels - k,
                pass.Operands.Accumulate);
    }
}
