using NpuSim.Isa.Instructions;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Compile.Lowering;

/// <summary>Functions of one float32 operand on the vector unit, element by element.</summary>
internal static class FunctionLowering
{
    public static LayerPlan Lower(LoweringContext context, Node node) => node.Attributes switch
    {
        ClampAttributes { Bounds: var bounds } => Plan(context, node, (x, y) => new Clamp(x, y, VectorFormat.Float32, bounds.Low, bounds.High)),
        UnaryAttributes { Function: var function } when Of(function) is { } kind => Plan(context, node, (x, y) => new Function(x, y, kind)),
        UnaryAttributes { Function: var function } => new HostPlan($"the vector unit has no float32 {function}"),
        _ => throw new ArgumentException($"{node.Name}: {node.Kind} is not a function of one operand", nameof(node)),
    };

    /// <summary>The vector unit's function; null where it has none.</summary>
    public static VectorFunction? Of(UnaryFunction function) => function switch
    {
        UnaryFunction.Sigmoid => VectorFunction.Sigmoid,
        UnaryFunction.Tanh => VectorFunction.Tanh,
        UnaryFunction.Erf => VectorFunction.Erf,
        UnaryFunction.Gelu => VectorFunction.Gelu,
        UnaryFunction.GeluTanh => VectorFunction.GeluTanh,
        UnaryFunction.Swish => VectorFunction.Swish,
        UnaryFunction.Exp => VectorFunction.Exp,
        UnaryFunction.Log or UnaryFunction.Sqrt or UnaryFunction.Rsqrt or UnaryFunction.Reciprocal or UnaryFunction.Negate or UnaryFunction.Absolute
            or UnaryFunction.Square or UnaryFunction.HardSwish or UnaryFunction.HardSigmoid or UnaryFunction.LeakyRelu or UnaryFunction.Elu
            or UnaryFunction.Softplus or UnaryFunction.Floor or UnaryFunction.Ceiling or UnaryFunction.Round or UnaryFunction.Sine
            or UnaryFunction.Cosine => null,
    };

    private static LayerPlan Plan(LoweringContext context, Node node, Func<Address, Address, Instruction> operation)
    {
        Tensor input = node.Input(0), output = node.Output;
        const int Size = sizeof(float);
        long perTile = UnitTiling.Choose(context, input.Elements, 2 * Size, 2, 0, out string reason);
        if (perTile == 0)
        {
            return new HostPlan(reason);
        }

        Address source = context.Home(input), target = context.Home(output);
        var tiles = UnitTiling.Cut(input.Elements, perTile);
        var steps = Enumerable.Range(0, context.Cores).Select(Steps).ToList();
        return new TiledPlan(Engine.Vector, 0, 0, $"{tiles.Count} tiles", steps);

        List<TileStep> Steps(int core)
        {
            var activation = context.Slots(MemorySpace.Activation);
            int slots = ConvolutionTiling.Slots(tiles.Count);
            SlotRing ringIn = activation.Ring(slots, perTile * Size), ringOut = activation.Ring(slots, perTile * Size);
            return [.. context.Share(tiles, core).Select(tile => Step(tile, ringIn.Next(), ringOut.Next()))];
        }

        TileStep Step(UnitTile tile, Address x, Address y) => new PhasedStep(null,
            stream => stream.Transfer(DmaRole.Activations, x, source + tile.First * Size, tile.Count * Size),
            stream =>
            {
                uint n = (uint)tile.Count;
                stream.Configure(new VectorShape(1, n, n * Size, 0, n * Size));
                stream.Emit(operation(x, y));
            },
            stream => stream.Transfer(DmaRole.Store, target + tile.First * Size, y, tile.Count * Size));
    }
}
