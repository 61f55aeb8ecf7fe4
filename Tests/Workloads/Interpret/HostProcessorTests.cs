using NpuSim.Isa.Instructions;
using NpuSim.Isa.Program;
using NpuSim.Tests.Workloads.Graphs;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Interpret;
using Xunit;
using static NpuSim.Tests.Workloads.Interpret.TestTensors;

namespace NpuSim.Tests.Workloads.Interpret;

public sealed class HostProcessorTests
{
    [Fact]
    public void Every_node_of_a_graph_gives_on_the_host_what_it_gives_in_the_interpreter()
    {
        var graph = GraphPrinterTests.Small();
        var contents = new Dictionary<string, byte[]> { ["x"] = Bytes(RandomInt8(1, 192)) };
        var processor = new HostProcessor();
        new Interpreter(graph).Run(new Dictionary<string, byte[]>(contents), (node, outputs) =>
        {
            var (operation, tensors) = Entry(graph, node);
            ReadOnlyMemory<byte>[] inputs =
                [.. node.Inputs.Where(input => input is not null).Select(input => input!.Data ?? contents[input.Name])];
            var result = new byte[outputs[0].Data.Length];

            processor.Execute(operation, tensors, inputs, [result]);

            Assert.Equal(outputs[0].Data, result);
            contents[outputs[0].Tensor.Name] = outputs[0].Data;
        });
        Assert.Equal(7, contents.Count);
    }

    [Fact]
    public void Scales_of_each_channel_and_absent_operands_survive_the_program()
    {
        var graph = GraphPrinterTests.Small();

        Assert.Equal("Convolution", HostOperators.Describe(graph, graph.Nodes[0]).Operator);
        Assert.Contains("\"Scales\":[0.01,0.02,0.03,0.04]", HostOperators.Describe(graph, graph.Nodes[0]).AttributesJson, StringComparison.Ordinal);
        Assert.Contains(",null,", HostOperators.Describe(graph, graph.Nodes[4]).AttributesJson, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Convolve", null, "host operator c: Convolve is not an operator")]
    [InlineData("0", null, "host operator c: 0 is not an operator")]
    [InlineData("Convolution", "{", "host operator c: its attributes are not readable: ")]
    [InlineData("Convolution", "null", "host operator c: its attributes are not readable: ")]
    [InlineData("Convolution", "{\"Arithmetic\":\"Float\",\"Attributes\":{},\"Inputs\":[],\"Outputs\":[]}", "host operator c: 3 inputs and 1 outputs do not fit")]
    [InlineData("Softmax", null, "attributes of a Softmax are not readable: ")]
    public void An_entry_that_is_not_an_operator_is_refused(string name, string? attributes, string message)
    {
        var graph = GraphPrinterTests.Small();
        var (operation, tensors) = Entry(graph, graph.Nodes[0]);
        operation = operation with { Operator = name, Attributes = attributes ?? operation.Attributes };

        var exception = Assert.Throws<ModelException>(
            () => new HostProcessor().Execute(operation, tensors, [new byte[192], new byte[108], new byte[16]], [new byte[64]]));
        Assert.StartsWith(message, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_tensor_outside_the_map_is_refused()
    {
        var graph = GraphPrinterTests.Small();
        var (operation, tensors) = Entry(graph, graph.Nodes[2]);

        var exception = Assert.Throws<ModelException>(
            () => new HostProcessor().Execute(operation with { Inputs = [7] }, tensors, [new byte[64]], [new byte[64]]));
        Assert.Equal("host operator r: it names tensor 7, there are 2", exception.Message);
    }

    [Fact]
    public void Operations_are_counted_and_never_none()
    {
        var graph = GraphPrinterTests.Small();

        // 64 outputs of 27 multiply-accumulates, and 8 for each quantised result.
        Assert.Equal(64 * (54 + 8), HostOperators.CountOperations(graph.Nodes[0]));
        Assert.Equal(64, HostOperators.CountOperations(graph.Nodes[2]));
        Assert.Equal(16 * (24 + 8), HostOperators.CountOperations(graph.Nodes[5]));
        Assert.All(graph.Nodes, node => Assert.True(HostOperators.CountOperations(node) > 0));
    }

    // The node as the compiler enters it: present inputs, then outputs.
    private static (HostOperator Operation, TensorEntry[] Tensors) Entry(Graph graph, Node node)
    {
        var present = node.Inputs.Where(input => input is not null).Select(input => input!).ToList();
        TensorEntry[] tensors = [.. present.Append(node.Output).Distinct().Select(tensor => new TensorEntry(
            tensor.Name, tensor.IsConstant ? TensorRole.Constant : TensorRole.Intermediate, new Address(MemorySpace.Dram, 0), tensor.Type, tensor.Shape,
            0, 0, 0, 0))];
        int Index(Tensor tensor) => Array.FindIndex(tensors, entry => entry.Name == tensor.Name);
        var (name, attributes) = HostOperators.Describe(graph, node);
        return (new HostOperator(
            node.Name, name, attributes, [.. present.Select(Index)], [.. node.Outputs.Select(Index)], HostOperators.CountOperations(node), "test"), tensors);
    }
}
