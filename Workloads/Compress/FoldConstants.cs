using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Interpret;

namespace NpuSim.Workloads.Compress;

/// <summary>Evaluates operators whose operands are all constant.</summary>
/// <remarks>Dequantised constants are kept at first: the fusion of quantised models needs to see their integers.</remarks>
internal static class FoldConstants
{
    public const string Name = "fold-constants";

    /// <summary>Largest result that is worth keeping as a constant, in bytes.</summary>
    private const long LargestResult = 1L << 28;

    public static void Apply(Graph graph, PassContext context) => Run(graph, context, keepDequantise: true);

    public static void ApplyToAll(Graph graph, PassContext context) => Run(graph, context, keepDequantise: false);

    private static void Run(Graph graph, PassContext context, bool keepDequantise)
    {
        var rewriter = new GraphRewriter(graph);
        var folded = 0;
        foreach (var node in rewriter.Snapshot())
        {
            if (!node.Inputs.All(input => input is null or { IsConstant: true }) || node.Outputs.Any(output => output.Bytes > LargestResult))
                continue;
            if (keepDequantise && node.Kind == OperatorKind.Dequantise)
                continue;
            Fold(rewriter, node);
            folded++;
        }

        rewriter.Finish();
        context.Changed(Name, folded, "constant operators evaluated");
    }

    private static void Fold(GraphRewriter rewriter, Node node)
    {
        var inputs = node.Inputs.Select(input => input is null ? default : new ReadOnlyMemory<byte>(input.Data)).ToArray();
        var results = node.Outputs.Select(output => new byte[output.Bytes]).ToArray();
        Interpreter.Execute(rewriter.Graph, node, inputs, [.. results.Select(result => result.AsMemory())]);
        rewriter.Remove(node);
        for (var i = 0; i < results.Length; i++)
            node.Outputs[i].Data = results[i];
    }
}
