using NpuSim.Isa.Energy;

namespace NpuSim.Cli.Validation.Suites;

/// <summary>The tables' SRAM macros against CACTI's own figures.</summary>
internal sealed class CactiSuite : IAccuracySuite
{
    private const string File = "energy/cacti7_sram_sweep.csv";
    private const double GridKelvin = 350;

    public string Name => "cacti";

    public string Title => "SRAM of CACTI 7";

    public string Source => "CACTI 7 (HewlettPackard/cacti @1ffd8df): one bank, one port, 350 K, a model's output. The grids of configs/energy hold its points as they are; between them figures are "
        + "interpolated. What a report charges is this times the anchors of docs/energy/tables.md.";

    public AccuracyPage Page => AccuracyPage.Energy;

    public IReadOnlyList<AccuracyBound> Bounds { get; } =
        [.. Quantities.Select(quantity => new AccuracyBound("", quantity, AccuracyStatistic.Exact, 0))];

    private static string[] Quantities => ["read pJ", "write pJ", "leakage mW", "area mm2"];

    public IEnumerable<AccuracyCase> Run(ReferenceFolder reference, CancellationToken cancellation)
    {
        foreach (var row in reference.Table(File).Rows.Where(IsPoint))
        {
            cancellation.ThrowIfCancellationRequested();
            int node = row.Int("node_nm", 1, 1000), width = row.Int("word_B", 1);
            long capacity = row.Integer("capacity_B", 1);
            if (Cells(row) is not { } cells)
            {
                continue;
            }

            var point = SramGrid.Load(node).At(cells, capacity, width, out _);
            string group = FormattableString.Invariant($"{node} nm, {row.Text("cell_type")} cells, {row.Text("periph_type")} periphery");
            AccuracyCase Case(string quantity, string column, double simulated) =>
                new(group, FormattableString.Invariant($"{capacity} B x {width} B"), quantity, row.Real(column), simulated);
            yield return Case(Quantities[0], "read_pJ", point.ReadPicojoules);
            yield return Case(Quantities[1], "write_pJ", point.WritePicojoules);
            yield return Case(Quantities[2], "leak_mW_total", point.LeakageMilliwatts);
            yield return Case(Quantities[3], "area_mm2", point.AreaMm2);
        }
    }

    // Other banks, ports and temperatures are not in the grids, and some sizes CACTI refuses.
    private static bool IsPoint(ReferenceRow row) => row.Text("sweep") is "main" or "small" && row.Text("status") == "ok"
        && row.Real("temp_K") == GridKelvin && row.Integer("banks") == 1 && row.Integer("rw_ports") == 1;

    private static SramCells? Cells(ReferenceRow row) => (row.Text("cell_type"), row.Text("periph_type")) switch
    {
        ("hp", "hp") => SramCells.HighPerformance,
        ("lstp", "hp") => SramCells.LowStandby,
        ("lstp", "lstp") => SramCells.LowStandbyAll,
        var (_, _) => null,
    };
}
