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

    [Fact]
    public void Peak_power_is_the_highest_sum_of_the_layers_that_run_in_a_cycle()
    {
        var report = Report("ds-cnn");
        double lastingPerCycle = report.Energy.Actions.Where(action => action.IsLasting).Sum(action => action.Microjoules.Value) / report.Cycles, highest = 0;
        for (long cycle = 0; cycle < report.Cycles; cycle++)
        {
            double here = lastingPerCycle;
            foreach (var layer in report.Layers.Where(layer => layer.StartCycle <= cycle && cycle < layer.EndCycle))
            {
                here += (layer.EnergyUj - (lastingPerCycle * layer.Cycles)) / (layer.EndCycle - layer.StartCycle);
            }

            highest = Math.Max(highest, here);
        }

        double peak = highest / (report.LatencyMs / report.Cycles);
        Assert.Equal(peak, report.Power.PeakMw, peak * 1e-9);
        Assert.True(report.Power.PeakMw > report.Power.AverageMw);
    }

    private static SimulationReport Report(string model)
    {
        var graph = Preparation.Prepare(BuiltInModels.Create(model), new PreparationOptions { ValuesMatter = false }).Graph;
        var machine = MachineFile.Load("edge", []);
        var options = new SimulationOptions { Functional = false };
        return NpuMachine.Run(
            Compiler.Compile(graph, machine), machine, options, new Dictionary<string, byte[]>(), new HostProcessor(), CancellationToken.None).Report;
    }
}
