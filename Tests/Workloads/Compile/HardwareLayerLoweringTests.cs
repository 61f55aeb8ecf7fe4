using NpuSim.Isa.Instructions;
using NpuSim.Isa.Machine;
using NpuSim.Isa.Program;
using NpuSim.Simulator;
using NpuSim.Workloads.Compile;
using NpuSim.Workloads.Compress;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Import.LayerTables;
using NpuSim.Workloads.Interpret;
using Xunit;

namespace NpuSim.Tests.Workloads.Compile;

/// <summary>Which products become hardware layers, and into how many they are cut.</summary>
public sealed class HardwareLayerLoweringTests
{
    [Theory]
    [InlineData("a,14,14,128,32,1,1,1,0", 1)]
    [InlineData("a,28,28,64,64,1,1,2,0", 1)]
    [InlineData("a,64,64,32,16,3,3,1,1", 2)]
    [InlineData("a,224,224,8,8,7,7,2,3", 4)]
    public void A_layer_that_fits_the_buffer_is_one_and_another_is_cut_by_rows(string row, int least)
    {
        var layers = Compile(row, []).Streams[0].OfType<HardwareLayer>().ToList();
        Assert.True(least == 1 ? layers.Count == 1 : layers.Count >= least, $"{layers.Count} layers");
    }

    [Fact]
    public void A_cut_that_gains_little_is_not_made_finer()
    {
        // Four rows at a time fill the banks; one at a time leave room for the next, and gain 2.6 %, but read features and weights four times as often.
        var layers = Compile("a,224,224,64,64,3,3,1,1", []).Streams[0].OfType<HardwareLayer>().ToList();
        Assert.Equal(56, layers.Count);
        Assert.All(layers, layer => Assert.Equal(4, layer.OutRows));
    }

    [Theory]
    [InlineData("a,20,20,24,20,3,3,2,1", "cores=1")]
    [InlineData("a,20,20,24,20,3,3,1,1", "core.activation.sizeKiB=4;core.weight.sizeKiB=8")]
    [InlineData("a,20,20,24,40,5,3,1,2", "cores=3;core.activation.sizeKiB=4;core.weight.sizeKiB=16")]
    [InlineData("a,9,30,16,8,4,1,3,0", "core.convolutionPipeline.dataBanks=1;core.convolutionPipeline.weightBanks=1")]
    [InlineData("a,5,5,300,33,1,1,1,0", "core.convolutionPipeline.dataBanks=1;core.convolutionPipeline.weightBanks=3")]
    public void What_is_cut_computes_what_the_interpreter_computes(string row, string sets)
    {
        var graph = Graph(row);
        var machine = MachineFile.Load("nvdla-small", sets.Split(';'));
        var program = Compiler.Compile(graph, machine);
        Assert.Contains(program.Streams[0], instruction => instruction is HardwareLayer);
        var inputs = DrawnInputs.Draw(graph, 7);
        var result = NpuMachine.Run(program, machine, new SimulationOptions { Threads = 2 }, inputs, new HostProcessor(), CancellationToken.None);
        foreach (var (name, bytes) in new Interpreter(graph).Run(inputs))
        {
            Assert.Equal(bytes, result.Outputs[name]);
        }
    }

    [Fact]
    public void A_product_of_which_not_even_a_row_fits_is_tiled_as_on_other_machines()
    {
        var program = Compile("a,32,32,512,16,1,1,1,0", ["core.activation.sizeKiB=4", "core.weight.sizeKiB=4"]);
        Assert.DoesNotContain(program.Streams[0], instruction => instruction is HardwareLayer);
        Assert.Contains(program.Streams[0], instruction => instruction is Convolve);
    }

    [Fact]
    public void One_parameter_for_all_channels_stands_in_a_register()
    {
        var stream = Compile("a,14,14,128,32,1,1,1,0", []).Streams[0];
        Assert.False(Assert.Single(stream.OfType<LayerStage>()).PerChannel);
    }

    private static NpuProgram Compile(string row, string[] sets) => Compiler.Compile(Graph(row), MachineFile.Load("nvdla-small", sets));

    private static Graph Graph(string row)
    {
        using var reader = new StringReader($"name,W,H,C,K,R,S,stride,pad\n{row}\n");
        return LayerTable.Read(reader, "table").Rows[0].Graph;
    }
}
