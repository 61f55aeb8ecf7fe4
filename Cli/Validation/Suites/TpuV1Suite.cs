using NpuSim.Cli.Running;
using NpuSim.Isa.Machine;
using NpuSim.Workloads.Tilings;

namespace NpuSim.Cli.Validation.Suites;

/// <summary>Fully connected networks on the preset <c>tpu-256</c> against the counters of TPU v1.</summary>
internal sealed class TpuV1Suite : IAccuracySuite
{
    private const string File = "silicon/tpu_v1.csv";
    private const string Machine = "tpu-256";
    private const string OwnTiles = "the chip's weight tiles";
    private const string FreeTiles = "tiles of the compiler";
    private const string Active = "array active %";
    private const string Shift = "weight shift %";
    private const string Time = "us per batch";
    private const int MostLayers = 1000;
    private const int LargestBatch = 65_535;
    private const double LargestMegabytes = 1000;

    public string Name => "tpu-v1";

    public string Title => "TPU v1, measured silicon";

    public string Source => "Jouppi et al., ISCA 2017, Tables 1 and 3: performance counters of the chip under whole networks; the time per batch is derived from "
        + "them (useful MAC %, peak), so it repeats the useful MAC %. Only networks that are all fully connected (MLP0, MLP1). The paper gives their layers, weights "
        + "and batch, not their shapes: all layers are assumed square and equal. Active: vectors enter the array. Shift: weights enter and no vector does. Stall: the "
        + "array waits for a transfer, and the drain before that wait; ours cannot tell weights from activations. Non-matrix: the rest, of which ours has "
        + "little (the paper does not say what the chip's consists of), so that stall and non-matrix are compared, not bound. With the chip's "
        + "weight tiles products are cut into 256 × 256 weights, as its FIFO holds them; the first layer's input then comes from DRAM once per column of tiles, "
        + "where the chip has it from the host once. The compiler's own tiles are narrower than the array and deeper: as fast where DRAM decides, the array longer busy.";

    public IReadOnlyList<AccuracyBound> Bounds { get; } =
    [
        new AccuracyBound(OwnTiles, Active, AccuracyStatistic.Mean, 0.15),
        new AccuracyBound(OwnTiles, Shift, AccuracyStatistic.Mean, 0.20),
        new AccuracyBound(FreeTiles, Time, AccuracyStatistic.Mean, 0.10),
    ];

    public IEnumerable<AccuracyCase> Run(ReferenceFolder reference, CancellationToken cancellation)
    {
        var rows = reference.Table(File).Rows.Where(IsFullyConnected).ToList();
        if (rows.Count == 0)
        {
            yield break;
        }

        var machine = MachineFile.Load(Machine, []);
        foreach (var row in rows)
        {
            foreach (string group in (string[])[OwnTiles, FreeTiles])
            {
                foreach (var item in Cases(row, group, machine, cancellation))
                {
                    yield return item;
                }
            }
        }
    }

    private static bool IsFullyConnected(ReferenceRow row) => row.Integer("fc_layers", 0) > 0
        && row.Integer("conv_layers", 0) == 0 && row.Integer("vector_layers", 0) == 0 && row.Integer("pool_layers", 0) == 0;

    private static IEnumerable<AccuracyCase> Cases(ReferenceRow row, string group, MachineSpec machine, CancellationToken cancellation)
    {
        int layers = row.Int("fc_layers", 1, MostLayers), batch = row.Int("batch", 1, LargestBatch);
        double megabytes = row.Real("weights_M_bytes");
        if (megabytes is <= 0 or > LargestMegabytes)
        {
            throw row.Fault("weights_M_bytes", FormattableString.Invariant($"more than 0 and at most {LargestMegabytes}"));
        }

        int width = Math.Max(1, (int)Math.Round(Math.Sqrt(megabytes * 1e6 / layers)));
        string name = row.Text("app");
        var graph = FullyConnectedNetwork.Square(name, layers, width, batch);
        var tiling = group == OwnTiles ? WeightTiles(machine.Core.Array, batch, width) : null;
        using var silent = ProgressLine.Silent(cancellation);
        var run = ModelRun.Run(graph, tiling, new RunSettings { Machine = machine, Values = false }, silent, cancellation);
        var shares = ArrayShares.Of(run.Program!, machine, cancellation);
        AccuracyCase Case(string quantity, string column, double simulated) =>
            new(group, name, quantity, row.Real(column), simulated) { Scope = AccuracyScope.EndToEnd };
        double Percent(long cycles) => 100.0 * cycles / shares.Cycles;
        yield return Case(Active, "array_active_pct", Percent(shares.Active));
        yield return Case("useful MAC %", "useful_MAC_pct", 100 * run.Result.Report.Utilization);
        yield return Case("weight stall %", "weight_stall_pct", Percent(shares.WeightStall));
        yield return Case(Shift, "weight_shift_pct", Percent(shares.WeightShift));
        yield return Case("non-matrix %", "non_matrix_pct", Percent(shares.NonMatrix));
        if (row.Has("derived_us_per_batch_from_active"))
        {
            yield return Case(Time, "derived_us_per_batch_from_active", run.Result.Report.LatencyMs * 1e3);
        }
    }

    // All rows of the batch pass one array of weights.
    private static Tiling WeightTiles(ArraySpec array, int batch, int width) => Tiling.Parse(
        FormattableString.Invariant($"1_1_{batch}_1_{Math.Min(array.Rows, width)}_{Math.Min(array.Columns, width)}_1"));
}
