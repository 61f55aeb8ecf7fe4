using System.Buffers;

namespace NpuSim.Kernels;

/// <summary>3×3 depthwise convolution: output row by output row over the three input rows under it. Where the tile lacks pixels, their
/// bytes are copied next to one another and the zero point stands for what is missing; in the middle of wide tiles they are read in
/// place.</summary>
/// <remarks>Σ (x − z)·w = Σ x·w − z·Σ w: bytes are widened as they are, and sums start from the second term. Sums of two products of int8
/// and of int16 in −255 … 255 are exact in int32, so the result is the scalar one modulo 2^32 in whatever order.</remarks>
internal static unsafe class Depthwise3x3
{
    private const int Block = WeightLayout.OutputBlock;

    /// <summary>Channels past the last whole vector are loaded as one, which reaches past the last pixel.</summary>
    private const int Overrun = 32;

    /// <summary>Fewer columns are not worth leaving the others to a pass of their own.</summary>
    private const int FewestInPlace = 32;

    /// <summary>Whether a pass has such a kernel.</summary>
    internal static bool Fits(in PassGeometry g) => g.KernelHeight == 3 && g.KernelWidth == 3;

    /// <summary>Runs the pass; false where its geometry is unfit for copying and nothing was done.</summary>
    internal static bool TryRun(SimdLevel level, in PassGeometry g, ReadOnlySpan<sbyte> x, ReadOnlySpan<sbyte> w, Span<int> acc,
        bool accumulate)
    {
        int pitch = ByteInput.RepeatedPitch(g);
        if (ConvolutionBand.Choose(g, pitch) is not { } extents) return false;
        var strip = extents with { Rows = 1 };
        var (from, to) = InPlace(g);
        int copied = strip.InputRows(g) * strip.InputColumns(g) * pitch, missing = from < to ? MissingRowBytes(g, from, to) : 0;
        int channels = WeightLayout.RoundUp(g.OutChannels, Block);
        byte[] input = ArrayPool<byte>.Shared.Rent(Math.Max(copied, missing) + Overrun + CacheLine.Bytes);
        short[] weights = ArrayPool<short>.Shared.Rent(DepthwiseWeights.Elements(channels) + CacheLine.Bytes / sizeof(short));
        int[] starts = ArrayPool<int>.Shared.Rent(channels + CacheLine.Bytes / sizeof(int));
        int[] tail = ArrayPool<int>.Shared.Rent(strip.Columns * Block);
        fixed (int* startsStart = starts, tailStart = tail, accStart = acc)
        fixed (byte* inputStart = input)
        fixed (short* weightsStart = weights)
        fixed (sbyte* packed = w, tile = x)
        {
            int* start = (int*)CacheLine.Next(startsStart);
            short* widened = (short*)CacheLine.Next(weightsStart);
            if (UsesBytes(level, g)) DepthwiseByteWeights.Fill(packed, channels, g.InputZero, widened, start);
            else DepthwiseWeights.Fill(packed, channels, g.WeightZero, g.InputZero, widened, start);
            var operands = new DepthwiseOperands(widened, start, g.OutPixelPitch, accumulate);
            var pass = new Pass(level, g, pitch, (byte*)CacheLine.Next(inputStart), operands, tailStart, accStart);
            for (int column = 0; column < from; column += strip.Columns) RunCopied(pass, strip, column, from, x);
            for (int column = to; column < g.OutCols; column += strip.Columns) RunCopied(pass, strip, column, g.OutCols, x);
            if (from < to) RunInPlace(pass, from, to, tile);
        }

        ArrayPool<byte>.Shared.Return(input);
        ArrayPool<short>.Shared.Return(weights);
        ArrayPool<int>.Shared.Return(starts);
        ArrayPool<int>.Shared.Return(tail);
        return true;
    }

    /// <summary>Whether products are taken on bytes, which have no room for a weight less its zero point.</summary>
    private static bool UsesBytes(SimdLevel level, in PassGeometry g) => level == SimdLevel.AvxVnni && g.WeightZero == 0;

    /// <summary>What all rows of a pass share.</summary>
    private readonly struct Pass(SimdLevel level, PassGeometry geometry, int pitch, byte* input, DepthwiseOperands operands, int* tail,
        int* acc)
    {
        internal readonly SimdLevel Level = level;
        internal readonly PassGeometry Geometry = geometry;
        internal readonly int Pitch = pitch;
        internal readonly byte* Input = input;
        internal readonly DepthwiseOperands Operands = operands;
        internal readonly int* Tail = tail;
        internal readonly int* Acc = acc;
    }

    /// <summary>The output columns whose taps all lie in columns of the tile; none where vectors would reach past it or too few
    /// do.</summary>
    private static (int From, int To) InPlace(in PassGeometry g)
    {
        if (g.ChannelMultiplier > 1 || g.OutChannels % Block != 0) return (0, 0);
        long from = Math.Max(0, (g.PadLeft + g.StrideX - 1L) / g.StrideX);
        long room = g.InWidth - 1L - 2L * g.DilationX + g.PadLeft;
        long to = room < 0 ? 0 : Math.Min(g.OutCols, room / g.StrideX + 1);
        return to - from < FewestInPlace ? (0, 0) : ((int)from, (int)to);
    }

    /// <summary>Bytes of a row of the tile under some output columns.</summary>
    private static int MissingRowBytes(in PassGeometry g, int from, int to) =>
        (g.InputColumn(to - 1, 2) - g.InputColumn(from, 0)) * g.InPixelPitch + g.OutChannels;

    /// <summary>All rows of some columns, with copies. Input row n, counted from the first that the pass reads, stands at place n modulo
    /// the rows that an output row spans.</summary>
    private static void RunCopied(in Pass pass, in ConvolutionBand extents, int column, int end, ReadOnlySpan<sbyte> x)
    {
        ref readonly var g = ref pass.Geometry;
        var strip = extents with { FirstColumn = column, Columns = Math.Min(extents.Columns, end - column) };
        int columns = strip.InputColumns(g), places = strip.InputRows(g), rowBytes = columns * pass.Pitch;
        int filled = 0;
        for (int row = 0; row < g.OutRows; row++)
        {
            int first = row * g.StrideY;
            for (int n = Math.Max(first, filled); n < first + places; n++)
                ByteInput.FillRepeated(g, x, n - g.PadTop, g.InputColumn(column, 0), columns, pass.Pitch,
                    new Span<byte>(pass.Input + (nint)(n % places) * rowBytes, rowBytes));
            filled = first + places;
            sbyte* top = (sbyte*)pass.Input + (nint)(first % places) * rowBytes;
            sbyte* middle = (sbyte*)pass.Input + (nint)((first + g.DilationY) % places) * rowBytes;
            sbyte* bottom = (sbyte*)pass.Input + (nint)((first + 2 * g.DilationY) % places) * rowBytes;
            RunRow(pass, Row(pass, row, strip, top, middle, bottom, pass.Pitch));
        }
    }

    /// <summary>All rows of the output columns in from … to − 1, from the tile itself.</summary>
    private static void RunInPlace(in Pass pass, int from, int to, sbyte* tile)
    {
        ref readonly var g = ref pass.Geometry;
        new Span<byte>(pass.Input, MissingRowBytes(g, from, to)).Fill((byte)g.InputZero);
        var columns = new ConvolutionBand(0, from, 1, to - from);
        sbyte* missing = (sbyte*)pass.Input;
        sbyte* first = tile + (nint)g.InputColumn(from, 0) * g.InPixelPitch;
        for (int row = 0; row < g.OutRows; row++)
        {
            int iy = g.InputRow(row, 0);
            sbyte* top = InTile(g, iy) ? first + (nint)iy * g.InRowPitch : missing;
            iy += g.DilationY;
            sbyte* middle = InTile(g, iy) ? first + (nint)iy * g.InRowPitch : missing;
            iy += g.DilationY;
            sbyte* bottom = InTile(g, iy) ? first + (nint)iy * g.InRowPitch : missing;
            RunRow(pass, Row(pass, row, columns, top, middle, bottom, g.InPixelPitch));
        }
    }

    private static bool InTile(in PassGeometry g, int row) => (uint)row < (uint)g.InHeight;

    private static DepthwiseRow Row(in Pass pass, int row, in ConvolutionBand columns, sbyte* top, sbyte* middle, sbyte* bottom, int pitch)
    {
        ref readonly var g = ref pass.Geometry;
        return new DepthwiseRow
        {
            Input = top,
            Middle = (nint)(middle - top),
            Bottom = (nint)(bottom - top),
            Tap = (nint)g.DilationX * pitch,
            Stride = g.DilationX == 1 ? g.StrideX : 0,
            Step = (nint)g.StrideX * pitch,
            Output = pass.Acc + ((nint)row * g.OutCols + columns.FirstColumn) * g.OutPixelPitch,
            Pixels = columns.Columns,
        };
    }

    private static void RunRow(in Pass pass, in DepthwiseRow row)
    {
        int channels = pass.Geometry.OutChannels, k = 0;
        switch (pass.Level)
        {
            case SimdLevel.Vector128:
                k = DepthwiseSlide<DepthwiseLanes128, DepthwiseColumn128, DepthwiseSums128>.Run(row, pass.Operands, k, channels);
                RunTail<DepthwiseLanes128, DepthwiseColumn128, DepthwiseSums128>(pass, row, k);
                return;
            case SimdLevel.AvxVnni when UsesBytes(pass.Level, pass.Geometry):
                k = DepthwiseSlide<DepthwiseByteLanes256, DepthwiseQuads256, DepthwiseQuads256>.Run(row, pass.Operands, k, channels);
                k = DepthwiseSlide<DepthwiseByteLanes128, DepthwiseQuads128, DepthwiseQuads128>.Run(row, pass.Operands, k, channels);
                RunTail<DepthwiseByteLanes128, DepthwiseQuads128, DepthwiseQuads128>(pass, row, k);
                return;
            case SimdLevel.Vector512:
                k = DepthwiseSlide<DepthwiseLanes512, DepthwiseColumn512, DepthwiseSums512>.Run(row, pass.Operands, k, channels);
                break;
        }

        k = DepthwiseSlide<DepthwiseLanes256, DepthwiseColumn256, DepthwiseSums256>.Run(row, pass.Operands, k, channels);
        RunTail<DepthwiseLanes256, DepthwiseColumn256, DepthwiseSums256>(pass, row, k);
    }

    /// <summary>The channels from k on, which do not fill the lanes.</summary>
    private static void RunTail<TLanes, TColumn, TSums>(in Pass pass, in DepthwiseRow row, int k)
        where TLanes : struct, IDepthwiseLanes<TColumn, TSums>
        where TColumn : struct
        where TSums : struct
    {
        ref readonly var g = ref pass.Geometry;
        if (k >= g.OutChannels) return;
        var operands = new DepthwiseOperands(pass.Operands.Weights, pass.Operands.Starts, TLanes.Channels, accumulate: false);
        DepthwiseSlide<TLanes, TColumn, TSums>.Run(row with { Output = pass.Tail - k }, operands, k, k + TLanes.Channels);
        for (int pixel = 0; pixel < row.Pixels; pixel++)
            DenseTail.Copy(pass.Tail + (nint)pixel * TLanes.Channels, row.Output + pixel * pass.Operands.Pitch + k, g.OutChannels - k,
                pass.Operands.Accumulate);
    }
}
