using NpuSim.Cli.Running;
using NpuSim.Isa.Machine;
using NpuSim.Simulator.Reports;
using NpuSim.Workloads.Tilings;

namespace NpuSim.Cli.Validation.Suites;

/// <summary>Power of the preset <c>tpu-256</c>, idle and at work, against TPU v1.</summary>
internal sealed class TpuV1PowerSuite : IAccuracySuite
{
    private const string File = "silicon/tpu_v1_power.csv";
    private const string Machine = "tpu-256";
    private const string Group = "TPU v1";
    private const string Idle = "idle W";
    private const string Busy = "busy W";
    // A layer whose weights are used often enough that the array never waits for them.
    private const int Width = 2048;
    private const int Batch = 2000;
    private const double MilliwattsPerWatt = 1000;

    public string Name => "tpu-v1-power";

    public string Title => "Power of TPU v1";

    public string Source => "Jouppi et al., ISCA 2017, Table 2 and section 6: watts of a die, idle and busy, with its memory and its link to the host (silicon), and the share of "
        + "cycles in which CNN0, the busiest network, keeps the array at work. Ours idle: what goes on whether or not instructions run, clocks not gated, as the paper's flat curve of power over load says. Ours busy: a fully connected "
        + "layer that keeps the array at work, what it adds on the chip scaled to that share. No constant was fitted here. PHYs, pads and the board's regulators are not modelled, so idle is compared, not bound.";

    public AccuracyPage Page => AccuracyPage.Energy;

    public IReadOnlyList<AccuracyBound> Bounds { get; } = [new AccuracyBound(Group, Busy, AccuracyStatistic.Worst, 0.25)];

    public IEnumerable<AccuracyCase> Run(ReferenceFolder reference, CancellationToken cancellation)
    {
        foreach (var row in reference.Table(File).Rows)
        {
            var (idle, working) = Watts(cancellation);
            double share = row.Real("array_active_pct") / 100;
            yield return Case(row, Idle, "idle_w", idle);
            yield return Case(row, Busy, "busy_w", idle + (working * share));
        }
    }

    private static AccuracyCase Case(ReferenceRow row, string quantity, string column, double simulated) =>
        new(Group, row.Text("chip"), quantity, row.Real(column), simulated) { Scope = AccuracyScope.EndToEnd };

    // What always goes on, and what comes on the chip with an array that works in every cycle: CNN0 keeps its activations there and does not wait for weights.
    private static (double Idle, double Working) Watts(CancellationToken cancellation)
    {
        var machine = MachineFile.Load(Machine, []);
        var array = machine.Core.Array;
        var tiles = Tiling.Parse(FormattableString.Invariant($"1_1_{Batch}_1_{array.Rows}_{array.Columns}_1"));
        using var silent = ProgressLine.Silent(cancellation);
        var settings = new RunSettings { Machine = machine, Values = false };
        var report = ModelRun.Run(FullyConnectedNetwork.Square("busy", 1, Width, Batch), tiles, settings, silent, cancellation).Result.Report;
        // What is counted by the cycle, once for every cycle of the run.
        double lasting = report.Energy.Actions.Where(action => action.Unit == "cycle" && action.Count == report.Cycles).Sum(action => action.Microjoules.Value);
        double outside = report.Energy.Actions.Where(action => action.Part == EnergyPart.Dram && action.Count != report.Cycles).Sum(action => action.Microjoules.Value);
        double working = report.Energy.TotalUj - lasting - outside, time = report.LatencyMs * MilliwattsPerWatt;
        return (lasting / time, working / time / report.Utilization);
    }
}
