using System.Globalization;
using NpuSim.Isa.Machine;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Cli.Validation.Suites;

/// <summary>Gemmini against FireSim cycles of its RTL, with the tiling that the RTL ran.</summary>
/// <remarks>What ran is known from the sources (branch dosa of ucb-bar/gemmini-rocc-tests): a convolution of P times stride rows and columns, padded by half
/// the kernel, whose loops run ⌈extent / tile⌉ times whatever the mapping says for the outermost level.</remarks>
internal sealed class GemminiSuite : IAccuracySuite
{
    private const string Auto = "gemmini-16, library's tile";
    private const string Mapping = "gemmini-16, mapping";
    private const string Large = "gemmini-128, mapping";
    private const string Products = "gemmini-128, matrix products";
    private const string Repeated = "gemmini-128, work repeated by the measured program";
    private const string Own = "gemmini-16, our tile against the library's";
    private const string Cycles = "cycles";
    private const string Simulated = "rows simulated";
    private const string Folder = "gemmini-rtl";
    private const int LargestExtent = 1 << 16;

    /// <summary>A mapping of more tiles is left out, for it takes a minute.</summary>
    private const long MostTiles = 1 << 14;

    public string Name => "gemmini";

    public string Title => "Gemmini: layers of ResNet-50, BERT, RetinaNet and U-Net";

    public string Source => "ucb-bar/dosa @a7a3239 (MICRO'23): FireSim cycles of the RTL with L2, last-level cache and DDR3 models. The same program differs by "
        + "up to 30 % between rows of the table that are the same. Latencies were fitted on rows with even index of the 16 x 16 table. Mappings whose sums outer loops leave "
        + "unfinished computed wrong values there; on the 128 x 128 array convolutions with temporal factors of K or C inside a tile computed it several times over.";

    public IReadOnlyList<AccuracyBound> Bounds { get; } =
    [
        new AccuracyBound(Auto, Cycles, AccuracyStatistic.Median, 0.10),
        new AccuracyBound(Auto, Cycles, AccuracyStatistic.Mean, 0.15),
        new AccuracyBound(Mapping, Cycles, AccuracyStatistic.Median, 0.10),
        new AccuracyBound(Mapping, Cycles, AccuracyStatistic.Mean, 0.15),
    ];

    public IEnumerable<AccuracyCase> Run(ReferenceFolder reference, CancellationToken cancellation)
    {
        var small = reference.Table($"{Folder}/gemmini16_firesim.csv");
        var machine = MachineFile.Load("gemmini-16", []);
        string[] tiles = [.. small.Rows.Where(row => row.Has("dse.auto_tiling")).Select(row => row.Text("dse.auto_tiling"))];
        var runs = new (string Group, string Figure, Func<ReferenceRow, GemminiLayer, string> Text)[]
        {
            (Auto, "target.gemmini_auto_cycle", (row, layer) => layer.Table(row.Text("dse.auto_tiling"), "")),
            (Mapping, "target.gemmini_cycle", (row, layer) => layer.Table(layer.AsRun(row.Text("mapping.mapping"), 16), layer.Buffers(row))),
            (Own, "target.gemmini_auto_cycle", (row, layer) => layer.Table("", "")),
        };
        foreach (var run in runs.Where(_ => tiles.Length > 0))
        {
            foreach (var accuracy in Compare(small.File, small.Rows, run.Group, run.Figure, machine, run.Text, cancellation))
            {
                yield return accuracy;
            }
        }

        var large = reference.Table($"{Folder}/gemmini128_firesim.csv");
        var build = MachineFile.Load("gemmini-128", []);
        foreach (string group in (string[])[Large, Products, Repeated])
        {
            var rows = large.Rows.Where(row => GroupOf(row) == group);
            var cases = Compare(large.File, rows, group, "target.gemmini_cycle", build,
                (row, layer) => layer.Table(layer.AsRun(row.Text("mapping.mapping"), 128), layer.Buffers(row)), cancellation);
            foreach (var accuracy in cases)
            {
                yield return accuracy;
            }
        }
    }

    private static string GroupOf(ReferenceRow row)
    {
        var layer = GemminiLayer.Of(row, LargestExtent);
        return layer.IsProduct ? Products : layer.RepeatsWork(row.Text("mapping.mapping")) ? Repeated : Large;
    }

    // The rows of one table, and the sum of those of each configuration of buffers, which are the layers of one network or two.
    private static IEnumerable<AccuracyCase> Compare(
        string file, IEnumerable<ReferenceRow> rows, string group, string figure, MachineSpec machine, Func<ReferenceRow, GemminiLayer, string> text, CancellationToken cancellation)
    {
        var sums = new SortedDictionary<string, (double Reference, double Simulated)>(StringComparer.Ordinal);
        foreach (var row in rows)
        {
            var layer = GemminiLayer.Of(row, LargestExtent);
            string name = string.Create(CultureInfo.InvariantCulture, $"row {row.Line} {layer.Describe()}");
            double expected = row.Real(figure);
            long? cycles = GemminiLayer.Tiles(row.Text("mapping.mapping")) <= MostTiles ? Simulate(file, text(row, layer), machine, cancellation) : null;
            yield return new AccuracyCase(group, name, Simulated, 1, cycles is null ? 0 : 1);
            if (cycles is not { } simulated)
            {
                continue;
            }

            yield return new AccuracyCase(group, name, Cycles, expected, simulated);
            string sum = $"layers of accumulator {row.Text("arch.mem1_depth")} scratchpad {row.Text("arch.mem2_depth")}";
            var (before, ours) = sums.GetValueOrDefault(sum);
            sums[sum] = (before + expected, ours + simulated);
        }

        foreach (var (name, (expected, simulated)) in sums)
        {
            yield return new AccuracyCase($"{group}, sums", name, Cycles, expected, simulated) { Scope = AccuracyScope.EndToEnd };
        }
    }

    // Null where the program refuses the tiling, which the report shows.
    private static long? Simulate(string file, string text, MachineSpec machine, CancellationToken cancellation)
    {
        try
        {
            return TimedLayers.Run(file, text, machine, cancellation)[0].Cycles;
        }
        catch (ModelException)
        {
            return null;
        }
    }
}
