using System.Globalization;
using NpuSim.Cli.Running;
using NpuSim.Isa.Machine;
using NpuSim.Simulator.Reports;
using NpuSim.Workloads.Import.LayerTables;

namespace NpuSim.Cli.Validation.Suites;

/// <summary>Power of AlexNet's convolutions on the preset <c>eyeriss</c> against the measured chip.</summary>
internal sealed class EyerissPowerSuite : IAccuracySuite
{
    private const string Quantity = "chip mW";
    private const string Each = "AlexNet, layer by layer";
    private const string Whole = "AlexNet, the five together";
    private const string WholeRow = "Total";
    private const double Percent = 0.01;

    public string Name => "eyeriss-power";

    public string Title => "Power of Eyeriss v1";

    public string Source => "Chen et al., JSSC 52(1) 2017, Table V: power of the chip without its memory (silicon), at 200 MHz and 1 V, layer by layer, with the share of zeros among the "
        + "input activations. Ours is the data-dependent energy of all parts but dram and host over the latency, with that share declared. Two constants of the tables, the "
        + "clock tree per area and register files over CACTI, were fitted to CONV1 and CONV3 together; CONV2, CONV4 and CONV5 are a check.";

    public AccuracyPage Page => AccuracyPage.Energy;

    public IReadOnlyList<AccuracyBound> Bounds { get; } =
    [
        new AccuracyBound(Each, Quantity, AccuracyStatistic.Worst, 0.20),
        new AccuracyBound(Whole, Quantity, AccuracyStatistic.Worst, 0.10),
    ];

    public IEnumerable<AccuracyCase> Run(ReferenceFolder reference, CancellationToken cancellation)
    {
        var table = reference.Table("silicon/eyeriss_v1_alexnet.csv");
        if (!table.IsThere)
        {
            yield break;
        }

        using var text = new StringReader(EyerissSuite.Layers);
        var layers = LayerTable.Read(text, "alexnet");
        double microjoules = 0, milliseconds = 0;
        foreach (var row in table.Rows)
        {
            if (layers.Rows.FirstOrDefault(layer => layer.Name == row.Text("layer")) is { } layer)
            {
                var report = Run(layers, layer, Zeros(row), cancellation);
                double chip = ChipMicrojoules(report.Energy.DataDependent!);
                (microjoules, milliseconds) = (microjoules + chip, milliseconds + report.LatencyMs);
                yield return new AccuracyCase(Each, layer.Name, Quantity, row.Real("power_mW_chip"), chip / report.LatencyMs);
            }
            else if (row.Text("layer") == WholeRow && milliseconds > 0)
            {
                yield return new AccuracyCase(Whole, WholeRow, Quantity, row.Real("power_mW_chip"), microjoules / milliseconds) { Scope = AccuracyScope.EndToEnd };
            }
        }
    }

    private static SimulationReport Run(LayerTable layers, LayerRow layer, double zeros, CancellationToken cancellation)
    {
        using var silent = ProgressLine.Silent(cancellation);
        var machine = MachineFile.Load("eyeriss", [FormattableString.Invariant($"energy.activity.zeros={zeros}")]);
        var settings = new RunSettings { Machine = machine, Values = false };
        return LayerTableRun.Run(layers with { Rows = [layer] }, settings, silent, cancellation).Report;
    }

    private static double ChipMicrojoules(DataEnergyReport energy) =>
        energy.ArrayUj + energy.VectorUj + energy.SramUj + energy.NetworkUj + energy.ControlUj + energy.LeakageUj;

    // "38.7%"
    private static double Zeros(ReferenceRow row)
    {
        const string Column = "ifmap_zeros";
        string text = row.Text(Column);
        return text.EndsWith('%') && double.TryParse(text[..^1], NumberStyles.Float, CultureInfo.InvariantCulture, out double percent) && percent is >= 0 and <= 100
            ? percent * Percent : throw row.Fault(Column, "a share such as 38.7%");
    }
}
