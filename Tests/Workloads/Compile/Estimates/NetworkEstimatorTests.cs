using NpuSim.Isa.Machine;
using NpuSim.Simulator;
using NpuSim.Simulator.Reports;
using NpuSim.Workloads.Compile;
using NpuSim.Workloads.Compile.Estimates;
using NpuSim.Workloads.Compress;
using NpuSim.Workloads.Interpret;
using NpuSim.Workloads.Models;
using Xunit;

namespace NpuSim.Tests.Workloads.Compile.Estimates;

/// <summary>The analytic estimate against the simulation of the same network.</summary>
public sealed class NetworkEstimatorTests
{
    // Machines that are nearer to each other than this need not be told apart.
    private const double Apart = 1.15;

    private static readonly CompileCache Network = new(
        Preparation.Prepare(BuiltInModels.Create("mobilenet-v1"), new PreparationOptions { ValuesMatter = false }).Graph);

    [Theory]
    [InlineData("edge", 0.85, 1.15)]
    [InlineData("ethos-u55-128", 0.85, 1.15)]
    [InlineData("nvdla-large", 0.85, 1.15)]
    [InlineData("tpu-128", 0.85, 1.2)]
    public void Cycles_are_about_those_of_the_simulation(string preset, double low, double high)
    {
        var machine = MachineFile.Load(preset, []);
        Assert.InRange(Estimated(machine).Cycles / (double)Simulated(machine).Cycles, low, high);
    }

    [Fact]
    public void Energy_traffic_and_work_are_about_those_of_the_simulation()
    {
        var machine = MachineFile.Load("edge", []);
        SimulationReport estimate = Estimated(machine), simulation = Simulated(machine);
        Assert.Equal(simulation.Macs, estimate.Macs);
        Assert.Equal(simulation.Layers.Count, estimate.Layers.Count);
        Assert.InRange(estimate.Energy.TotalUj / simulation.Energy.TotalUj, 0.8, 1.2);
        Assert.InRange(estimate.Traffic.DramReadBytes / (double)simulation.Traffic.DramReadBytes, 0.8, 1.2);
        Assert.InRange(estimate.Traffic.WeightBytes / (double)simulation.Traffic.WeightBytes, 0.8, 1.2);
        Assert.InRange(estimate.Traffic.SramReadBytes / (double)simulation.Traffic.SramReadBytes, 0.7, 1.3);
    }

    [Fact]
    public void Machines_that_differ_are_ranked_as_the_simulation_ranks_them()
    {
        var machines = (from rows in (int[])[8, 32]
                        from columns in (int[])[16, 64]
                        from kib in (int[])[64, 256]
                        from rate in (int[])[4800, 12800]
                        select MachineFile.Load("edge",
                        [
                            FormattableString.Invariant($"core.array.rows={rows}"), FormattableString.Invariant($"core.array.columns={columns}"),
                            FormattableString.Invariant($"core.activation.sizeKiB={kib}"), FormattableString.Invariant($"memory.dram.bandwidthMBps={rate}"),
                        ])).ToList();
        long[] estimated = [.. machines.Select(machine => Estimated(machine).Cycles)], simulated = [.. machines.Select(machine => Simulated(machine).Cycles)];
        var pairs = from a in Enumerable.Range(0, machines.Count)
                    from b in Enumerable.Range(0, machines.Count)
                    where simulated[a] > Apart * simulated[b]
                    select (a, b);
        Assert.All(pairs, pair => Assert.True(
            estimated[pair.a] > estimated[pair.b], $"{simulated[pair.a]} and {simulated[pair.b]} are {estimated[pair.a]} and {estimated[pair.b]}"));
    }

    [Fact]
    public void The_same_machine_gets_the_same_estimate_whatever_was_estimated_before()
    {
        // Of each two, one thing differs that some layers see and others do not.
        string[][] sets =
        [
            [], ["globalBuffer.sizeKiB=128"], ["globalBuffer.sizeKiB=2048"], ["energy.voltage=0.9"], ["core.sequencer.dispatchCycles=40"],
            ["host.megaOperationsPerSecond=5000"], ["core.array.rows=8"], ["core.activation.sizeKiB=64"], ["clockMHz=100"], [],
        ];
        foreach (string[] set in sets)
        {
            var machine = MachineFile.Load("edge", set);
            var alone = EstimateReport.Of(NetworkEstimator.Estimate(new CompileCache(Network.Graph), machine), machine, "", "");
            Assert.Equal(System.Text.Json.JsonSerializer.Serialize(alone), System.Text.Json.JsonSerializer.Serialize(Estimated(machine)));
        }
    }

    private static SimulationReport Estimated(MachineSpec machine) => EstimateReport.Of(NetworkEstimator.Estimate(Network, machine), machine, "", "");

    private static SimulationReport Simulated(MachineSpec machine)
    {
        var options = new SimulationOptions { Functional = false, ModelHash = "", MachineHash = "" };
        var program = Compiler.CompileForTiming(Network, machine, null, default);
        return NpuMachine.Run(program, machine, options, new Dictionary<string, byte[]>(), new HostProcessor(), default).Report;
    }
}
