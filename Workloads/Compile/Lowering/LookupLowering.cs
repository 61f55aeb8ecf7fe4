using NpuSim.Isa.Instructions;
using NpuSim.Isa.Program;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Interpret;

namespace NpuSim.Workloads.Compile.Lowering;

/// <summary>Functions of one 8-bit operand: a table of 256 results, computed by the interpreter, looked up element by element.</summary>
internal static class LookupLowering
{
    private const int Entries = 256;

    public static LayerPlan Lower(LoweringContext context, Node node)
    {
        Tensor input = node.Input(0), output = node.Output;
        if (!IsByte(input) || !IsByte(output))
        {
            return new HostPlan($"{input.Type} to {output.Type}: the vector unit looks up 8-bit values with one scale per tensor");
        }

        Address source = context.Home(input), target = context.Home(output);
        bool inPlaceIn = LoweringContext.InPlace(source), inPlaceOut = LoweringContext.InPlace(target);
        long perTile = UnitTiling.Choose(context, input.Elements, (inPlaceIn ? 0 : 1) + (inPlaceOut ? 0 : 1), 2, Entries, out string reason);
        if (perTile == 0)
        {
            return new HostPlan(reason);
        }

        Address table = context.Constants.Add($"{node.Name}.table", Table(context.Graph, node), context.Layer);
        var tiles = UnitTiling.Cut(input.Elements, perTile);
        var steps = Enumerable.Range(0, context.Cores).Select(Steps).ToList();
        return new TiledPlan(Engine.Vector, 0, Entries, $"{tiles.Count} tiles", steps);

        List<TileStep> Steps(int core)
        {
            var mine = context.Share(tiles, core);
            var activation = context.Slots(MemorySpace.Activation);
            int slots = ConvolutionTiling.Slots(tiles.Count);
            var entries = activation.Take(Entries);
            var ringIn = activation.Ring(slots, inPlaceIn ? 0 : perTile);
            var ringOut = activation.Ring(slots, inPlaceOut ? 0 : perTile);
            var steps = new List<TileStep>();
            foreach (var tile in mine)
            {
                Address x = inPlaceIn ? source + tile.First : ringIn.Next(), y = inPlaceOut ? target + tile.First : ringOut.Next();
                Action<CoreStream>? prefetch = steps.Count == 0 ? stream => stream.Transfer(DmaRole.Weights, entries.Current, table, Entries) : null;
                steps.Add(new PhasedStep(prefetch,
                    inPlaceIn ? null : stream => stream.Transfer(DmaRole.Activations, x, source + tile.First, tile.Count),
                    stream =>
                    {
                        stream.Configure(new VectorShape(1, (uint)tile.Count, (uint)tile.Count, 0, (uint)tile.Count));
                        stream.Emit(new Lookup(x, entries.Current, y));
                    },
                    inPlaceOut ? null : stream => stream.Transfer(DmaRole.Store, target + tile.First, y, tile.Count)));
            }

            return steps;
        }
    }

    private static bool IsByte(Tensor tensor) =>
        tensor.Type is ElementType.Int8 or ElementType.UInt8 && tensor.Quantisation is null or { IsPerTensor: true };

    // Entry i is the result for the byte i − 128, whatever sign the operand's type gives it.
    private static byte[] Table(Graph graph, Node node)
    {
        Tensor Probe(Tensor like) => new(like.Name, like.Type, [Entries]) { Quantisation = like.Quantisation };
        var probe = new Node(node.Name, node.Attributes, [Probe(node.Input(0))], [Probe(node.Output)]);
        var operand = new byte[Entries];
        for (int i = 0; i < Entries; i++)
        {
            operand[i] = (byte)(i - 128);
        }

        var table = new byte[Entries];
        Interpreter.Execute(graph, probe, [operand], [table]);
        return table;
    }
}
