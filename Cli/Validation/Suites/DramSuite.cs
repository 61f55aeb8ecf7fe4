using System.Globalization;
using NpuSim.Isa.Machine;
using NpuSim.Simulator.Memory.Dram;

namespace NpuSim.Cli.Validation.Suites;

/// <summary>The DRAM controller alone, on request streams, beside two cycle-accurate simulators.</summary>
/// <remarks>The two give an interval. The reference of a case is the edge of the interval that is nearest to our figure, or our figure
/// itself where it
/// lies within; an error of at most 5 % therefore means: not below the lower figure by more than 5 %, nor above the higher one.</remarks>
internal sealed class DramSuite : IAccuracySuite
{
    private const string Cycles = "memory cycles";
    private const string ApartCycles = "memory cycles, references apart";
    private const string ClosedLatency = "idle read latency, closed bank";
    private const string MeanLatency = "mean latency of single reads";
    private const string RequestLists = "request lists";
    private const string CyclesPrefix = "cycles_";
    private const double Within = 0.05;

    public string Name => "dram";

    public string Title => "External memory: request streams";

    public string Source =>
        "DRAMsim3 (2981759) and Ramulator 2.1 (c5b1c3a), both simulators, on the same request lists and timings; where they differ, the reference is the edge of "
        + "their interval that is nearest to our figure. Streams on which the two are more than 15 % apart stand under a quantity of their own, without a bound.";

    public IReadOnlyList<AccuracyBound> Bounds { get; } =
    [
        new("", Cycles, AccuracyStatistic.Share, 0.95, Within),
        new("", ClosedLatency, AccuracyStatistic.Exact, 0),
        new("", MeanLatency, AccuracyStatistic.Exact, 0),
        new("", RequestLists, AccuracyStatistic.Exact, 0),
    ];

    public IEnumerable<AccuracyCase> Run(ReferenceFolder reference, CancellationToken cancellation)
    {
        var golden = reference.Table("dram/golden.csv");
        if (golden.Rows.Count == 0)
        {
            yield break;
        }

        var devices = reference.Table("dram/devices.csv").Rows.GroupBy(row => row.Text("device")).ToDictionary(group => group.Key, group => group.First());
        var latencies = reference.Has("dram/results.csv") ? SingleReads(reference.Table("dram/results.csv")) : null;
        foreach (var item in Lists(reference, cancellation))
        {
            yield return item;
        }

        foreach (var row in golden.Rows)
        {
            cancellation.ThrowIfCancellationRequested();
            foreach (var item in Cases(row, devices, latencies))
            {
                yield return item;
            }
        }
    }

    // Where the lists differ from the references', there is nothing to compare.
    private static IEnumerable<AccuracyCase> Lists(ReferenceFolder reference, CancellationToken cancellation)
    {
        if (!reference.Has("dram/streams.csv"))
        {
            yield break;
        }

        int rows = 0, equal = 0;
        foreach (var row in reference.Table("dram/streams.csv").Rows)
        {
            cancellation.ThrowIfCancellationRequested();
            var pattern = Pattern(row, row.Int("burst_bytes", 4, 4096));
            bool same = pattern.Requests() == row.Integer("requests", 1)
                && string.Equals(pattern.Hash().ToString("x16", CultureInfo.InvariantCulture), row.Text("fnv1a64"), StringComparison.OrdinalIgnoreCase);
            (rows, equal) = (rows + 1, equal + (same ? 1 : 0));
        }

        yield return new AccuracyCase("generator", "lists with the references' hash", RequestLists, rows, equal);
    }

    private static IEnumerable<AccuracyCase> Cases(
        ReferenceRow row, Dictionary<string, ReferenceRow> devices, ILookup<string, double>? latencies)
    {
        string name = row.Text("device"), list = row.Text("spec");
        var (device, channels) = devices.TryGetValue(name, out var found)
            ? (DramDeviceRow.Device(found), found.Int("channels", 1, 64)) : (DramDeviceFile.Load(name), 1);
        var controller = new DramControllerSpec { AddressMapping = row.Text("mapping") };
        int perStream = row.Int("outstanding_per_stream", 1, 4096);
        var pattern = Pattern(row, device.Organisation.BurstBytes);
        var result = DramStreams.Run(device, controller, channels, pattern.Streams(), perStream, row.Int("issue_width", 1, 64));
        string label = FormattableString.Invariant($"{controller.AddressMapping} {row.Text("outstanding")} {list}");
        double[] cycles = [.. row.Columns.Where(column => column.StartsWith(CyclesPrefix, StringComparison.Ordinal)).Select(column => (double)row.Integer(column, 1))];
        bool apart = row.Word("class", "strict", "band", "skip") == "skip";
        yield return new AccuracyCase(name, label, apart ? ApartCycles : Cycles, Nearest(cycles, result.Clocks), result.Clocks);
        if (result.Reads == 1 && result.Writes == 0)
        {
            yield return new AccuracyCase(name, label, ClosedLatency, Nearest(cycles, result.MeanReadClocks), result.MeanReadClocks);
        }

        double[] means = latencies is null ? [] : [.. latencies[Key(row)]];
        if (means.Length > 0 && perStream == 1)
        {
            double[] whole = [Math.Floor(means.Min()), Math.Ceiling(means.Max())];
            yield return new AccuracyCase(name, label, MeanLatency, Nearest(whole, result.MeanReadClocks), result.MeanReadClocks);
        }
    }

    private static RequestPattern Pattern(ReferenceRow row, int burstBytes)
    {
        try
        {
            return RequestPattern.Parse(row.Text("spec"), burstBytes);
        }
        catch (FormatException failure)
        {
            throw row.Fault("spec", $"a request pattern; {failure.Message}");
        }
    }

    // Mean latencies of runs with one read under way at a time, open page, in clocks.
    private static ILookup<string, double> SingleReads(ReferenceTable results) => results.Rows
        .Where(row => row.Text("outstanding") == "1" && row.Has("mean_rd_lat_ns") && row.Text("page_policy") == "open" && row.Text("scheduler") != "FRFCFS")
        .ToLookup(Key, row => row.Real("mean_rd_lat_ns") / row.Real("tck_ns"));

    private static string Key(ReferenceRow row) => string.Join(' ', row.Text("device"), row.Text("mapping"), row.Text("outstanding"), row.Text("spec"));

    private static double Nearest(double[] references, double value) => Math.Clamp(value, references.Min(), references.Max());
}
