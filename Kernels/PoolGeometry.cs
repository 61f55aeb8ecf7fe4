namespace NpuSim.Kernels;

/// <summary>Windows that slide over an int8 plane [InHeight × InWidth × Channels].</summary>
/// <remarks>iy = oy·StrideY − PadTop + r, ix alike. The row pitch of the input is InWidth·InPixelPitch, that of the result
/// OutCols·OutPixelPitch.</remarks>
/// <param name="KernelHeight">Window rows.</param>
/// <param name="KernelWidth">Window columns.</param>
/// <param name="StrideY">Vertical stride.</param>
/// <param name="StrideX">Horizontal stride.</param>
/// <param name="InHeight">Rows of the input tile that exist.</param>
/// <param name="InWidth">Columns of the input tile that exist.</param>
/// <param name="PadTop">Rows of padding above the tile's first row; may be negative.</param>
/// <param name="PadLeft">Columns of padding before the tile's first column; may be negative.</param>
/// <param name="OutRows">Output rows.</param>
/// <param name="OutCols">Output columns.</param>
/// <param name="Channels">Channels.</param>
/// <param name="InPixelPitch">Bytes from input pixel to input pixel.</param>
/// <param name="OutPixelPitch">Bytes from output pixel to output pixel.</param>
public readonly record struct PoolGeometry(
    int KernelHeight,
    int KernelWidth,
    int StrideY,
    int StrideX,
    int InHeight,
    int InWidth,
    int PadTop,
    int PadLeft,
    int OutRows,
    int OutCols,
    int Channels,
    int InPixelPitch,
    int OutPixelPitch)
{
    /// <summary>Input rows [first, end) that the taps of an output row lie on; may be empty.</summary>
    internal (int First, int End) RowWindow(int oy) => Window(Origin(oy, StrideY, PadTop), KernelHeight, InHeight);

    /// <summary>Input columns [first, end) that the taps of an output column lie on; may be empty.</summary>
    internal (int First, int End) ColumnWindow(int ox) => Window(Origin(ox, StrideX, PadLeft), KernelWidth, InWidth);

    private static (int First, int End) Window(int origin, int taps, int extent)
    {
        int first = Math.Max(origin, 0);
        return (first, Math.Max(first, Math.Min(origin + taps, extent)));
    }

    // Far outside the tile, a bound that leaves room for the window stands for every place.
    private static int Origin(int index, int stride, int padding) =>
        (int)Math.Clamp((long)index * stride - padding, int.MinValue / 2, int.MaxValue / 2);

    /// <exception cref="ArgumentException">A field is out of range, or a span is too short.</exception>
    internal void Verify(int inputBytes, int outputBytes)
    {
        ReadOnlySpan<int> positive = [KernelHeight, KernelWidth, StrideY, StrideX, InHeight, InWidth, OutRows, OutCols, Channels];
        foreach (int value in positive)
        {
            if (value < 1) throw new ArgumentException($"extents and strides of a pooling are at least 1: {this}");
        }

        if (InPixelPitch < 0 || OutPixelPitch < 0) throw new ArgumentException($"pitches of a pooling are not negative: {this}");
        Operand.Require("input", inputBytes, ((long)InHeight * InWidth - 1) * InPixelPitch + Channels);
        Operand.Require("result", outputBytes, ((long)OutRows * OutCols - 1) * OutPixelPitch + Channels);
    }
}
