using NpuSim.Isa.Machine;
using NpuSim.Simulator;
using NpuSim.Simulator.Reports;
using NpuSim.Workloads.Compile;
using NpuSim.Workloads.Compress;
using NpuSim.Workloads.Interpret;
using NpuSim.Workloads.Models;
using Xunit;

namespace NpuSim.Tests.Simulator;

/// <summary>What a report says of layers that overlap in time.</summary>
public sealed class LayerReportTests
{
    // The array begins a layer of these while the vector unit still finishes the one before.
    [Fact]
    public void A_layer_that_begins_beside_the_one_before_uses_no_more_than_the_whole_array() =>
        Assert.All(Report("resnet18").Layers, layer => Assert.InRange(layer.Utilization, 0, 1));

    private static SimulationReport Report(string model)
    {
        var graph = Preparation.Prepare(BuiltInModels.Create(model), new PreparationOptions { ValuesMatter = false }).Graph;
        var machine = MachineFile.Load("edge", []);
        var options = new SimulationOptions { Functional = false };
        return NpuMachine.Run(
            Compiler.Compile(graph, machine), machine, options, new Dictionary<string, byte[]>(), new HostProcessor(), CancellationToken.None).Report;
    }
}
