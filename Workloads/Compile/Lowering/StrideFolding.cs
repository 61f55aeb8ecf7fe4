using NpuSim.Isa.Machine;

namespace NpuSim.Workloads.Compile.Lowering;

/// <summary>A strided convolution of few channels as one without a stride across: neighbouring columns become channels, of which the
/// array takes several
/// at once. In memory nothing moves: a row of columns × channels is the same bytes either way.</summary>
/// <remarks>Output x reads the columns x·s − p … x·s − p + S − 1, which lie in the folded columns x − ⌈p/s⌉ … of s columns each; weights
/// that have no column get the
/// weights' zero point. Arm's compiler Vela does the same to the first convolution of a network.</remarks>
internal static class StrideFolding
{
    /// <summary>More channels than these fill a step of the array without folding.</summary>
    private const int MostChannels = 4;

    private const int LargestStride = 3;

    /// <summary>The folded work, or the work itself where folding is not possible or has no use.</summary>
    public static ConvolutionWork Apply(MachineSpec machine, ConvolutionWork work)
    {
        var window = work.Window;
        int stride = window.StrideX;
        bool folds = machine.Core.Array.Blocks is not null && work.Parameters is not null && work.Kind == ProductKind.Dense && work.Groups == 1 && work.InChannels <= MostChannels
            && stride is > 1 and <= LargestStride && window.DilationX == 1 && work.InWidth % stride == 0;
        if (!folds)
        {
            return work;
        }

        int left = (window.Padding.Left + stride - 1) / stride, shift = (left * stride) - window.Padding.Left;
        int columns = (window.KernelWidth + shift + stride - 1) / stride;
        return work with
        {
            InWidth = work.InWidth / stride,
            InChannels = work.InChannels * stride,
            Window = window with { KernelWidth = columns, StrideX = 1, Padding = window.Padding with { Left = left } },
            Weights = Weights(work, work.Parameters!.WeightZero, shift, columns * stride),
            ModelMacs = work.Macs,
        };
    }

    // [outputs][kernel rows][kernel columns × channels], each row with what was put before and behind its columns.
    private static byte[] Weights(ConvolutionWork work, int zero, int before, int width)
    {
        int channels = work.InChannels, row = work.Window.KernelWidth * channels, rows = work.OutChannels * work.Window.KernelHeight;
        var folded = new byte[rows * width * channels];
        Array.Fill(folded, unchecked((byte)zero));
        for (int i = 0; i < rows; i++)
        {
            work.Weights.Span.Slice(i * row, row).CopyTo(folded.AsSpan((i * width + before) * channels));
        }

        return folded;
    }
}
