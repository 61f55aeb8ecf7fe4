using NpuSim.Cli.Running;
using NpuSim.Isa.Energy;
using NpuSim.Isa.Machine;
using NpuSim.Simulator.Reports;
using NpuSim.Workloads.Models;

namespace NpuSim.Cli.Validation.Suites;

/// <summary>Energy and throughput of whole networks at two voltages and clocks, against the ratios that two chips showed.</summary>
internal sealed class DvfsSuite : IAccuracySuite
{
    private const string File = "energy/dvfs_silicon_pairs.csv";
    private const string EnergyRatio = "energy ratio";
    private const string ThroughputRatio = "throughput ratio";
    private const double Limit = 0.10;

    private static readonly (string Chip, string Machine)[] Chips = [("GAP9 NE16", "gap9"), ("Syntiant NDP120", "ndp120")];

    private static readonly (string Benchmark, string Model)[] Models =
        [("AD", "autoencoder"), ("IC", "resnet8"), ("KWS", "ds-cnn"), ("VWW", "mobilenet-v1-0.25")];

    public string Name => "dvfs";

    public string Title => "Two voltages and clocks";

    public string Source => "MLPerf Tiny submissions of GAP9 (its NE16 accelerator) and of the NDP120, each measured at two voltages and clocks (silicon). What is bound are the ratios between "
        + "the two, which the laws of docs/energy/power.md give; none of their constants was fitted here. The machines are stand-ins, so the energies and rates themselves are shown and not bound; "
        + "NDP120's width was chosen on its rate at IC, its transistors after its leakage was seen. Its clocks, 30.7 and 98.7 MHz, are taken as 31 and 99.";

    public AccuracyPage Page => AccuracyPage.Energy;

    public IReadOnlyList<AccuracyBound> Bounds { get; } =
    [
        .. Chips.SelectMany(chip => (AccuracyBound[])
        [
            new AccuracyBound(chip.Chip, EnergyRatio, AccuracyStatistic.Worst, Limit), new AccuracyBound(chip.Chip, ThroughputRatio, AccuracyStatistic.Worst, Limit),
        ]),
    ];

    public IEnumerable<AccuracyCase> Run(ReferenceFolder reference, CancellationToken cancellation)
    {
        foreach (var row in reference.Table(File).Rows)
        {
            string chip = row.Word("chip", [.. Chips.Select(pair => pair.Chip)]), benchmark = row.Word("benchmark", [.. Models.Select(pair => pair.Benchmark)]);
            var machine = MachineFile.Load(Chips.First(pair => pair.Chip == chip).Machine, []);
            var (low, high) = Reports(machine, Models.First(pair => pair.Benchmark == benchmark).Model, row, cancellation);
            AccuracyCase Case(string name, string quantity, double measured, double simulated) =>
                new(chip, name, quantity, measured, simulated) { Scope = AccuracyScope.EndToEnd };

            yield return Case(benchmark, EnergyRatio, row.Real("uJ_2") / row.Real("uJ_1"), high.Energy.TotalUj / low.Energy.TotalUj);
            yield return Case(benchmark, ThroughputRatio, row.Real("inf_s_2") / row.Real("inf_s_1"), low.LatencyMs / high.LatencyMs);
            foreach (var (report, point) in new[] { (low, "1"), (high, "2") })
            {
                string name = $"{benchmark} at {row.Text($"V{point}")} V";
                yield return Case(name, "uJ per inference", row.Real($"uJ_{point}"), report.Energy.TotalUj);
                yield return Case(name, "inferences per second", row.Real($"inf_s_{point}"), 1000 / report.LatencyMs);
            }
        }
    }

    private static (SimulationReport Low, SimulationReport High) Reports(MachineSpec machine, string model, ReferenceRow row, CancellationToken cancellation)
    {
        using var silent = ProgressLine.Silent(cancellation);
        var run = ModelRun.Run(BuiltInModels.Create(model), new RunSettings { Machine = machine, Values = false }, silent, cancellation);
        var points = OperatingPointRun.Run(run.Program!, machine, [Point(row, "1"), Point(row, "2")], 0, silent, cancellation);
        return (points[0].Report, points[1].Report);
    }

    private static OperatingPoint Point(ReferenceRow row, string number)
    {
        int clock = (int)Math.Round(row.Real($"MHz{number}"), MidpointRounding.ToEven);
        double voltage = row.Real($"V{number}");
        return clock is >= 1 and <= 10_000 && voltage is >= 0.3 and <= 1.5 ? new OperatingPoint(voltage, clock)
            : throw row.Fault($"V{number}", "0.3 to 1.5 V with 1 to 10000 MHz");
    }
}
