using NpuSim.Isa.Energy;
using NpuSim.Isa.Machine;

namespace NpuSim.Cli.Validation.Suites;

/// <summary>Areas of machines and of their components against published ones. Each row of the table names a preset, what to set on it, and the components
/// that the figure is of; none is the whole machine.</summary>
internal sealed class AreaSuite : IAccuracySuite
{
    private const string File = "silicon/area.csv";
    private const string Quantity = "mm2";

    public string Name => "area";

    public string Title => "Area";

    public string Source => "NVDLA primer: the vendor's estimates at 28 and 16 nm, MACs and convolution buffer given, the rest of each machine assumed after our presets; the "
        + "overhead and the control of logic were fitted to every second of its configurations, the others are a check. TPU v1: Jouppi et al., ISCA 2017, shares of a "
        + "die of at most 331 mm2, so upper limits. TPUv4i: areas that AccelForge's model uses, not silicon; the density of its large memory is not explained by ours. "
        + "Simba: silicon, its peak over its TOPS/mm2; widths and lanes assumed before its area was looked at.";

    public AccuracyPage Page => AccuracyPage.Energy;

    public IReadOnlyList<AccuracyBound> Bounds { get; } =
    [
        new AccuracyBound("NVDLA fitted", Quantity, AccuracyStatistic.Mean, 0.15),
        new AccuracyBound("NVDLA other", Quantity, AccuracyStatistic.Mean, 0.15),
        new AccuracyBound("NVDLA other", Quantity, AccuracyStatistic.Worst, 0.30),
        new AccuracyBound("TPU v1", Quantity, AccuracyStatistic.Worst, 0.60),
        new AccuracyBound("Simba", Quantity, AccuracyStatistic.Worst, 0.30),
    ];

    public IEnumerable<AccuracyCase> Run(ReferenceFolder reference, CancellationToken cancellation)
    {
        foreach (var row in reference.Table(File).Rows)
        {
            cancellation.ThrowIfCancellationRequested();
            var machine = MachineFile.Load(row.Text("machine"), row.OptionalText("set")?.Split(';') ?? []);
            yield return new AccuracyCase(row.Text("group"), row.Text("name"), Quantity, row.Real("mm2"), Mm2(row, MachineArea.Of(machine)))
            {
                Scope = AccuracyScope.EndToEnd,
            };
        }
    }

    private static double Mm2(ReferenceRow row, MachineArea area)
    {
        if (row.OptionalText("components") is not { } components)
        {
            return area.TotalMm2.Value;
        }

        double sum = 0;
        foreach (string component in components.Split('+'))
        {
            sum += area.Parts.FirstOrDefault(part => part.Component == component)?.Mm2.Value
                ?? throw row.Fault("components", $"some of {string.Join(", ", area.Parts.Select(part => part.Component))}, with + between them");
        }

        return sum;
    }
}
