using NpuSim.Isa.Instructions;
using NpuSim.Isa.Program;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Quantised;

namespace NpuSim.Workloads.Compile.Lowering;

/// <summary>Where the rows of one tile are while the chain runs.</summary>
/// <param name="Rows">Rows of the tile.</param>
/// <param name="Columns">Elements of a row.</param>
/// <param name="In">Tile as loaded.</param>
/// <param name="Out">Tile to store.</param>
/// <param name="Wide">Scratch: 4 bytes per element, twice.</param>
/// <param name="Narrow">Scratch: 8 bytes per row, twice.</param>
/// <param name="Constants">Constants of the layer, where it has any.</param>
internal sealed record RowTile(
    uint Rows, uint Columns, Address In, Address Out, (Address First, Address Second) Wide, (Address First, Address Second) Narrow, Address Constants);

/// <summary>What a row operation does to a tile, and what it needs.</summary>
/// <param name="Chain">The vector instructions.</param>
/// <param name="Constants">Bytes that stay in the activation buffer for the whole layer.</param>
/// <param name="Scratch">Whether rows matter and scratch is needed; without, elements are converted one by one.</param>
internal sealed record RowWork(Action<CoreStream, RowTile> Chain, byte[] Constants, bool Scratch);

/// <summary>Cuts operations on rows into tiles of the activation buffer, and the vector instructions that their chains share.</summary>
internal static class RowTiles
{
    public const string NoFloat = "the vector unit does not compute in float32 (core.vector.float32 is false)";

    // Softmax and layer normalisation take int8 or float32 on either side.
    public static ElementwiseParameters? Parameters(LoweringContext context, Node node, out string reason)
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

    public static ScaleParameters Scales(Tensor tensor) =>
        tensor.Quantisation is { } quantisation ? new ScaleParameters(quantisation.Zero, 0, 0, quantisation.Scale) : default;

    public static LayerPlan Plan(LoweringContext context, Node node, RowWork work)
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
                steps.Add(new PhasedStep(prefetch,
                    stream => stream.Transfer(DmaRole.Activations, x, source + tile.First * inBytes, tile.Count * inBytes),
                    stream => work.Chain(stream, rowTile),
                    stream => stream.Transfer(DmaRole.Store, target + tile.First * outBytes, y, tile.Count * outBytes)));
            }

            return steps;
        }
    }

    /// <summary>The tile in float32, dequantised where it is int8.</summary>
    public static Address FloatInput(CoreStream stream, RowTile t, ElementwiseParameters p, Node node)
    {
        if (node.Input(0).Type == ElementType.Float32)
        {
            return t.In;
        }

        ToFloat(stream, t, t.Wide.First, p);
        return t.Wide.First;
    }

    /// <summary>Where the float32 result goes: the output tile itself, or scratch that is quantised afterwards.</summary>
    public static Address FloatOutput(RowTile t, Node node, Address scratch) => node.Output.Type == ElementType.Float32 ? t.Out : scratch;

    public static void Finish(CoreStream stream, RowTile t, ElementwiseParameters p, Node node, Address y)
    {
        if (node.Output.Type != ElementType.Float32)
        {
            ToInt8(stream, t, y, p);
        }
    }

    public static void ToInt8(CoreStream stream, RowTile t, Address from, ElementwiseParameters p)
    {
        ScaleOut(stream, p);
        Shape(stream, t, sizeof(float), 0, 1);
        stream.Emit(new Quantise(from, t.Out));
    }

    public static void ToFloat(CoreStream stream, RowTile t, Address to, ElementwiseParameters p)
    {
        ScaleA(stream, p);
        Shape(stream, t, 1, 0, sizeof(float));
        stream.Emit(new Dequantise(t.In, to));
    }

    public static void ScaleA(CoreStream stream, ElementwiseParameters p) =>
        stream.Configure(new VectorScaleA((short)p.A.Zero, p.A.Multiplier, (sbyte)p.A.Shift, p.A.Scale));

    public static void ScaleOut(CoreStream stream, ElementwiseParameters p) => stream.Configure(new VectorScaleOut(
        (short)p.Out.Zero, p.Out.Multiplier, (sbyte)p.Out.Shift, p.Out.Scale, (short)p.ClampMin, (short)p.ClampMax));

    /// <summary>The whole tile; sizes are bytes per element of A and of the result, pitch B as it is.</summary>
    public static void Shape(CoreStream stream, RowTile t, uint sizeA, uint pitchB, uint sizeOut) =>
        stream.Configure(new VectorShape(t.Rows, t.Columns, t.Columns * sizeA, pitchB, t.Columns * sizeOut));

    /// <summary>One value per row, as one row of as many columns.</summary>
    public static void Column(CoreStream stream, uint rows, uint sizeA, uint sizeOut) =>
        stream.Configure(new VectorShape(1, rows, rows * sizeA, 0, rows * sizeOut));
}
