using System.Globalization;
using System.Text;
using NpuSim.Isa.Machine;
using NpuSim.Simulator.Reports;

namespace NpuSim.Cli.Validation.Suites;

/// <summary>NVDLA's small configurations against the RTL: cycles from enable to interrupt and beats on the memory port, convolution by convolution.</summary>
internal sealed class NvdlaSuite : IAccuracySuite
{
    private const string Folder = "nvdla-rtl";
    private const int BeatBytes = 8;
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

    public string Title => "NVDLA nv_small and nv_small_256: single hardware layers";

    public string Source => "RTL simulation of the generated Verilog (nvdla/hw, branch nv_small, commit 771f20c): cycles from enable to interrupt, and 8-byte "
        + "beats read and written, of convolutions over shape, memory latency, beat spacing, banks and fetch grain.";

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
        foreach (var (name, file) in Tables)
        {
            var table = reference.Table($"{Folder}/{file}");
            if (table.Rows.Count == 0)
            {
                continue;
            }

            var machine = MachineFile.Load(name, []);
            foreach (var row in table.Rows)
            {
                var layer = TimedLayers.Run(table.File, Layer(row), machine, cancellation)[0];
                foreach (var accuracy in Cases(name, row, layer))
                {
                    yield return accuracy;
                }
            }
        }
    }

    private static IEnumerable<AccuracyCase> Cases(string group, ReferenceRow row, LayerReport layer)
    {
        string name = row.Text("name");
        yield return new AccuracyCase(group, name, "cycles", row.Integer("cycles", 1), layer.Cycles);
        yield return new AccuracyCase(group, name, "read bytes", row.Integer("rd_beats", 1) * BeatBytes, layer.DramReadBytes);
        yield return new AccuracyCase(group, name, "write bytes", row.Integer("wr_beats", 1) * BeatBytes, layer.DramWriteBytes);
    }

    // A layer table of one row.
    private static string Layer(ReferenceRow row)
    {
        var (header, cells) = (new StringBuilder("name"), new StringBuilder());
        cells.Append('"').Append(row.Text("name").Replace("\"", "\"\"", StringComparison.Ordinal)).Append('"');
        foreach (string column in Shape)
        {
            Add(column, row.Int(column, 0, LargestExtent));
        }

        foreach (var (column, keys) in Members)
        {
            foreach (string key in keys)
            {
                Add($"set:{key}", row.Int(column, 0, LargestExtent));
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
