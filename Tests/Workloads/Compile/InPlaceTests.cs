using NpuSim.Isa.Instructions;
using NpuSim.Isa.Machine;
using NpuSim.Simulator;
using NpuSim.Workloads.Compile;
using NpuSim.Workloads.Compress;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Import.LayerTables;
using NpuSim.Workloads.Interpret;
using Xunit;

namespace NpuSim.Tests.Workloads.Compile;

/// <summary>Machines whose tensors live where the core works on them.</summary>
public sealed class InPlaceTests
{
    [Fact]
    public void A_layer_moves_nothing_but_its_weights()
    {
        var program = Compiler.Compile(Graph("a,20,20,24,40,3,3,1,1"), MachineFile.Load("ethos-u55-128", []));
        var loads = program.Streams[0].OfType<DmaLoad>().ToList();
        Assert.Equal(program.Streams[0].OfType<Convolve>().Count(), loads.Count);
        Assert.All(loads, load => Assert.Equal(MemorySpace.Weight, load.Destination.Space));
        Assert.Empty(program.Streams[0].OfType<DmaStore>());
    }

    [Theory]
    [InlineData("a,20,20,3,40,3,3,2,1")]
    [InlineData("a,21,20,3,40,3,3,3,1")]
    [InlineData("a,20,19,1,8,10,4,2,1")]
    [InlineData("a,12,9,2,8,5,5,2,2")]
    [InlineData("a,12,9,4,17,1,1,2,0")]
    [InlineData("a,18,9,4,9,7,7,3,3")]
    [InlineData("a,16,16,64,48,3,3,2,1")]
    [InlineData("a,13,11,24,36,3,3,1,1,12")]
    public void A_strided_or_grouped_layer_computes_what_the_interpreter_computes(string row)
    {
        foreach (string[] sets in new[] { Array.Empty<string>(), ["core.weight.sizeKiB=4"], ["core.accumulator.addressedKiB=16"] })
        {
            var graph = Graph(row);
            var machine = MachineFile.Load("ethos-u55-128", sets);
            var inputs = DrawnInputs.Draw(graph, 7);
            var result = NpuMachine.Run(
                Compiler.Compile(graph, machine), machine, new SimulationOptions(), inputs, new HostProcessor(), CancellationToken.None);
            foreach (var (name, bytes) in new Interpreter(graph).Run(inputs))
            {
                Assert.Equal(bytes, result.Outputs[name]);
            }
        }
    }

    [Fact]
    public void A_strided_layer_of_few_channels_takes_neighbouring_columns_as_channels()
    {
        var stream = Compiler.Compile(Graph("a,20,20,3,40,3,3,2,1"), MachineFile.Load("ethos-u55-128", [])).Streams[0];
        Assert.Equal(6u, Assert.Single(stream.OfType<ArrayInput>()).Channels);
        var kernel = Assert.Single(stream.OfType<ArrayKernel>());
        Assert.Equal((3, 2, 2, 1), (kernel.KernelHeight, kernel.KernelWidth, kernel.StrideY, kernel.StrideX));
    }

    [Fact]
    public void Constants_of_further_layers_are_asked_for_before_the_first_one_computes()
    {
        var graph = Preparation.Prepare(
            NpuSim.Workloads.Models.BuiltInModels.Create("resnet8"), new PreparationOptions()).Graph;
        var stream = Compiler.Compile(graph, MachineFile.Load("ethos-u55-128", [])).Streams[0].ToList();
        int first = stream.FindIndex(instruction => instruction is Convolve);
        Assert.True(stream.Take(first).OfType<DmaLoad>().Count(load => load.Destination.Space == MemorySpace.Weight) >= 3);
    }

    private static Graph Graph(string row)
    {
        using var reader = new StringReader($"name,W,H,C,K,R,S,stride,pad{(row.Count(letter => letter == ',') > 8 ? ",groups" : "")}\n{row}\n");
        return LayerTable.Read(reader, "table").Rows[0].Graph;
    }
}
