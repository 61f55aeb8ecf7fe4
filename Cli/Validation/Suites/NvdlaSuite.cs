using System.Globalization;
using System.Text;
using NpuSim.Isa.Machine;
using NpuSim.Workloads.Import.LayerTables;

namespace NpuSim.Cli.Validation.Suites;

/// <summary>NVDLA's small configurations against the RTL: cycles from enable to interrupt and beats on the memory port, convolution by convolution.</summary>
internal sealed class NvdlaSuite : IAccuracySuite
{
    private const string Folder = "nvdla-rtl";
    private const string ChainFile = "chained_layers_nv_small.csv";
    private const int BeatBytes = 8;
    private const int LongestChain = 64;
    private const int LargestExtent = 1 << 20;

    private static readonly (string Machine, string File)[] Tables =
        [("nvdla-small", "nvdla_nv_small_cycles.csv"), ("nvdla-small-256", "nvdla_nv_small_256_cycles.csv")];

    /// <summary>Columns that a layer table has under the same name.</summary>
    private static readonly string[] Shape = ["W", "H", "C", "K", "R", "S", "stride", "pad"];

    /// <summary>Columns that are members of the machine, with the members that they set.</summary>
    private static readonly (string Column, string[] Keys)[] Members =
    [
        ("lat", ["memory.dram.readLatencyCycles", "memory.dram.writeLatencyCycles"]),
        ("rgap", ["core.convolutionPipeline.readCyclesPerBeat"]),
        ("wgap", ["core.convolutionPipeline.writeCyclesPerBeat"]),
        ("dbank", ["core.convolutionPipeline.dataBanks"]),
        ("wbank", ["core.convolutionPipeline.weightBanks"]),
        ("grain", ["core.convolutionPipeline.fetchGrain"]),
    ];

    public string Name => "nvdla";

    public string Title => "NVDLA nv_small and nv_small_256: hardware layers";

    public string Source => "RTL simulation of the generated Verilog (nvdla/hw, branch nv_small, commit 771f20c): cycles from enable to interrupt, and 8-byte "
        + "beats read and written, of convolutions over shape, memory latency, beat spacing, banks and fetch grain. "
        + "Chained layers, equal and independent ones one behind the other, are compared without a bound.";

    public IReadOnlyList<AccuracyBound> Bounds { get; } =
    [
        .. Tables.SelectMany(table => (AccuracyBound[])
        [
            new AccuracyBound(table.Machine, "cycles", AccuracyStatistic.Mean, 0.02),
            new AccuracyBound(table.Machine, "cycles", AccuracyStatistic.Worst, 0.08),
            new AccuracyBound(table.Machine, "read bytes", AccuracyStatistic.Exact, 0),
            new AccuracyBound(table.Machine, "write bytes", AccuracyStatistic.Exact, 0),
        ]),
    ];

    public IEnumerable<AccuracyCase> Run(ReferenceFolder reference, CancellationToken cancellation)
    {
        var single = Tables.SelectMany(table => Single(table.Machine, table.File, reference, cancellation));
        return single.Concat(Chained(reference, cancellation));
    }

    private static IEnumerable<AccuracyCase> Single(string name, string file, ReferenceFolder reference, CancellationToken cancellation)
    {
        var table = reference.Table($"{Folder}/{file}");
        if (table.Rows.Count == 0)
        {
            yield break;
        }

        var machine = MachineFile.Load(name, []);
        foreach (var row in table.Rows)
        {
            var layer = TimedLayers.Run(table.File, Layer(row), machine, cancellation)[0];
            foreach (var accuracy in Cases(name, row, layer.Cycles, layer.DramReadBytes, layer.DramWriteBytes))
            {
                yield return accuracy;
            }
        }
    }

    // How many layers a row has follows from what they write together.
    private static IEnumerable<AccuracyCase> Chained(ReferenceFolder reference, CancellationToken cancellation)
    {
        var table = reference.Table($"{Folder}/{ChainFile}");
        foreach (var row in table.Rows)
        {
            var sets = Members.SelectMany(member => member.Keys.Select(key => $"{key}={Value(row, member.Column)}"));
            var machine = MachineFile.Load(Tables[0].Machine, [.. sets]);
            using var text = new StringReader(Layer(row));
            var layer = LayerTable.Read(text, table.File).Rows[0].Graph;
            long one = NvdlaChain.Run(layer, 1, machine, cancellation).Traffic.DramWriteBytes, all = row.Integer("wr_beats", 1) * BeatBytes;
            if (all % one != 0 || all / one > LongestChain)
            {
                throw row.Fault("wr_beats", FormattableString.Invariant($"1 to {LongestChain} times the {one / BeatBytes} of one layer"));
            }

            var report = NvdlaChain.Run(layer, (int)(all / one), machine, cancellation);
            foreach (var accuracy in Cases($"{Tables[0].Machine} chained", row, report.Cycles, report.Traffic.DramReadBytes, report.Traffic.DramWriteBytes))
            {
                yield return accuracy;
            }
        }
    }

    private static IEnumerable<AccuracyCase> Cases(string group, ReferenceRow row, long cycles, long readBytes, long writeBytes)
    {
        string name = row.Text("name");
        yield return new AccuracyCase(group, name, "cycles", row.Integer("cycles", 1), cycles);
        yield return new AccuracyCase(group, name, "read bytes", row.Integer("rd_beats", 1) * BeatBytes, readBytes);
        yield return new AccuracyCase(group, name, "write bytes", row.Integer("wr_beats", 1) * BeatBytes, writeBytes);
    }

    private static int Value(ReferenceRow row, string column) => row.Int(column, 0, LargestExtent);

    // A layer table of one row.
    private static string Layer(ReferenceRow row)
    {
        var (header, cells) = (new StringBuilder("name"), new StringBuilder());
        cells.Append('"').Append(row.Text("name").Replace("\"", "\"\"", StringComparison.Ordinal)).Append('"');
        foreach (string column in Shape)
        {
            Add(column, Value(row, column));
        }

        foreach (var (column, keys) in Members)
        {
            foreach (string key in keys)
            {
                Add($"set:{key}", Value(row, column));
            }
        }

        return $"{header}\n{cells}\n";

        void Add(string column, int value)
        {
            header.Append(',').Append(column);
            cells.Append(',').Append(value.ToString(CultureInfo.InvariantCulture));
        }
    }
}
