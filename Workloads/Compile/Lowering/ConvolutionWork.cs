using System.Runtime.InteropServices;
using NpuSim.Isa.Instructions;
using NpuSim.Isa.Program;
using NpuSim.Isa.Timing;
using NpuSim.Kernels;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Quantised;

namespace NpuSim.Workloads.Compile.Lowering;

/// <summary>Which array instruction a product becomes.</summary>
internal enum ProductKind
{
    Dense,
    Depthwise,
    Matrix,
}

/// <summary>A convolution, depthwise convolution or fully connected layer in one form: for each image and group, a window slides over an
/// [InHeight × InWidth × InChannels] plane and makes [OutHeight × OutWidth × OutChannels].</summary>
/// <remarks>A fully connected layer on M rows is a plane of one row and M columns under a 1×1 window. Channel counts are per group; a
/// depthwise layer is one group with OutChannels = InChannels · Multiplier.</remarks>
internal sealed record ConvolutionWork(
    ProductKind Kind, int Batch, int InHeight, int InWidth, int InChannels, int OutHeight, int OutWidth, int OutChannels,
    int Groups, Window Window, int Multiplier, ReadOnlyMemory<byte> Weights, ChannelParameters Parameters)
{
    public int Taps => Window.KernelHeight * Window.KernelWidth;

    /// <summary>Multiply-accumulates of the model's layer, where this work has others.</summary>
    public long? ModelMacs { get; init; }

    public long Macs => ModelMacs ?? (long)Batch * OutHeight * OutWidth * OutChannels * Groups * Taps * (Kind == ProductKind.Depthwise ? 1 : InChannels);

    /// <summary>The layer as a whole. Each channel of a depthwise layer is a product of its own.</summary>
    public ProductExtents Product => Kind == ProductKind.Depthwise
        ? new ProductExtents(InChannels, checked(Batch * OutHeight * OutWidth), Multiplier, Taps)
        : new ProductExtents(Groups, checked(Batch * OutHeight * OutWidth), OutChannels, checked(InChannels * Taps));

    /// <summary>Input channels that a tile of output channels needs.</summary>
    public int ChannelsFor(int outChannels, int channels) => Kind == ProductKind.Depthwise ? (outChannels + Multiplier - 1) / Multiplier : channels;

    /// <summary>Bytes of a weight tile in array order.</summary>
    public long WeightBytes(int outChannels, int channels) => Kind == ProductKind.Depthwise
        ? ArrayOrder.DepthwiseBytes(outChannels, Window.KernelHeight, Window.KernelWidth)
        : ArrayOrder.DenseBytes(outChannels, Window.KernelHeight, Window.KernelWidth, channels);

    /// <summary>Input rows or columns under a run of outputs, without padding.</summary>
    public static int Extent(int outputs, int stride, int kernel, int dilation) => (outputs - 1) * stride + (kernel - 1) * dilation + 1;

    public int InRows(int outRows) => Math.Min(InHeight, Extent(outRows, Window.StrideY, Window.KernelHeight, Window.DilationY));

    public int InColumns(int outColumns) => Math.Min(InWidth, Extent(outColumns, Window.StrideX, Window.KernelWidth, Window.DilationX));

    public PassShape Pass(int rows, int columns, int outChannels, int channels) =>
        new((long)rows * columns, outChannels, Kind == ProductKind.Depthwise ? 1 : channels, Taps, Kind == ProductKind.Depthwise)
        {
            Plane = Kind == ProductKind.Matrix ? PassPlane.Row(columns)
                : new PassPlane(rows, columns, rows == OutHeight ? InHeight : InRows(rows), columns == OutWidth ? InWidth : InColumns(columns), Window.KernelHeight, Window.KernelWidth, Window.StrideY, Window.StrideX,
                    Window.DilationY, Window.DilationX, Product: false),
        };

    /// <summary>The weights of one tile in array order, followed by its requantisation parameters.</summary>
    public byte[] Pack(int group, int firstOut, int outChannels, int firstChannel, int channels, bool withParameters)
    {
        long packed = SlotAllocator.Rounded(WeightBytes(outChannels, channels));
        var data = new byte[packed + (withParameters ? (long)outChannels * Requantise.ParameterBytes : 0)];
        var target = MemoryMarshal.Cast<byte, sbyte>(data.AsSpan(0, checked((int)WeightBytes(outChannels, channels))));
        if (Kind == ProductKind.Depthwise)
        {
            WeightLayout.PackDepthwise(Depthwise(firstOut, outChannels), outChannels, Window.KernelHeight, Window.KernelWidth, (sbyte)Parameters.WeightZero, target);
        }
        else
        {
            WeightLayout.PackDense(Dense(group, firstOut, outChannels, firstChannel, channels), outChannels, Window.KernelHeight, Window.KernelWidth,
                channels, (sbyte)Parameters.WeightZero, target);
        }

        if (withParameters)
        {
            int row = (group * OutChannels + firstOut) * Requantise.ParameterBytes;
            Parameters.Table.AsSpan(row, outChannels * Requantise.ParameterBytes).CopyTo(data.AsSpan((int)packed));
        }

        return data;
    }

    private ReadOnlySpan<sbyte> Dense(int group, int firstOut, int outChannels, int firstChannel, int channels)
    {
        var all = MemoryMarshal.Cast<byte, sbyte>(Weights.Span);
        int kernel = Taps * InChannels, first = (group * OutChannels + firstOut) * kernel;
        if (channels == InChannels)
        {
            return all.Slice(first, outChannels * kernel);
        }

        var part = new sbyte[outChannels * Taps * channels];
        for (int i = 0; i < outChannels * Taps; i++)
        {
            all.Slice(first + i * InChannels + firstChannel, channels).CopyTo(part.AsSpan(i * channels));
        }

        return part;
    }

    private ReadOnlySpan<sbyte> Depthwise(int firstOut, int outChannels)
    {
        var all = MemoryMarshal.Cast<byte, sbyte>(Weights.Span);
        var part = new sbyte[Taps * outChannels];
        for (int tap = 0; tap < Taps; tap++)
        {
            all.Slice(tap * OutChannels + firstOut, outChannels).CopyTo(part.AsSpan(tap * outChannels));
        }

        return part;
    }
}
