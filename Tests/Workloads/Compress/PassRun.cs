using NpuSim.Workloads.Compress;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Tests.Workloads.Compress;

/// <summary>Runs passes of the pipeline by name.</summary>
internal static class PassRun
{
    /// <summary>The graph after the named passes, each verified; the argument is left alone.</summary>
    public static Graph Of(Graph graph, params string[] names)
    {
        var copy = GraphCopy.Clone(graph);
        var context = new PassContext(new PreparationOptions());
        foreach (var name in names)
        {
            Preparation.Passes.First(pass => pass.Name == name).Apply(copy, context);
            GraphVerifier.Verify(copy);
        }

        return copy;
    }

    /// <summary>Operators in order.</summary>
    public static string Operators(Graph graph) => string.Join(' ', graph.Nodes.Select(node => node.Kind));

    /// <summary>The nodes' lines of the printed graph, without those of inputs and outputs.</summary>
    public static string Text(Graph graph) => string.Join('\n', graph.Nodes.Select(GraphPrinter.Print)) + "\n";
}
