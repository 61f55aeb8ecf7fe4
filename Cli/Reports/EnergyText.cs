using System.Globalization;
using NpuSim.Simulator.Reports;

namespace NpuSim.Cli.Reports;

/// <summary>A run's energy in words: the summary's line, and the ledger with the rows behind each price.</summary>
internal static class EnergyText
{
    private const int LargestContributors = 3;

    private static readonly TableColumnSpec[] Columns =
    [
        new("component"), new("action"), new("part"), new("count", Numbers: true), new("unit"), new("pJ each", Numbers: true),
        new("low … high", Numbers: true), new("energy", Numbers: true), new("share", Numbers: true), new("with data", Numbers: true),
        new("rows", Wraps: true),
    ];

    /// <summary>The key of a part in JSON, without its unit.</summary>
    public static string Name(EnergyPart part) => part switch
    {
        EnergyPart.Array => "array",
        EnergyPart.Vector => "vector",
        EnergyPart.Sram => "sram",
        EnergyPart.Dram => "dram",
        EnergyPart.Network => "network",
        EnergyPart.Control => "control",
        EnergyPart.Leakage => "leakage",
        EnergyPart.Host => "host",
    };

    /// <summary>Energy of the run with its band, its parts, and what takes the most of it.</summary>
    public static string Summary(EnergyReport energy) => $"{Figures.Microjoules(energy.TotalUj)} per inference "
        + $"(between {Figures.Microjoules(energy.LowUj)} and {Figures.Microjoules(energy.HighUj)}): {Parts(energy)}; most in {Contributors(energy)}";

    /// <summary>Prints the ledger, what costs most first, and the rows in it that are nobody's number.</summary>
    public static void Explain(Session session, EnergyReport energy)
    {
        session.Output.WriteLine();
        Tables.Print(session, Columns, [.. Sorted(energy).Select(action => Row(action, energy.TotalUj))]);
        session.Output.WriteLine();
        session.Output.WriteLine(energy.Assumed.Count == 0 ? "No row among these is assumed." : "Assumed among these rows:");
        foreach (string line in energy.Assumed)
        {
            session.Output.WriteLine($"- {line}");
        }
    }

    private static string Parts(EnergyReport energy)
    {
        (string Name, double Microjoules)[] parts =
        [
            ("array", energy.ArrayUj), ("vector", energy.VectorUj), ("SRAM", energy.SramUj), ("external memory", energy.DramUj),
            ("network", energy.NetworkUj), ("control", energy.ControlUj), ("leakage", energy.LeakageUj), ("host", energy.HostUj),
        ];
        return string.Join(", ", parts.Where(part => part.Microjoules > 0).OrderByDescending(part => part.Microjoules)
            .Select(part => $"{part.Name} {Figures.Percent(part.Microjoules, energy.TotalUj)}"));
    }

    private static string Contributors(EnergyReport energy)
    {
        var largest = Sorted(energy).Take(LargestContributors)
            .Select(action => $"{action.Component} {action.Action} {Figures.Percent(action.Microjoules.Value, energy.TotalUj)}").ToList();
        return largest.Count == 0 ? "nothing" : string.Join(", ", largest);
    }

    // OrderBy keeps the ledger's order among equals.
    private static IEnumerable<EnergyAction> Sorted(EnergyReport energy) => energy.Actions.OrderByDescending(action => action.Microjoules.Value);

    private static string[] Row(EnergyAction action, double total) =>
    [
        action.Component, action.Action, Name(action.Part), action.Count.ToString("#,##0.##", CultureInfo.InvariantCulture), action.Unit,
        Figures.Three(action.Picojoules.Value), $"{Figures.Three(action.Picojoules.Low)} … {Figures.Three(action.Picojoules.High)}",
        Figures.Microjoules(action.Microjoules.Value), Figures.Percent(action.Microjoules.Value, total), Figures.Percent(action.DataShare), Rows(action),
    ];

    // The table that a row is of is named once: "16nm idleMac, nominalVoltage".
    private static string Rows(EnergyAction action) => string.Join("; ", action.Rows
        .Select(row => (Table: row[..(row.IndexOf(' ') + 1)], Name: row[(row.IndexOf(' ') + 1)..])).GroupBy(row => row.Table, StringComparer.Ordinal)
        .Select(group => $"{group.Key}{string.Join(", ", group.Select(row => row.Name))}"));
}
