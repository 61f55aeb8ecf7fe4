using NpuSim.Isa.Program;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Quantised;

namespace NpuSim.Workloads.Compress;

/// <summary>Lets data movement work on int8: a dequantisation sinks below it, a quantisation rises above it, and a dequantisation followed
/// by a quantisation is nothing, or a requantisation where the scales differ.</summary>
/// <remarks>Exact: movement, maximum pools included, commutes with rounding to a grid.</remarks>
internal static class MoveQuantisation
{
    public const string Name = "move-quantisation";

    public static void Apply(Graph graph, PassContext context)
    {
        if (FloatIslands.AreMeant(graph))
            return;
        var rewriter = new GraphRewriter(graph);
        var (moved, paired) = (0, 0);
        for (var again = true; again;)
        {
            again = false;
            foreach (var node in rewriter.Snapshot())
            {
                if (!rewriter.IsAlive(node))
                    continue;
                if (Sink(rewriter, node) || Raise(rewriter, node))
                {
                    moved++;
                    again = true;
                }
                else if (Pair(rewriter, node))
                {
                    paired++;
                    again = true;
                }
            }
        }

        rewriter.Finish();
        context.Changed(Name, moved, "data movements made int8");
        context.Changed(Name, paired, "dequantise-quantise pairs removed or made requantisations");
    }

    /// <summary>The dequantisation, of an int8 tensor with one scale, that computes a value; null where none does.</summary>
    public static Node? Dequantisation(GraphRewriter rewriter, Tensor? tensor) =>
        rewriter.Producer(tensor, OperatorKind.Dequantise) is { } node
        && node.Input(0) is { Type: ElementType.Int8, Quantisation.IsPerTensor: true } ? node : null;

    /// <summary>Whether the operator only moves values (or picks the largest), so that it works on any grid that holds 0.</summary>
    public static bool IsMove(Node node) => node.Attributes switch
    {
        ReshapeAttributes or TransposeAttributes or SliceAttributes or ConcatenateAttributes or GatherAttributes => true,
        PadAttributes pad => pad.Mode != PadMode.Constant || pad.Value == 0,
        ResizeAttributes resize => resize.Mode is ResizeMode.NearestFloor or ResizeMode.NearestHalfPixel,
        MaxPoolAttributes pool => pool.Activation == ActivationBounds.None || pool.Activation == ActivationBounds.Relu,
        _ => false,
    };

    /// <summary>move(dequantise(x)) becomes dequantise(move(x)).</summary>
    private static bool Sink(GraphRewriter rewriter, Node move)
    {
        if (!IsMove(move) || move.Output.Type != ElementType.Float32)
            return false;
        var operands = move.Kind == OperatorKind.Concatenate ? move.Inputs.Count : 1;
        var sources = new Tensor?[move.Inputs.Count];
        for (var i = 0; i < sources.Length; i++)
        {
            sources[i] = move.Inputs[i];
            if (i >= operands)
                continue;
            if (Dequantisation(rewriter, move.Inputs[i]) is not { } dequantise)
                return false;
            sources[i] = dequantise.Input(0);
            if (!QuantisedNodes.SameQuantisation(sources[0]!, sources[i]!))
                return false;
        }

        // Movement of constants is for constant folding; a whole chain of them would sink through the graph here.
        if (sources[0]!.IsConstant && move.Kind != OperatorKind.Gather)
            return false;
        var result = move.Output;
        var integers = rewriter.Derive(result, "/int8", ElementType.Int8, result.Shape);
        integers.Quantisation = sources[0]!.Quantisation;
        rewriter.SetInputs(move, sources);
        rewriter.SetOutput(move, integers);
        rewriter.Add(move.Name + "/dequantise", new DequantiseAttributes(), integers, result);
        return true;
    }

    /// <summary>quantise(move(x)) becomes move(quantise(x)).</summary>
    private static bool Raise(GraphRewriter rewriter, Node quantise)
    {
        if (quantise.Kind != OperatorKind.Quantise || quantise.Output is not { Type: ElementType.Int8, Quantisation: { IsPerTensor: true } step })
            return false;
        if (rewriter.Producer(quantise.Input(0)) is not { } move || !IsMove(move) || rewriter.OnlyReader(move.Output) is null
            || move.Kind == OperatorKind.Gather)
            return false;
        var operands = move.Inputs.Select(input => Quantised(rewriter, move, input!, step)).ToArray();
        var result = quantise.Output;
        rewriter.Remove(quantise);
        rewriter.SetInputs(move, operands);
        rewriter.SetOutput(move, result);
        return true;
    }

    private static Tensor Quantised(GraphRewriter rewriter, Node move, Tensor real, Quantisation step)
    {
        var integers = rewriter.Derive(real, "/int8", ElementType.Int8, real.Shape);
        integers.Quantisation = step;
        rewriter.Add(real.Name + "/quantise", new QuantiseAttributes(), real, integers);
        return integers;
    }

    private static bool Pair(GraphRewriter rewriter, Node quantise)
    {
        if (quantise.Kind != OperatorKind.Quantise || Dequantisation(rewriter, quantise.Input(0)) is not { } dequantise
            || quantise.Output is not { Quantisation.IsPerTensor: true } result)
            return false;
        var source = dequantise.Input(0);
        if (source.IsConstant)
            return false;
        if (result.Type == ElementType.Int8 && QuantisedNodes.SameQuantisation(source, result) && rewriter.Bypass(quantise, source))
            return true;
        rewriter.SetInput(quantise, 0, source);
        quantise.Attributes = new RequantiseAttributes();
        return true;
    }
}
