using NpuSim.Workloads.Graphs;
using Xunit;

namespace NpuSim.Tests.Workloads.Graphs;

public sealed class GraphHashTests
{
    public static TheoryData<string, Action<Graph>> Changes => new()
    {
        { "an attribute", graph => graph.Nodes[5].Attributes = new SoftmaxAttributes(1, 3) },
        { "a weight", graph => graph.Nodes[0].Inputs[1]!.Data![7]++ },
        { "a scale", graph => graph.Inputs[0].Quantisation = Quantisation.PerTensor(0.50001f, -1) },
        { "a zero point", graph => graph.Inputs[0].Quantisation = Quantisation.PerTensor(0.5f, 0) },
        { "the dialect", graph => graph.Arithmetic = Arithmetic.TfliteRuy },
        { "a connection", graph => graph.Nodes[1].Inputs = [graph.Nodes[0].Output, graph.Nodes[0].Inputs[1]] },
        { "the order of outputs", graph => graph.Outputs.Reverse() },
        { "a shape", graph => graph.Inputs[0].Shape = [1, 8, 24, 1] },
        { "an absent operand", graph => graph.Nodes[4].Inputs = [graph.Nodes[4].Inputs[0], graph.Nodes[4].Inputs[2], null] },
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public void A_change_of_what_is_computed_changes_the_hash(string what, Action<Graph> change)
    {
        var graph = GraphPrinterTests.Small();
        change(graph);

        Assert.True(GraphHash.Compute(graph) != GraphHash.Compute(GraphPrinterTests.Small()), $"{what} did not change the hash");
    }

    [Fact]
    public void Names_of_nodes_and_of_the_graph_do_not_count()
    {
        var graph = GraphPrinterTests.Small();
        graph.Name = "other";
        graph.Nodes[2].Name = "other";

        Assert.Equal(GraphHash.Compute(GraphPrinterTests.Small()), GraphHash.Compute(graph));
    }

    [Fact]
    public void The_hash_is_the_same_on_every_host() =>
        Assert.StartsWith("159cb4320c2bfcb4b554165fbc2df61b", GraphHash.Compute(GraphPrinterTests.Small()), StringComparison.Ordinal);
}
