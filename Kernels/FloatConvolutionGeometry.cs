namespace NpuSim.Kernels;

/// <summary>Geometry of a float32 convolution of one dense NHWC image.</summary>
/// <remarks>iy = oy·StrideY − PadTop + r·DilationY, ix = ox·StrideX − PadLeft + s·DilationX; a tap outside the image reads 0.</remarks>
/// <param name="InHeight">Rows of the image.</param>
/// <param name="InWidth">Columns of the image.</param>
/// <param name="InChannels">Channels of the image.</param>
/// <param name="KernelHeight">R.</param>
/// <param name="KernelWidth">S.</param>
/// <param name="StrideY">Vertical stride.</param>
/// <param name="StrideX">Horizontal stride.</param>
/// <param name="DilationY">Vertical dilation.</param>
/// <param name="DilationX">Horizontal dilation.</param>
/// <param name="PadTop">Rows of padding above the image.</param>
/// <param name="PadLeft">Columns of padding before the image.</param>
/// <param name="OutRows">Output rows.</param>
/// <param name="OutCols">Output columns.</param>
/// <param name="OutChannels">Output channels, a multiple of Groups.</param>
/// <param name="Groups">Groups that channels fall into; InChannels is a multiple of it. 1 for depthwise, which has its own rule.</param>
public readonly record struct FloatConvolutionGeometry(
    int InHeight,
    int InWidth,
    int InChannels,
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
    int Groups = 1)
{
    /// <summary>Row of the image that kernel row r of output row oy falls on; it may lie outside.</summary>
    public int InputRow(int oy, int r) => oy * StrideY - PadTop + r * DilationY;

    /// <summary>Column of the image that kernel column s of output column ox falls on; it may lie outside.</summary>
    public int InputColumn(int ox, int s) => ox * StrideX - PadLeft + s * DilationX;

    /// <summary>The same windows as a pass over a tile, to share the choice of bands.</summary>
    internal PassGeometry AsPass() =>
        new(InHeight, InWidth, InChannels, InWidth * InChannels, InChannels, KernelHeight, KernelWidth, StrideY, StrideX,
        DilationY, DilationX, PadTop, PadLeft, OutRows, OutCols, OutChannels, OutChannels, 0, 0);

    /// <exception cref="ArgumentException">A field is out of range, or a span is too short.</exception>
    internal void Verify(int input, int weights, Int128 weightsNeeded, int bias, int output)
    {
        ReadOnlySpan<int> positive =
            [InHeight, InWidth, InChannels, KernelHeight, KernelWidth, StrideY, StrideX, DilationY, DilationX, OutRows, OutCols,
                OutChannels, Groups];
        foreach (int value in positive)
        {
            if (value < 1) throw new ArgumentException($"extents, strides, dilations and groups of a convolution are at least 1: {this}");
        }

        if (InChannels % Groups != 0 || OutChannels % Groups != 0) throw new ArgumentException($"channels are not multiples of the groups: {this}");
        if (bias != 0) Operand.Require("bias", bias, OutChannels);
        Operand.Require("input", input, (long)Int128.Min((Int128)InHeight * InWidth * InChannels, long.MaxValue));
        Operand.Require("weights", weights, (long)Int128.Min(weightsNeeded, long.MaxValue));
        Operand.Require("result", output, (long)Int128.Min((Int128)OutRows * OutCols * OutChannels, long.MaxValue));
    }
}
