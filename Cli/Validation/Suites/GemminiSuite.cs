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
    private const string Own = "gemmini-16, our tile against the library's";
    private const string Cycles = "cycles";
    private const string Followed = "tilings followed";
    private const string Folder = "gemmini-rtl";
    private const int LargestExtent = 1 << 16;

    public string Name => "gemmini";

    public string Title => "Gemmini: layers of ResNet-50, BERT, RetinaNet and U-Net";

    public string Source => "ucb-bar/dosa @a7a3239 (MICRO'23): FireSim cycles of the RTL with L2, last-level cache and DDR3 models. The same program differs by "
        + "up to 30 % between rows of the table that are the same. Latencies were fitted on rows with even index, mappings of which sums are left unfinished "
        + "by outer loops computed wrong values there.";

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
            (Mapping, "target.gemmini_cycle", (row, layer) => layer.Table(layer.AsRun(row.Text("mapping.mapping")), layer.Buffers(row))),
            (Own, "target.gemmini_auto_cycle", (row, layer) => layer.Table("", "")),
        };
        foreach (var run in runs.Where(_ => tiles.Length > 0))
        {
            foreach (var accuracy in Compare(small, run.Group, run.Figure, machine, run.Text, cancellation))
            {
                yield return accuracy;
            }
        }

        var large = reference.Table($"{Folder}/gemmini128_firesim.csv");
        var cases = Compare(large, Large, "target.gemmini_cycle", MachineFile.Load("gemmini-128", []),
            (row, layer) => layer.Table(layer.AsRun(row.Text("mapping.mapping")), layer.Buffers(row)), cancellation);
        foreach (var accuracy in cases)
        {
            yield return accuracy;
        }
    }

    // The rows of one table, and the sum of those of each configuration of buffers, which are the layers of one network or two.
    private static IEnumerable<AccuracyCase> Compare(
        ReferenceTable table, string group, string figure, MachineSpec machine, Func<ReferenceRow, GemminiLayer, string> text, CancellationToken cancellation)
    {
        var sums = new SortedDictionary<string, (double Reference, double Simulated)>(StringComparer.Ordinal);
        foreach (var row in table.Rows)
        {
            var layer = GemminiLayer.Of(row, LargestExtent);
            string name = string.Create(CultureInfo.InvariantCulture, $"row {row.Line} {layer.Describe()}");
            double expected = row.Real(figure);
            long? cycles = Simulate(table.File, text(row, layer), machine, cancellation);
            yield return new AccuracyCase(group, name, Followed, 1, cycles is null ? 0 : 1);
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
