using System.Globalization;
using System.Text.Json.Nodes;
using NpuSim.Isa.Machine;

namespace NpuSim.Cli.Serving;

/// <summary>One member of a machine as the page offers it: a row of values to choose from, the machine's own among them.</summary>
/// <param name="Group">Heading that it stands under.</param>
/// <param name="Key">Dotted path, as <c>--set</c> takes it.</param>
/// <param name="Label">What it is, in a few words.</param>
/// <param name="Unit">Unit of the values; empty for counts.</param>
/// <param name="Values">The values in the order of the slider, as <c>--set</c> takes them.</param>
/// <param name="Own">Place of the machine's own value.</param>
internal sealed record MachineSlider(string Group, string Key, string Label, string Unit, IReadOnlyList<string> Values, int Own)
{
    private const int Doublings = 4;

    // How the values of a member lie around its own.
    private enum Steps
    {
        Doubling,
        Tenths,
        Fixed,
    }

    private static readonly (string Group, string Key, string Label, string Unit, Steps Steps, string[] Values)[] Offered =
    [
        ("Array", "cores", "cores", "", Steps.Fixed, ["1", "2", "3", "4", "6", "8"]),
        ("Array", "core.array.rows", "rows", "", Steps.Doubling, []),
        ("Array", "core.array.columns", "columns", "", Steps.Doubling, []),
        ("Array", "core.array.dataflow", "dataflow", "", Steps.Fixed, ["weightStationary", "outputStationary", "inputStationary"]),
        ("Other units", "core.vector.lanes", "vector lanes", "", Steps.Doubling, []),
        ("Other units", "core.dma.engines", "DMA engines", "", Steps.Fixed, ["1", "2", "3"]),
        ("Other units", "core.dma.bytesPerCycle", "bytes per cycle of a DMA engine", "B", Steps.Doubling, []),
        ("Other units", "core.sequencer.queueDepth", "queue of an engine", "instructions", Steps.Doubling, []),
        ("Buffers", "core.activation.sizeKiB", "activation buffer", "KiB", Steps.Doubling, []),
        ("Buffers", "core.weight.sizeKiB", "weight buffer", "KiB", Steps.Doubling, []),
        ("Buffers", "core.accumulator.sizeKiB", "accumulator buffer", "KiB", Steps.Doubling, []),
        ("Buffers", "globalBuffer.sizeKiB", "global buffer", "KiB", Steps.Doubling, []),
        ("Memory", "memory.dram.bandwidthMBps", "bandwidth", "MB/s", Steps.Doubling, []),
        ("Memory", "memory.dram.readLatencyCycles", "latency of a read", "cycles", Steps.Doubling, []),
        ("Memory", "memory.dram.standard", "family, for energy", "", Steps.Fixed, ["ddr3", "ddr4", "lpddr4", "lpddr5", "gddr6", "hbm2"]),
        ("Operating point", "clockMHz", "clock", "MHz", Steps.Tenths, []),
        ("Operating point", "energy.voltage", "supply", "V", Steps.Tenths, []),
        ("Operating point", "energy.technologyNm", "technology", "nm", Steps.Fixed, ["90", "65", "45", "40", "32", "28", "22", "16", "12", "10", "7", "5"]),
    ];

    /// <summary>The members of a machine that can be changed and still give a machine, each with the values that do so.</summary>
    public static IReadOnlyList<MachineSlider> Of(MachineSpec machine)
    {
        var tree = JsonNode.Parse(MachineFile.ToJson(machine))!;
        var sliders = new List<MachineSlider>();
        foreach (var (group, key, label, unit, steps, values) in Offered)
        {
            if (Member(tree, key) is { } own)
            {
                string[] legal = [.. Around(own, steps, values).Where(value => value == own || IsLegal(machine, key, value))];
                if (legal.Length > 1)
                {
                    sliders.Add(new MachineSlider(group, key, label, unit, legal, Array.IndexOf(legal, own)));
                }
            }
        }

        return sliders;
    }

    private static string? Member(JsonNode tree, string key)
    {
        JsonNode? node = tree;
        foreach (string member in key.Split('.'))
        {
            node = (node as JsonObject)?[member];
        }

        return (node as JsonValue)?.ToString();
    }

    private static IEnumerable<string> Around(string own, Steps steps, string[] values) => steps switch
    {
        Steps.Doubling => Enumerable.Range(-Doublings, 2 * Doublings + 1).Select(step => Scaled(own, Math.Pow(2, step))).Where(IsWhole(own)).Select(Text),
        Steps.Tenths => Enumerable.Range(5, 16).Select(tenths => Math.Round(Scaled(own, tenths / 10.0), 4)).Where(IsWhole(own)).Select(Text),
        Steps.Fixed => values.Contains(own) ? values : [.. values.Append(own).OrderBy(value => double.TryParse(value, CultureInfo.InvariantCulture, out double number) ? number : 0)],
    };

    private static double Scaled(string own, double factor) => double.Parse(own, CultureInfo.InvariantCulture) * factor;

    // A member that holds a whole number takes whole numbers from 1 on.
    private static Func<double, bool> IsWhole(string own) => value => own.Contains('.', StringComparison.Ordinal) || (value >= 1 && value == Math.Floor(value));

    private static string Text(double value) => value.ToString("0.####", CultureInfo.InvariantCulture);

    private static bool IsLegal(MachineSpec machine, string key, string value)
    {
        try
        {
            _ = MachineFile.Apply(machine, key, value);
            return true;
        }
        catch (MachineException)
        {
            return false;
        }
    }
}
