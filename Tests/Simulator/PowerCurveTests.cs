using NpuSim.Isa.Instructions;
using NpuSim.Isa.Machine;
using NpuSim.Simulator;
using NpuSim.Simulator.Reports;
using NpuSim.Workloads.Compile;
using NpuSim.Workloads.Compress;
using NpuSim.Workloads.Interpret;
using NpuSim.Workloads.Models;
using Xunit;

namespace NpuSim.Tests.Simulator;

public sealed class PowerCurveTests
{
    private static readonly Instruction[] Pass =
    [
        new LayerMark(0), new ArrayKernel(3, 3, 1, 1, 1, 1, 0, 0, 1), new ArrayInput(8, 8, 4, 32, 4), new ArrayOutput(16),
        new Convolve(0, 0, 0, 8, 8, 16, 1, 1, false), new Halt(),
    ];

    [Theory]
    [InlineData("ds-cnn", "edge", 0)]
    [InlineData("ds-cnn", "edge", 7)]
    [InlineData("litenet-cnn", "nvdla-small", 1000)]
    [InlineData("autoencoder", "ethos-u55-128", 333)]
    [InlineData("autoencoder", "eyeriss", 100_000_000)]
    public void The_integral_of_every_part_is_its_energy(string model, string machine, int window)
    {
        var report = Report(model, machine, window);
        var (energy, curve) = (report.Energy, report.Power.Curve!);
        double[] parts = [energy.ArrayUj, energy.VectorUj, energy.SramUj, energy.DramUj, energy.NetworkUj, energy.ControlUj, energy.LeakageUj, energy.HostUj];
        Assert.All(Enum.GetValues<EnergyPart>(), part => Assert.Equal(
            parts[(int)part], Enumerable.Range(0, curve.Windows).Sum(index => curve.Microjoules(index, part)), (energy.TotalUj * 1e-9) + 1e-15));
        Assert.Equal(report.Cycles, curve.End(curve.Windows - 1));
    }

    [Fact]
    public void The_array_takes_power_while_its_pass_is_at_work_and_at_no_other_time()
    {
        var (result, _, trace) = Run(Pass, 1);
        var span = Assert.Single(trace.Spans(), span => span is { Engine: Engine.Array, Instruction: 4 });
        var curve = result.Report.Power.Curve!;
        double inside = result.Report.Energy.ArrayUj / (span.End - span.Start);
        Assert.All(Enumerable.Range(0, curve.Windows), cycle => Assert.Equal(
            cycle >= span.Start && cycle < span.End ? inside : 0, curve.Microjoules(cycle, EnergyPart.Array), inside * 1e-9));
        Assert.True(span.Start > 0 && span.End - span.Start > 100);
    }

    [Fact]
    public void Leakage_goes_on_at_all_times()
    {
        var report = Run(Pass, 16).Result.Report;
        var curve = report.Power.Curve!;
        Assert.All(Enumerable.Range(0, curve.Windows), window =>
            Assert.Equal(report.Energy.LeakageUj / report.LatencyMs, curve.Milliwatts(window, EnergyPart.Leakage), 9));
    }

    [Fact]
    public void The_peak_is_that_of_the_highest_window_and_no_less_in_shorter_windows_of_which_it_consists()
    {
        var report = Report("ds-cnn", "edge", 256);
        var (power, curve) = (report.Power, report.Power.Curve!);
        int highest = Enumerable.Range(0, curve.Windows).MaxBy(curve.Milliwatts);
        Assert.Equal(((double?)curve.Milliwatts(highest), (long?)curve.Start(highest), (long?)256), (power.PeakMw, power.PeakAtCycle, power.PeakWindowCycles));
        Assert.True(power.PeakMw > power.AverageMw);
        Assert.True(Report("ds-cnn", "edge", 64).Power.PeakMw >= power.PeakMw);
        Assert.Equal(report.Power.AverageMw, Report("ds-cnn", "edge", 100_000_000).Power.PeakMw!.Value, 9);
    }

    [Fact]
    public void Current_is_that_of_the_chips_own_supply_without_memories_and_host()
    {
        var report = Run(Pass, 1_000_000).Result.Report;
        var curve = report.Power.Curve!;
        double own = report.Energy.TotalUj - report.Energy.DramUj - report.Energy.HostUj;
        Assert.True(report.Energy.DramUj > 0);
        Assert.Equal(own / report.LatencyMs / 0.9, report.Power.CurrentMa, 9);
        Assert.Equal(report.Power.CurrentMa, curve.Milliamperes(0), 9);
        Assert.Equal(report.Power.CurrentMa, report.Power.PeakCurrentMa!.Value, 9);
    }

    [Fact]
    public void Where_it_is_not_asked_for_there_is_no_curve()
    {
        var power = HandProgram.Run(HandProgram.Of(1, 1, Pass), SmallMachine.Create(), [], new SimulationOptions { Functional = false }).Result.Report.Power;
        Assert.Null(power.PeakMw);
        Assert.Null(power.Curve);
    }

    [Fact]
    public void A_run_without_a_cycle_has_no_window()
    {
        var machine = SmallMachine.Create();
        machine = machine.With(machine.Core.Sequencer with { FetchBytes = 0, DispatchCycles = 0 });
        var run = HandProgram.Run(
            HandProgram.Of(1, 1, [new Halt()]), machine, [], new SimulationOptions { Functional = false, PowerWindowCycles = 1 });
        Assert.Equal((0, 0), (run.Result.Report.Cycles, run.Result.Report.Power.Curve!.Windows));
        Assert.Null(run.Result.Report.Power.PeakMw);
    }

    [Fact]
    public void More_windows_than_a_curve_may_have_are_refused_with_the_least_that_would_do()
    {
        Instruction[] pause = [new LayerMark(0), new Pause(3_000_000), new Halt()];
        string message = Assert.Throws<PowerWindowException>(() => Run(pause, 1)).Message;
        Assert.StartsWith("--power-window: found 1 for a run of 3000", message, StringComparison.Ordinal);
        Assert.Contains("expected at least 4, at most 1000000 windows", message, StringComparison.Ordinal);
        Assert.Equal(1000, PowerCurve.Usual(99_999_999));
        Assert.Equal(2000, PowerCurve.Usual(100_000_000));
    }

    private static TimedRun Run(Instruction[] stream, int window) => HandProgram.Run(
        HandProgram.Of(1, 1, stream), SmallMachine.Create(), [], new SimulationOptions { Functional = false, PowerWindowCycles = window });

    private static SimulationReport Report(string model, string preset, int window)
    {
        var graph = Preparation.Prepare(BuiltInModels.Create(model), new PreparationOptions { ValuesMatter = false }).Graph;
        var machine = MachineFile.Load(preset, []);
        var options = new SimulationOptions { Functional = false, PowerWindowCycles = window };
        return NpuMachine.Run(
            Compiler.Compile(graph, machine), machine, options, new Dictionary<string, byte[]>(), new HostProcessor(), CancellationToken.None).Report;
    }
}
