using NpuSim.Isa.Instructions;
using NpuSim.Isa.Program;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Quantised;

namespace NpuSim.Workloads.Compile.Lowering;

/// <summary>Softmax and layer normalisation over the last dimension, and conversion between int8 and float32: each row on its own, a chain
/// of vector instructions in the activation buffer.</summary>
internal static class RowLowering
{
    /// <summary>Where the rows of one tile are while the chain runs.</summary>
    /// <param name="Rows">Rows of the tile.</param>
    /// <param name="Columns">Elements of a row.</param>
    /// <param name="In">Tile as loaded.</param>
    /// <param name="Out">Tile to store.</param>
    /// <param name="Wide">Scratch: 4 bytes per element, twice.</param>
    /// <param name="Narrow">Scratch: 8 bytes per row, twice.</param>
    /// <param name="Constants">Constants of the layer, where it has any.</param>
    private sealed record RowTile(
        uint Rows, uint Columns, Address In, Address Out, (Address First, Address Second) Wide, (Address First, Address Second) Narrow, Address Constants);

    private sealed record Work(Action<CoreStream, RowTile> Chain, byte[] Constants, bool Scratch);

    public static LayerPlan Softmax(LoweringContext context, Node node)
    {
        var attributes = (SoftmaxAttributes)node.Attributes;
        var shape = node.Input(0).Shape;
        if (attributes.Log || attributes.Axis != shape.Count - 1)
        {
            return new HostPlan(attributes.Log ? "the vector unit has no logarithm" : $"softmax over dimension {attributes.Axis} of {shape.Count}; only the last is a row");
        }

        if (Parameters(context, node, out string reason) is not { } parameters)
        {
            return new HostPlan(reason);
        }

        if (parameters.Format == VectorFormat.Int8Fixed)
        {
            return Plan(context, node, new Work((stream, tile) => FixedSoftmax(stream, tile, parameters), [], true));
        }

        if (!context.Machine.Core.Vector.Float32)
        {
            return new HostPlan(NoFloat);
        }

        // A quantised softmax carries beta in the scale of its input; a float32 one has no scale to carry it.
        if (attributes.Beta != 1 && !QuantisedNodes.IsQuantised(node))
        {
            return new HostPlan(FormattableString.Invariant($"softmax with beta {attributes.Beta:R} on float32: the vector chain has 1"));
        }

        return Plan(context, node, new Work((stream, tile) => FloatSoftmax(stream, tile, parameters, node), [], true));
    }

    public static LayerPlan LayerNormalisation(LoweringContext context, Node node)
    {
        var attributes = (LayerNormalisationAttributes)node.Attributes;
        if (attributes.Axis != node.Input(0).Shape.Count - 1)
        {
            return new HostPlan($"normalises from dimension {attributes.Axis} on; only the last is a row");
        }

        if (!context.Machine.Core.Vector.Float32)
        {
            return new HostPlan(NoFloat);
        }

        if (Parameters(context, node, out string reason) is not { } parameters)
        {
            return new HostPlan(reason);
        }

        int columns = node.Input(0).Shape[^1];
        Tensor? gamma = node.Inputs.ElementAtOrDefault(1), beta = node.Inputs.ElementAtOrDefault(2);
        if (new[] { gamma, beta }.Any(tensor => tensor is not null && (tensor.Type != ElementType.Float32 || tensor.Elements != columns || !tensor.IsConstant)))
        {
            return new HostPlan($"gamma and beta must be {columns} constant float32 values");
        }

        // 1/n, then gamma, then beta; what is absent takes no room.
        byte[] constants = [.. BitConverter.GetBytes(1f / columns), .. gamma?.Data ?? [], .. beta?.Data ?? []];
        return Plan(context, node, new Work(
            (stream, tile) => Normalise(stream, tile, parameters, node, attributes.Epsilon, gamma is not null, beta is not null), constants, true));
    }

    public static LayerPlan Quantise(LoweringContext context, Node node)
    {
        if (Convertible(context, node.Input(0), node.Output) is { } reason)
        {
            return new HostPlan(reason);
        }

        var parameters = new ElementwiseParameters(default, default, Scales(node.Output), sbyte.MinValue, sbyte.MaxValue, VectorFormat.Int8Float);
        return Plan(context, node, new Work((stream, tile) => ToInt8(stream, tile, tile.In, parameters), [], false));
    }

    public static LayerPlan Dequantise(LoweringContext context, Node node)
    {
        if (Convertible(context, node.Output, node.Input(0)) is { } reason)
        {
            return new HostPlan(reason);
        }

        var parameters = new ElementwiseParameters(Scales(node.Input(0)), default, default, sbyte.MinValue, sbyte.MaxValue, VectorFormat.Int8Float);
        return Plan(context, node, new Work((stream, tile) => ToFloat(stream, tile, tile.Out, parameters), [], false));
    }

    private const string NoFloat = "the vector unit does not compute in float32 (core.vector.float32 is false)";

    private static string? Convertible(LoweringContext context, Tensor real, Tensor quantised) =>
        !context.Machine.Core.Vector.Float32 ? NoFloat
        : real.Type != ElementType.Float32 || quantised is not { Type: ElementType.Int8, Quantisation.IsPerTensor: true }
            ? $"{real.Type} and {quantised.Type}: the vector unit converts between float32 and int8 with one scale"
            : null;

    // Softmax and layer normalisation take int8 or float32 on either side.
    private static ElementwiseParameters? Parameters(LoweringContext context, Node node, out string reason)
    {
        reason = "";
        if (QuantisedNodes.IsQuantised(node))
        {
            return ElementwiseQuantisation.TryFor(context.Graph, node, out reason);
        }

        foreach (var tensor in (Tensor[])[node.Input(0), node.Output])
        {
            if (tensor.Type != ElementType.Float32 && !(QuantisedNodes.IsQuantised(tensor) && tensor.Quantisation!.IsPerTensor))
            {
                reason = $"{tensor.Name} is {tensor.Type}; int8 with one scale or float32 was expected";
                return null;
            }
        }

        return new ElementwiseParameters(Scales(node.Input(0)), default, Scales(node.Output), sbyte.MinValue, sbyte.MaxValue, VectorFormat.Int8Float);
    }

    private static ScaleParameters Scales(Tensor tensor) =>
        tensor.Quantisation is { } quantisation ? new ScaleParameters(quantisation.Zero, 0, 0, quantisation.Scale) : default;

    private static LayerPlan Plan(LoweringContext context, Node node, Work work)
    {
        Tensor input = node.Input(0), output = node.Output;
        bool flat = !work.Scratch;
        int columns = flat ? 1 : input.Shape[^1];
        long rows = input.Elements / columns;
        int inBytes = columns * input.Type.SizeBytes(), outBytes = columns * output.Type.SizeBytes();
        int wideBytes = flat ? 0 : columns * sizeof(float), narrowBytes = flat ? 0 : 2 * sizeof(int);
        long perTile = UnitTiling.Choose(context, rows, inBytes + outBytes + 2L * wideBytes + 2L * narrowBytes, 6, SlotAllocator.Rounded(work.Constants.Length), out string reason);
        if (perTile == 0)
        {
            return new HostPlan(reason);
        }

        Address source = context.Home(input), target = context.Home(output);
        Address constants = work.Constants.Length > 0 ? context.Constants.Add($"{node.Name}.constants", work.Constants, context.Layer) : default;
        var tiles = UnitTiling.Cut(rows, perTile);
        var steps = Enumerable.Range(0, context.Cores).Select(Steps).ToList();
        return new TiledPlan(Engine.Vector, 0, work.Constants.Length, $"{tiles.Count} tiles", steps);

        List<TileStep> Steps(int core)
        {
            var mine = context.Share(tiles, core);
            var activation = context.Slots(MemorySpace.Activation);
            int slots = ConvolutionTiling.Slots(tiles.Count);
            var constantSlot = activation.Take(work.Constants.Length);
            SlotRing ringIn = activation.Ring(slots, perTile * inBytes), ringOut = activation.Ring(slots, perTile * outBytes);
            SlotRing wides = activation.Ring(2, perTile * wideBytes), narrows = activation.Ring(2, perTile * narrowBytes);
            var resident = constantSlot.Current;
            var wide = (wides.Next(), wides.Next());
            var narrow = (narrows.Next(), narrows.Next());
            var steps = new List<TileStep>();
            foreach (var tile in mine)
            {
                Address x = ringIn.Next(), y = ringOut.Next();
                // A flat conversion is one row of as many columns.
                var rowTile = flat
                    ? new RowTile(1, (uint)tile.Count, x, y, wide, narrow, resident)
                    : new RowTile((uint)tile.Count, (uint)columns, x, y, wide, narrow, resident);
                Action<CoreStream>? prefetch = steps.Count == 0 && work.Constants.Length > 0
                    ? stream => stream.Transfer(DmaRole.Weights, resident, constants, work.Constants.Length) : null;
                steps.Add(new TileStep(prefetch,
                    stream => stream.Transfer(DmaRole.Activations, x, source + tile.First * inBytes, tile.Count * inBytes),
                    stream => work.Chain(stream, rowTile),
                    stream => stream.Transfer(DmaRole.Store, target + tile.First * outBytes, y, tile.Count * outBytes)));
            }

            return steps;
        }
    }

    private static void FixedSoftmax(CoreStream stream, RowTile t, ElementwiseParameters p)
    {
        const byte AccumulationShift = 12;
        ScaleA(stream, p);
        ScaleOut(stream, p);
        Shape(stream, t, 1, 0, 1);
        stream.Emit(new ReduceMax(t.In, t.Narrow.First, VectorFormat.Int8Fixed, ReduceAxis.Columns));
        Shape(stream, t, 1, 0, sizeof(int));
        stream.Emit(new Exponential(t.In, t.Narrow.First, t.Wide.First, VectorFormat.Int8Fixed));
        Shape(stream, t, sizeof(int), 0, sizeof(int));
        stream.Emit(new ReduceSum(t.Wide.First, t.Narrow.Second, VectorFormat.Int32, ReduceAxis.Columns, AccumulationShift));
        Column(stream, t.Rows, sizeof(int), 2 * sizeof(int));
        stream.Emit(new Reciprocal(t.Narrow.Second, t.Narrow.First, VectorFormat.Int32));
        Shape(stream, t, sizeof(int), 2 * sizeof(int), 1);
        stream.Emit(new Normalise(t.Wide.First, t.Narrow.First, t.Out));
    }

    private static void FloatSoftmax(CoreStream stream, RowTile t, ElementwiseParameters p, Node node)
    {
        const VectorFormat F = VectorFormat.Float32;
        var x = FloatInput(stream, t, p, node);
        Shape(stream, t, sizeof(float), 0, sizeof(float));
        stream.Emit(new ReduceMax(x, t.Narrow.First, F, ReduceAxis.Columns));
        stream.Emit(new Exponential(x, t.Narrow.First, t.Wide.Second, F));
        stream.Emit(new ReduceSum(t.Wide.Second, t.Narrow.First, F, ReduceAxis.Columns, 0));
        Column(stream, t.Rows, sizeof(float), sizeof(float));
        stream.Emit(new Reciprocal(t.Narrow.First, t.Narrow.Second, F));
        Shape(stream, t, sizeof(float), sizeof(float), sizeof(float));
        var y = FloatOutput(t, node, t.Wide.First);
        stream.Emit(new Multiply(t.Wide.Second, t.Narrow.Second, y, F, Broadcast.RowScalar));
        Finish(stream, t, p, node, y);
    }

    private static void Normalise(CoreStream stream, RowTile t, ElementwiseParameters p, Node node, float epsilon, bool gamma, bool beta)
    {
        const VectorFormat F = VectorFormat.Float32;
        Address inverse = t.Constants, gammas = inverse + sizeof(float), betas = gammas + (gamma ? t.Columns * sizeof(float) : 0);
        var x = FloatInput(stream, t, p, node);
        MeanOfRows(stream, t, x, inverse);
        Shape(stream, t, sizeof(float), sizeof(float), sizeof(float));
        stream.Emit(new Subtract(x, t.Narrow.Second, t.Wide.First, F, Broadcast.RowScalar));
        Shape(stream, t, sizeof(float), t.Columns * sizeof(float), sizeof(float));
        stream.Emit(new Multiply(t.Wide.First, t.Wide.First, t.Wide.Second, F, Broadcast.None));
        MeanOfRows(stream, t, t.Wide.Second, inverse);
        Column(stream, t.Rows, sizeof(float), sizeof(float));
        stream.Emit(new ReciprocalSquareRoot(t.Narrow.Second, t.Narrow.First, epsilon));
        Shape(stream, t, sizeof(float), sizeof(float), sizeof(float));
        var y = FloatOutput(t, node, t.Wide.Second);
        stream.Emit(new Multiply(t.Wide.First, t.Narrow.First, y, F, Broadcast.RowScalar));
        Shape(stream, t, sizeof(float), 0, sizeof(float));
        if (gamma)
        {
            stream.Emit(new Multiply(y, gammas, y, F, Broadcast.None));
        }

        if (beta)
        {
            stream.Emit(new Add(y, betas, y, F, Broadcast.None));
        }

        Finish(stream, t, p, node, y);
    }

    // Leaves the mean of each row in the second narrow scratch.
    private static void MeanOfRows(CoreStream stream, RowTile t, Address x, Address inverse)
    {
        Shape(stream, t, sizeof(float), 0, sizeof(float));
        stream.Emit(new ReduceSum(x, t.Narrow.First, VectorFormat.Float32, ReduceAxis.Columns, 0));
        Column(stream, t.Rows, sizeof(float), sizeof(float));
        stream.Emit(new Multiply(t.Narrow.First, inverse, t.Narrow.Second, VectorFormat.Float32, Broadcast.RowScalar));
    }

    private static Address FloatInput(CoreStream stream, RowTile t, ElementwiseParameters p, Node node)
    {
        if (node.Input(0).Type == ElementType.Float32)
        {
            return t.In;
        }

        ToFloat(stream, t, t.Wide.First, p);
        return t.Wide.First;
    }

    private static Address FloatOutput(RowTile t, Node node, Address scratch) => node.Output.Type == ElementType.Float32 ? t.Out : scratch;

    private static void Finish(CoreStream stream, RowTile t, ElementwiseParameters p, Node node, Address y)
    {
        if (node.Output.Type != ElementType.Float32)
        {
            ToInt8(stream, t, y, p);
        }
    }

    private static void ToInt8(CoreStream stream, RowTile t, Address from, ElementwiseParameters p)
    {
        ScaleOut(stream, p);
        Shape(stream, t, sizeof(float), 0, 1);
        stream.Emit(new Quantise(from, t.Out));
    }

    private static void ToFloat(CoreStream stream, RowTile t, Address to, ElementwiseParameters p)
    {
        ScaleA(stream, p);
        Shape(stream, t, 1, 0, sizeof(float));
        stream.Emit(new Dequantise(t.In, to));
    }

    private static void ScaleA(CoreStream stream, ElementwiseParameters p) =>
        stream.Configure(new VectorScaleA((short)p.A.Zero, p.A.Multiplier, (sbyte)p.A.Shift, p.A.Scale));

    private static void ScaleOut(CoreStream stream, ElementwiseParameters p) => stream.Configure(new VectorScaleOut(
        (short)p.Out.Zero, p.Out.Multiplier, (sbyte)p.Out.Shift, p.Out.Scale, (short)p.ClampMin, (short)p.ClampMax));

    /// <summary>The whole tile; sizes are bytes per element of A and of the result, pitch B as it is.</summary>
    private static void Shape(CoreStream stream, RowTile t, uint sizeA, uint pitchB, uint sizeOut) =>
        stream.Configure(new VectorShape(t.Rows, t.Columns, t.Columns * sizeA, pitchB, t.Columns * sizeOut));

    /// <summary>One value per row, as one row of as many columns.</summary>
    private static void Column(CoreStream stream, uint rows, uint sizeA, uint sizeOut) =>
        stream.Configure(new VectorShape(1, rows, rows * sizeA, 0, rows * sizeOut));
}
