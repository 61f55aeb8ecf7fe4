using NpuSim.Isa.Instructions;
using NpuSim.Isa.Machine;
using NpuSim.Isa.Program;
using NpuSim.Simulator;
using NpuSim.Workloads.Compile;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Interpret;
using Xunit;

namespace NpuSim.Tests.Workloads.Compile;

/// <summary>Layers whose tiles only just fit a buffer, or a field of an instruction.</summary>
public class TightTilingTests
{
    private static readonly Quantisation Scale = Quantisation.PerTensor(0.05f, 3);

    [Theory]
    [InlineData(65, 700)]
    [InlineData(129, 400)]
    [InlineData(130, 700)]
    [InlineData(187, 701)]
    public void Two_halves_of_rows_stay_inside_the_activation_buffer(int rows, int columns)
    {
        var row = Random([columns], 2);
        Check(new BinaryAttributes(BinaryFunction.Multiply, ActivationBounds.None), [1, rows, columns], [1, rows, columns], "edge", [], row);
    }

    [Theory]
    [InlineData(1280, "core.weight.sizeKiB=8")]
    [InlineData(1280, "core.accumulator.sizeKiB=4")]
    [InlineData(2048, "core.activation.sizeKiB=4")]
    public void Means_of_many_channels_are_cut_to_every_buffer_they_use(int channels, string small) =>
        Check(new ReduceAttributes(ReduceFunction.Mean, [1, 2], false), [1, 7, 7, channels], [1, channels], "edge", [small]);

    [Fact]
    public void A_pool_along_more_than_65535_rows_is_cut_into_tiles_that_an_instruction_can_count()
    {
        var window = new Window(2, 1, 2, 1, 1, 1, default);
        Check(new MaxPoolAttributes(window, ActivationBounds.None), [1, 140000, 1, 1], [1, 70000, 1, 1], "edge", []);
    }

    [Fact]
    public void A_convolution_that_reads_more_than_65535_rows_is_cut_into_tiles_that_an_instruction_can_count()
    {
        var weights = Random([1, 1, 1, 1], 5);
        Check(new ConvolutionAttributes(new Window(1, 1, 2, 1, 1, 1, default), 1, ActivationBounds.None), [1, 100000, 1, 1], [1, 50000, 1, 1], "edge", [],
            weights, null);
    }

    // The node runs on the NPU, and computes what the interpreter computes.
    private static void Check(OperatorAttributes attributes, int[] from, int[] to, string preset, string[] overrides, params Tensor?[] others)
    {
        var graph = new Graph("tight") { Arithmetic = Arithmetic.Float };
        var input = new Tensor("x", ElementType.Int8, from) { Quantisation = Scale };
        var output = new Tensor("y", ElementType.Int8, to) { Quantisation = Scale };
        graph.Inputs.Add(input);
        graph.Nodes.Add(new Node("node", attributes, [input, .. others], [output]));
        graph.Outputs.Add(output);
        var values = RandomNetwork.Inputs(graph, 1);
        var machine = MachineFile.Load(preset, overrides);
        var program = Compiler.Compile(graph, machine);
        Assert.NotEqual(Engine.Sequencer, Assert.Single(program.Layers).Engine);
        var result = NpuMachine.Run(program, machine, new SimulationOptions(), values, new HostProcessor(), CancellationToken.None);
        Assert.Equal(new Interpreter(graph).Run(values)["y"], result.Outputs["y"]);
        Assert.InRange(result.Report.Layers[0].Utilization, 0, 1);
    }

    private static Tensor Random(int[] shape, int seed)
    {
        var tensor = new Tensor("c", ElementType.Int8, shape) { Quantisation = Scale };
        tensor.Data = new byte[tensor.Bytes];
        new Random(seed).NextBytes(tensor.Data);
        return tensor;
    }
}
