namespace NpuSim.Kernels;

/// <summary>Geometry of a convolution pass over one tile: x [InHeight × InWidth × InChannels] int8 with pitches, accumulators
/// [OutRows × OutCols × OutChannels] int32.</summary>
/// <remarks>iy = oy·StrideY − PadTop + r·DilationY, ix = ox·StrideX − PadLeft + s·DilationX; a tap outside the tile contributes
/// nothing. Accumulator of (oy, ox, k): element (oy·OutCols + ox)·OutPixelPitch + k.</remarks>
/// <param name="InHeight">Rows of the tile that exist.</param>
/// <param name="InWidth">Columns of the tile that exist.</param>
/// <param name="InChannels">Channels that are reduced over (depthwise: channels read).</param>
/// <param name="InRowPitch">Bytes from row to row.</param>
/// <param name="InPixelPitch">Bytes from pixel to pixel.</param>
/// <param name="KernelHeight">R, at least 1.</param>
/// <param name="KernelWidth">S, at least 1.</param>
/// <param name="StrideY">Vertical stride, at least 1.</param>
/// <param name="StrideX">Horizontal stride, at least 1.</param>
/// <param name="DilationY">Vertical dilation, at least 1.</param>
/// <param name="DilationX">Horizontal dilation, at least 1.</param>
/// <param name="PadTop">Rows of padding above the tile's first row; may be negative.</param>
/// <param name="PadLeft">Columns of padding before the tile's first column; may be negative.</param>
/// <param name="OutRows">Output rows.</param>
/// <param name="OutCols">Output columns.</param>
/// <param name="OutChannels">Output channels.</param>
/// <param name="OutPixelPitch">int32 elements from output pixel to output pixel.</param>
/// <param name="InputZero">Zero point subtracted from activations, −128 … 127.</param>
/// <param name="WeightZero">Zero point subtracted from weights, −128 … 127.</param>
/// <param name="ChannelMultiplier">Output channels per input channel of a depthwise pass; 1 for a dense one.</param>
public readonly record struct PassGeometry(
    int InHeight,
    int InWidth,
    int InChannels,
    int InRowPitch,
    int InPixelPitch,
    int KernelHeight,
    int KernelWidth,
    int StrideY,
    int StrideX,
    int DilationY,
    int DilationX,
    int PadTop,
    int PadLeft,
    int OutRows,
    int OutCols,
    int OutChannels,
    int OutPixelPitch,
    int InputZero,
    int WeightZero,
    int ChannelMultiplier = 1)
{
    /// <summary>Row of the tile that kernel row r of output row oy falls on; it may lie outside.</summary>
    public int InputRow(int oy, int r) => oy * StrideY - PadTop + r * DilationY;

    /// <summary>Column of the tile that kernel column s of output column ox falls on; it may lie outside.</summary>
    public int InputColumn(int ox, int s) => ox * StrideX - PadLeft + s * DilationX;

    /// <summary>Bytes from the tile's first to its last element, inclusive.</summary>
    public long InputExtent => (InHeight - 1L) * InRowPitch + (InWidth - 1L) * InPixelPitch + InChannels;

    /// <summary>int32 elements from the first to the last accumulator, inclusive.</summary>
    public long AccumulatorExtent => ((long)OutRows * OutCols - 1) * OutPixelPitch + OutChannels;

    /// <summary>Checks the ranges that every kernel relies on, and that the operands hold what the pass touches.</summary>
    /// <exception cref="ArgumentException">A field is out of range, or a span is too short.</exception>
    internal void Verify(int inputBytes, int weightBytes, long weightsNeeded, int accumulators)
    {
        ReadOnlySpan<int> positive =
            [InHeight, InWidth, InChannels, KernelHeight, KernelWidth, StrideY, StrideX, DilationY, DilationX, OutRows, OutCols,
                OutChannels, ChannelMultiplier];
        foreach (int value in positive)
        {
            if (value < 1) throw new ArgumentException($"extents, strides and dilations of a pass are at least 1: {this}");
        }

        if (InRowPitch < 0 || InPixelPitch < 0 || OutPixelPitch < 0) throw new ArgumentException($"pitches of a pass are not negative: {this}");
        if (InputZero is < -128 or > 127 || WeightZero is < -128 or > 127) throw new ArgumentException($"zero points of a pass are int8: {this}");
        if (OutPixelPitch < OutChannels && (OutRows > 1 || OutCols > 1))
            throw new ArgumentException($"accumulators of neighbouring pixels overlap: pitch {OutPixelPitch} for {OutChannels} channels");
        Operand.Require("activations", inputBytes, InputExtent);
        Operand.Require("weights", weightBytes, weightsNeeded);
        Operand.Require("accumulators", accumulators, AccumulatorExtent);
    }
}
