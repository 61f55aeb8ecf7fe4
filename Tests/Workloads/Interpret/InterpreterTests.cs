using NpuSim.Tests.Workloads.Graphs;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Interpret;
using Xunit;
using static NpuSim.Tests.Workloads.Interpret.TestTensors;

namespace NpuSim.Tests.Workloads.Interpret;

public sealed class InterpreterTests
{
    [Fact]
    public void The_observer_is_told_of_every_node_in_order_with_its_outputs()
    {
        var graph = GraphPrinterTests.Small();
        var seen = new List<string>();
        var outputs = new Interpreter(graph).Run(
            new Dictionary<string, byte[]> { ["x"] = Bytes(RandomInt8(1, 192)) },
            (node, results) => seen.Add($"{node.Name} {results[0].Tensor.Name} {results[0].Data.Length}"));

        Assert.Equal(["c conv 64", "a sum 64", "r flat 64", "s part 16", "n norm 16", "p probability 16"], seen);
        Assert.Equal(["probability", "sum"], outputs.Keys);
    }

    [Fact]
    public void A_run_repeats_itself_on_one_and_on_several_threads()
    {
        var graph = GraphPrinterTests.Small();
        var interpreter = new Interpreter(graph);
        var inputs = Enumerable.Range(0, 8).Select(seed => new Dictionary<string, byte[]> { ["x"] = Bytes(RandomInt8(seed, 192)) }).ToArray();
        var expected = inputs.Select(input => new Interpreter(graph).Run(input)["sum"]).ToArray();

        var actual = new byte[8][];
        Parallel.For(0, 8, index => actual[index] = interpreter.Run(inputs[index])["sum"]);

        Assert.Equal(expected, actual);
        Assert.NotEqual(actual[0], actual[1]);
    }

    [Theory]
    [InlineData("y", 192, "input x of small is missing; 1 of 1 inputs were given")]
    [InlineData("x", 191, "input x of small has 191 bytes, 192 were expected for x: Int8[1×8×8×3]")]
    public void Inputs_that_do_not_fit_are_refused(string name, int bytes, string message)
    {
        var interpreter = new Interpreter(GraphPrinterTests.Small());

        var exception = Assert.Throws<ModelException>(() => interpreter.Run(new Dictionary<string, byte[]> { [name] = new byte[bytes] }));
        Assert.Equal(message, exception.Message);
    }

    [Fact]
    public void An_unknown_input_is_refused()
    {
        var interpreter = new Interpreter(GraphPrinterTests.Small());

        var exception = Assert.Throws<ModelException>(
            () => interpreter.Run(new Dictionary<string, byte[]> { ["x"] = new byte[192], ["z"] = [] }));
        Assert.Equal("small has no input z", exception.Message);
    }

    [Fact]
    public void A_graph_may_hand_a_constant_or_an_input_through()
    {
        var graph = new Graph("through");
        var (x, c) = (Float("x", 1), FloatConstant("c", [5f], 1));
        graph.Inputs.Add(x);
        graph.Outputs.AddRange([x, c]);

        var outputs = new Interpreter(graph).Run(new Dictionary<string, byte[]> { ["x"] = Bytes<float>([3]) });

        Assert.Equal((3f, 5f), (Values<float>(outputs["x"])[0], Values<float>(outputs["c"])[0]));
    }

    [Fact]
    public void Buffers_of_another_length_are_refused()
    {
        var graph = Single(Arithmetic.Float, new ReshapeAttributes(), Float("y", 2), Float("x", 1, 2));

        var exception = Assert.Throws<ModelException>(() => Interpreter.Execute(graph, graph.Nodes[0], [new byte[8]], [new byte[4]]));
        Assert.Equal("node node (Reshape): outputs of 4 bytes, 8 were expected", exception.Message);
    }
}
