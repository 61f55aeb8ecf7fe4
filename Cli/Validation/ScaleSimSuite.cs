using System.Globalization;
using System.Text;
using NpuSim.Isa.Machine;
using NpuSim.Isa.Timing;
using NpuSim.Simulator.Reports;

namespace NpuSim.Cli.Validation;

/// <summary>Every figure of SCALE-Sim v3's compute and SRAM report, layer by layer, on the preset scale-sim.</summary>
internal sealed class ScaleSimSuite : IAccuracySuite
{
    private const string Preset = "scale-sim";
    private const string File = "scalesim/layers.csv";
    private const string ReadsOfIfmap = "SRAM ifmap reads";
    private const string ReadsOfFilter = "SRAM filter reads";
    private const string WritesOfOfmap = "SRAM ofmap writes";
    private const string ComputeCycles = "compute cycles";

    private static readonly string[] Dataflows = ["os", "ws", "is"];

    // Quantity, column, ours. SCALE-Sim's report gives per cent with as many digits as the column has.
    private static readonly (string Quantity, string Column, Func<ScaleSimCost, double> Share)[] Shares =
    [
        ("overall utilisation %", "overall_util_pct", cost => cost.OverallUtilization),
        ("mapping efficiency %", "mapping_eff_pct", cost => cost.MappingEfficiency),
        ("compute utilisation %", "compute_util_pct", cost => cost.ComputeUtilization),
    ];

    public string Name => "scalesim";

    public string Title => "SCALE-Sim v3";

    public string Source =>
        "A simulator of systolic arrays. Figures of its own runs (scalesim-project/SCALE-Sim) on its network topologies and on matrix products, three array "
        + "sizes and three dataflows. Ours are those of the preset `scale-sim`, whose `core.array.accounting` is SCALE-Sim's.";

    public IReadOnlyList<AccuracyBound> Bounds { get; } =
    [
        .. new[] { ComputeCycles, ReadsOfIfmap, ReadsOfFilter, WritesOfOfmap }.Concat(Shares.Select(share => share.Quantity))
            .Select(quantity => new AccuracyBound("", quantity, AccuracyStatistic.Exact, 0)),
    ];

    public IEnumerable<AccuracyCase> Run(ReferenceFolder reference, CancellationToken cancellation)
    {
        // One table of layers per topology, array and dataflow, as SCALE-Sim runs them.
        var runs = reference.Table(File).Rows.GroupBy(row => (
            Topology: row.Text("topology"), Rows: row.Int("array_rows", 1, 1024), Columns: row.Int("array_cols", 1, 1024),
            Dataflow: row.Word("dataflow", Dataflows)));
        foreach (var run in runs)
        {
            var machine = MachineFile.Load(Preset, Overrides(run.Key.Rows, run.Key.Columns, run.Key.Dataflow));
            ReferenceRow[] rows = [.. run];
            var layers = TimedLayers.Run(run.Key.Topology, Topology(rows), machine, cancellation);
            string array = string.Create(CultureInfo.InvariantCulture, $"{run.Key.Rows}×{run.Key.Columns} {run.Key.Dataflow}");
            foreach (var item in rows.Zip(layers).SelectMany(pair => Cases(run.Key.Topology, array, pair.First, pair.Second)))
            {
                yield return item;
            }
        }
    }

    private static string[] Overrides(int rows, int columns, string dataflow)
    {
        string name = dataflow switch { "os" => "outputStationary", "ws" => "weightStationary", _ => "inputStationary" };
        return
        [
            FormattableString.Invariant($"core.array.rows={rows}"), FormattableString.Invariant($"core.array.columns={columns}"),
            $"core.array.dataflow={name}",
        ];
    }

    // A matrix product stands in the reference as the convolution that SCALE-Sim makes of it.
    private static string Topology(IReadOnlyList<ReferenceRow> rows)
    {
        var text = new StringBuilder("Layer name,IFMAP Height,IFMAP Width,Filter Height,Filter Width,Channels,Num Filter,Strides\n");
        foreach (var row in rows)
        {
            string[] columns = ["ifmap_h", "ifmap_w", "filt_h", "filt_w", "channels", "num_filt", "stride"];
            text.Append('"').Append(Layer(row).Replace("\"", "\"\"", StringComparison.Ordinal)).Append('"');
            foreach (string column in columns)
            {
                text.Append(CultureInfo.InvariantCulture, $",{row.Int(column, 1)}");
            }

            text.Append('\n');
        }

        return text.ToString();
    }

    private static string Layer(ReferenceRow row) => row.Text("layer");

    private static IEnumerable<AccuracyCase> Cases(string topology, string array, ReferenceRow row, LayerReport layer)
    {
        var cost = layer.ScaleSim ?? throw row.Fault("layer", "a layer that the array does");
        string name = FormattableString.Invariant($"{row.OptionalInteger("layer_id") ?? row.Line} {Layer(row)} {array}");
        AccuracyCase Case(string quantity, double wanted, double found) => new(topology, name, quantity, wanted, found);
        yield return Case(ComputeCycles, row.Integer("compute_cycles", 1), layer.ComputeCycles);
        yield return Case(ReadsOfIfmap, row.Integer("sram_ifmap_reads", 0), cost.IfmapReads);
        yield return Case(ReadsOfFilter, row.Integer("sram_filter_reads", 0), cost.FilterReads);
        yield return Case(WritesOfOfmap, row.Integer("sram_ofmap_writes", 0), cost.OfmapWrites);
        foreach (var (quantity, column, share) in Shares.Where(share => row.Has(share.Column)))
        {
            yield return Case(quantity, row.Real(column), Rounded(share(cost) * 100, row.Text(column)));
        }
    }

    // Four digits after the point unless the reference has more.
    private static double Rounded(double value, string reference)
    {
        int digits = Math.Max(4, reference.Length - 1 - reference.IndexOf('.', StringComparison.Ordinal));
        string text = value.ToString(FormattableString.Invariant($"F{(reference.Contains('.', StringComparison.Ordinal) ? digits : 4)}"), CultureInfo.InvariantCulture);
        return double.Parse(text, CultureInfo.InvariantCulture);
    }
}
