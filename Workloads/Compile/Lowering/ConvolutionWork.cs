using System.Runtime.InteropServices;
using NpuSim.Isa.Instructions;
using NpuSim.Isa.Program;
using NpuSim.Isa.Timing;
using NpuSim.Kernels;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Quantised;
using ArrayFormat = NpuSim.Isa.Instructions.ArrayFormat;

namespace NpuSim.Workloads.Compile.Lowering;

/// <summary>Which array instruction a product becomes.</summary>
internal enum ProductKind
{
    Dense,
    Depthwise,
    Matrix,
}

/// <summary>What follows the sums of a float32 product.</summary>
/// <param name="Bias">One float32 per output channel, or empty.</param>
/// <param name="Activation">Bounds of the fused activation.</param>
/// <param name="Absorbed">The element-wise node that takes the result and nothing else, computed before it is stored; null where there is none.</param>
internal sealed record FloatEpilogue(ReadOnlyMemory<byte> Bias, ActivationBounds Activation, AbsorbedNode? Absorbed)
{
    /// <summary>Passes of the vector unit over the result.</summary>
    public int VectorSteps => (Bias.IsEmpty ? 0 : 1) + (Activation == ActivationBounds.None ? 0 : 1) + (Absorbed?.VectorSteps ?? 0);
}

/// <summary>A convolution, depthwise convolution or fully connected layer in one form: for each image and group, a window slides over an
/// [InHeight × InWidth × InChannels] plane and makes [OutHeight × OutWidth × OutChannels].</summary>
/// <remarks>A fully connected layer on M rows is a plane of one row and M columns under a 1×1 window. Channel counts are per group; a
/// depthwise layer is one group with OutChannels = InChannels · Multiplier.</remarks>
internal sealed record ConvolutionWork(
    ProductKind Kind, int Batch, int InHeight, int InWidth, int InChannels, int OutHeight, int OutWidth, int OutChannels,
    int Groups, Window Window, int Multiplier, ReadOnlyMemory<byte> Weights, ChannelParameters? Parameters, FloatEpilogue? Float = null)
{
    /// <summary>Element format of its array passes.</summary>
    public ArrayFormat Format => Float is null ? ArrayFormat.Int8 : ArrayFormat.Float32;

    /// <summary>Bytes of an element of activations, weights and results.</summary>
    public int ElementBytes => Float is null ? 1 : sizeof(float);

    /// <summary>Bytes per output channel that follow the weights: requantisation, or a bias.</summary>
    public int ParameterBytes => Float is null ? Requantise.ParameterBytes : Float.Bias.IsEmpty ? 0 : sizeof(float);

    /// <summary>Bytes of a result in the activation buffer; 0 where the sums are the result and are stored as they are.</summary>
    public int ResultBytes => Float is null ? 1 : Float.VectorSteps > 0 ? sizeof(float) : 0;

    /// <summary>The tensor that is added to the result before it is stored; null where there is none.</summary>
    public Tensor? Residual => Float?.Absorbed?.Residual;

    /// <summary>Passes of the vector unit over a tile's results.</summary>
    public int VectorSteps => Float is null ? 1 : Float.VectorSteps;

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
        ? ArrayOrder.DepthwiseBytes(Format, outChannels, Taps)
        : ArrayOrder.DenseBytes(Format, outChannels, Taps, channels);

    /// <summary>Input rows or columns under a run of outputs, without padding.</summary>
    public static int Extent(int outputs, int stride, int kernel, int dilation) => (outputs - 1) * stride + (kernel - 1) * dilation + 1;

    public int InRows(int outRows) => Math.Min(InHeight, Extent(outRows, Window.StrideY, Window.KernelHeight, Window.DilationY));

    public int InColumns(int outColumns) => Math.Min(InWidth, Extent(outColumns, Window.StrideX, Window.KernelWidth, Window.DilationX));

    public PassShape Pass(int rows, int columns, int outChannels, int channels) =>
        new((long)rows * columns, outChannels, Kind == ProductKind.Depthwise ? 1 : channels, Taps, Kind == ProductKind.Depthwise, Format)
        {
            Plane = Kind == ProductKind.Matrix ? PassPlane.Row(columns)
                : new PassPlane(rows, columns, rows == OutHeight ? InHeight : InRows(rows), columns == OutWidth ? InWidth : InColumns(columns), Window.KernelHeight, Window.KernelWidth, Window.StrideY, Window.StrideX,
                    Window.DilationY, Window.DilationX, Product: false),
        };

    /// <summary>All weights as they are in the work.</summary>
    public WeightPiece Whole(string weights) => Piece(weights, 0, 0, OutChannels, 0, InChannels, withParameters: false) with { Order = "whole" };

    /// <summary>Bytes of what <see cref="Pack"/> gives.</summary>
    public int PackedBytes(int outChannels, int channels, bool withParameters) =>
        checked((int)(SlotAllocator.Rounded(WeightBytes(outChannels, channels)) + (withParameters ? (long)outChannels * ParameterBytes : 0)));

    /// <summary>Says which weights <see cref="Pack"/> packs.</summary>
    public WeightPiece Piece(string weights, int group, int firstOut, int outChannels, int firstChannel, int channels, bool withParameters) =>
        new(weights, Kind, Window, InChannels, OutChannels, group, firstOut, outChannels, firstChannel, channels, withParameters ? Parameters?.Table ?? (object?)Float?.Bias : null);

    /// <summary>The weights of one tile in array order, followed by its requantisation parameters or bias.</summary>
    public byte[] Pack(int group, int firstOut, int outChannels, int firstChannel, int channels, bool withParameters)
    {
        long packed = SlotAllocator.Rounded(WeightBytes(outChannels, channels));
        var data = new byte[PackedBytes(outChannels, channels, withParameters)];
        var target = data.AsSpan(0, checked((int)WeightBytes(outChannels, channels)));
        if (Parameters is { } parameters)
        {
            PackWeights(MemoryMarshal.Cast<byte, sbyte>(target), (sbyte)parameters.WeightZero, group, firstOut, outChannels, firstChannel, channels);
        }
        else
        {
            PackWeights<float>(MemoryMarshal.Cast<byte, float>(target), 0, group, firstOut, outChannels, firstChannel, channels);
        }

        if (withParameters && ParameterBytes > 0)
        {
            var table = Parameters is null ? Float!.Bias.Span : Parameters.Table;
            table.Slice((group * OutChannels + firstOut) * ParameterBytes, outChannels * ParameterBytes).CopyTo(data.AsSpan((int)packed));
        }

        return data;
    }

    private void PackWeights<T>(Span<T> target, T padding, int group, int firstOut, int outChannels, int firstChannel, int channels)
        where T : unmanaged
    {
        if (Kind == ProductKind.Depthwise)
        {
            WeightLayout.PackDepthwise(Depthwise<T>(firstOut, outChannels), outChannels, Window.KernelHeight, Window.KernelWidth, padding, target);
        }
        else
        {
            WeightLayout.PackDense(Dense<T>(group, firstOut, outChannels, firstChannel, channels), outChannels, Window.KernelHeight, Window.KernelWidth,
                channels, padding, target);
        }
    }

    private ReadOnlySpan<T> Dense<T>(int group, int firstOut, int outChannels, int firstChannel, int channels)
        where T : unmanaged
    {
        var all = MemoryMarshal.Cast<byte, T>(Weights.Span);
        int kernel = Taps * InChannels, first = (group * OutChannels + firstOut) * kernel;
        if (channels == InChannels)
        {
            return all.Slice(first, outChannels * kernel);
        }

        var part = new T[outChannels * Taps * channels];
        for (int i = 0; i < outChannels * Taps; i++)
        {
            all.Slice(first + i * InChannels + firstChannel, channels).CopyTo(part.AsSpan(i * channels));
        }

        return part;
    }

    private ReadOnlySpan<T> Depthwise<T>(int firstOut, int outChannels)
        where T : unmanaged
    {
        var all = MemoryMarshal.Cast<byte, T>(Weights.Span);
        var part = new T[Taps * outChannels];
        for (int tap = 0; tap < Taps; tap++)
        {
            all.Slice(tap * OutChannels + firstOut, outChannels).CopyTo(part.AsSpan(tap * outChannels));
        }

        return part;
    }
}
