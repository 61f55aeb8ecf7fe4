using NpuSim.Isa.Instructions;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Compile.Lowering;

/// <summary>The instructions of a product's steps. Configuration is made anew only where it is not that of the step before.</summary>
internal sealed class ConvolutionInstructions(ConvolutionWork work, Address input, Address output)
{
    private readonly ArrayKernel _kernel = Kernel(work);
    private readonly VectorScaleOut? _scale = work.Parameters is { } p
        ? new VectorScaleOut((short)p.OutZero, 0, 0, 0, (short)p.ClampMin, (short)p.ClampMax) : null;

    private ArrayInput? _input;
    private ArrayOutput? _output;
    private VectorShape? _shape;

    /// <summary>The tensor that is added to the result.</summary>
    public required Address Added { get; init; }

    /// <summary>Input channels of the last pass over a tile.</summary>
    public required int LastChannels { get; init; }

    /// <summary>Whether the array reads the input where it lies.</summary>
    public bool InputInPlace { get; } = work.Float is null && LoweringContext.InPlace(input);

    /// <summary>Whether the vector unit writes the output where it stays.</summary>
    public bool OutputInPlace { get; } = work.Float is null && LoweringContext.InPlace(output);

    /// <summary>Loads the input of a pass.</summary>
    public void Load(CoreStream stream, InputPlane p, Address slot) =>
        Planes.Load(stream, input, work.InHeight, work.InWidth, work.InChannels * work.Groups * work.ElementBytes, p.Image, p.Row, p.Rows, p.Column, p.Columns,
            p.Channel * work.ElementBytes, p.Channels * work.ElementBytes, slot);

    /// <summary>Loads what is added to a tile, where there is something.</summary>
    public void LoadAdded(CoreStream stream, OutTile t, Address slot)
    {
        if (work.Residual is not null)
        {
            var (pixel, first, bytes) = Row(t);
            Planes.Load(stream, Added, work.OutHeight, work.OutWidth, pixel, t.Image, t.Row, t.Rows, t.Column, t.Columns, first, bytes, slot);
        }
    }

    /// <summary>Stores a tile, where it is not in its place.</summary>
    public void Store(CoreStream stream, OutTile t, StepSlots slots)
    {
        if (!OutputInPlace)
        {
            var (pixel, first, bytes) = Row(t);
            Planes.Store(stream, output, work.OutHeight, work.OutWidth, pixel, t.Image, t.Row, t.Rows, t.Column, t.Columns, first, bytes,
                work.ResultBytes > 0 ? slots.Result : slots.Sums);
        }
    }

    /// <summary>A pass of the array.</summary>
    public void Pass(CoreStream stream, OutTile t, InputPlane p, StepSlots slots, bool accumulate)
    {
        stream.Elements(work.Format);
        stream.Configure(_kernel);
        stream.Configure(Input(p));
        stream.Configure(Output(t));
        var (x, w, sums) = (slots.Input.Offset, slots.Weights.Offset, slots.Sums.Offset);
        stream.Emit(work.Kind switch
        {
            ProductKind.Dense => new Convolve(
                x, w, sums, (ushort)t.Rows, (ushort)t.Columns, (ushort)t.Channels, (short)p.PadTop, (short)p.PadLeft, accumulate),
            ProductKind.Depthwise => new Depthwise(
                x, w, sums, (ushort)t.Rows, (ushort)t.Columns, (ushort)t.Channels, (short)p.PadTop, (short)p.PadLeft, accumulate),
            ProductKind.Matrix => new MatrixMultiply(x, w, sums, (uint)t.Columns, (ushort)t.Channels, accumulate),
        });
    }

    /// <summary>From the accumulators to the activation buffer.</summary>
    public void Leave(CoreStream stream, OutTile t, StepSlots slots)
    {
        var table = slots.Weights + SlotAllocator.Rounded(work.WeightBytes(t.Channels, LastChannels));
        if (work.Parameters is not { } parameters)
        {
            LeaveFloat(stream, t, table, slots);
            return;
        }

        uint outPixel = (uint)(OutputInPlace ? work.OutChannels * work.Groups : t.Channels);
        stream.Configure(Shape(t, outPixel));
        stream.Configure(_scale!);
        stream.Emit(new Requantise(slots.Sums, table, slots.Result, parameters.Rounding));
    }

    private void LeaveFloat(CoreStream stream, OutTile t, Address bias, StepSlots slots)
    {
        uint pitch = (uint)t.Channels * FloatNodes.Size;
        var (epilogue, result) = (work.Float!, slots.Result);
        if (epilogue.VectorSteps > 0)
        {
            stream.Configure(new VectorShape((uint)(t.Rows * t.Columns), (uint)t.Channels, pitch, 0, pitch));
        }

        var from = slots.Sums;
        if (!epilogue.Bias.IsEmpty)
        {
            stream.Emit(new Add(from, bias, result, VectorFormat.Float32, Broadcast.None));
            from = result;
        }

        FloatNodes.Activate(stream, epilogue.Activation, from, result);
        from = epilogue.Activation == ActivationBounds.None ? from : result;
        if (epilogue.Absorbed is { } absorbed)
        {
            stream.Configure(new VectorShape((uint)(t.Rows * t.Columns), (uint)t.Channels, pitch, pitch, pitch));
            absorbed.Emit(stream, from, slots.Residual, result);
        }
    }

    private static ArrayKernel Kernel(ConvolutionWork work)
    {
        var k = work.Window;
        return new ArrayKernel((ushort)k.KernelHeight, (ushort)k.KernelWidth, (byte)k.StrideY, (byte)k.StrideX, (byte)k.DilationY, (byte)k.DilationX,
            (short)(work.Parameters?.InputZero ?? 0), (short)(work.Parameters?.WeightZero ?? 0), (ushort)work.Multiplier);
    }

    private ArrayInput Input(InputPlane p)
    {
        int pixel = (InputInPlace ? work.InChannels * work.Groups : p.Channels) * work.ElementBytes, row = pixel * (InputInPlace ? work.InWidth : p.Columns);
        return _input is { } same && (same.Height, same.Width, same.Channels) == ((ushort)p.Rows, (ushort)p.Columns, (uint)p.Channels)
            ? same : _input = new ArrayInput((ushort)p.Rows, (ushort)p.Columns, (uint)p.Channels, (uint)row, (uint)pixel);
    }

    private ArrayOutput Output(OutTile t) => _output is { } same && same.PixelPitch == (uint)t.Channels ? same : _output = new ArrayOutput((uint)t.Channels);

    private VectorShape Shape(OutTile t, uint outPixel)
    {
        uint rows = (uint)(t.Rows * t.Columns);
        return _shape is { } same && (same.Rows, same.Columns) == (rows, (uint)t.Channels)
            ? same : _shape = new VectorShape(rows, (uint)t.Channels, (uint)t.Channels * sizeof(int), 0, outPixel);
    }

    // Bytes of a pixel of the output, where a tile's channels begin in it, and how many they are.
    private (int Pixel, int First, int Bytes) Row(OutTile t) => (work.OutChannels * work.Groups * work.ElementBytes,
        (t.Group * work.OutChannels + t.Channel) * work.ElementBytes, t.Channels * work.ElementBytes);
}
