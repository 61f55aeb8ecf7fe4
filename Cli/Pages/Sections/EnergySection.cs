using NpuSim.Cli.Reports;
using NpuSim.Simulator.Reports;

namespace NpuSim.Cli.Pages.Sections;

/// <summary>Energy by part, with its band, and what is not in it.</summary>
internal static class EnergySection
{
    public static void Write(Html html, PageRun run)
    {
        var energy = run.Report.Energy;
        SectionText.Open(html, "energy", "Energy and power");
        html.Element("p", $"{Figures.Microjoules(energy.TotalUj)} for one inference, between {Figures.Microjoules(energy.LowUj)} and "
            + $"{Figures.Microjoules(energy.HighUj)} within the bands of the table's entries; {Figures.Three(run.Report.Power.AverageMw)} mW on average.");
        if (energy.DataDependent is { } data)
        {
            html.Element("p", $"That is what the tables' entries stand for; {DataEnergyText.Summary(data)}.");
        }

        SectionText.Chart(html, run, "energy", "Energy by part", "From the middle outwards: parts, components, actions. A click on one enlarges it, a click on the middle goes back.");
        PageTables.Write(html, "Energy by part", [new("Part"), new("Energy", true), new("Share", true)],
            Parts(energy).Where(part => part.Microjoules > 0).OrderByDescending(part => part.Microjoules).Select(part => (IReadOnlyList<PageCell>)
            [
                part.Name, Figures.Microjoules(part.Microjoules),
                new PageCell(Figures.Percent(part.Microjoules, energy.TotalUj), Share: energy.TotalUj > 0 ? part.Microjoules / energy.TotalUj : 0),
            ]));
        if (run.Insight?.Power is { } power)
        {
            SectionText.Chart(html, run, "power", "Power over time", FormattableString.Invariant($"By part, means of {power.WindowCycles} cycles. Zoom with the slider or + and −."));
        }

        Actions(html, energy);
        List(html, "Not modelled, so not in these figures", energy.NotModelled);
        List(html, "Rows of the energy table that are assumed, not sourced", energy.Assumed);
        html.Close();
    }

    /// <summary>The parts of the total.</summary>
    public static IReadOnlyList<(EnergyPart Part, string Name, double Microjoules)> Parts(EnergyReport energy) =>
    [
        (EnergyPart.Array, "array", energy.ArrayUj), (EnergyPart.Vector, "vector unit", energy.VectorUj), (EnergyPart.Sram, "SRAM", energy.SramUj),
        (EnergyPart.Dram, "external memory", energy.DramUj), (EnergyPart.Network, "network", energy.NetworkUj), (EnergyPart.Control, "control", energy.ControlUj),
        (EnergyPart.Leakage, "leakage", energy.LeakageUj), (EnergyPart.Host, "host", energy.HostUj),
    ];

    private static void Actions(Html html, EnergyReport energy)
    {
        if (energy.Actions.Count == 0)
        {
            return;
        }

        html.Open("details").Element("summary", FormattableString.Invariant($"Every counted action with its price ({energy.Actions.Count})"));
        PageTables.Write(html, "Counted actions; a click on a heading sorts",
            [new("Component"), new("Action"), new("Count", true), new("Unit"), new("pJ each", true), new("Energy", true), new("Share", true), new("Rows of the tables")],
            energy.Actions.OrderByDescending(action => action.Microjoules.Value).Select(action => (IReadOnlyList<PageCell>)
            [
                action.Component, action.Action, new(Figures.Three(action.Count), action.Count), action.Unit, new(Band(action), action.Picojoules.Value),
                new(Figures.Microjoules(action.Microjoules.Value), action.Microjoules.Value),
                SectionText.Share(action.Microjoules.Value, energy.TotalUj) with { Value = action.Microjoules.Value }, string.Join(", ", action.Rows),
            ]), isSortable: true);
        html.Close();
    }

    private static string Band(EnergyAction action) =>
        $"{Figures.Three(action.Picojoules.Value)} ({Figures.Three(action.Picojoules.Low)} to {Figures.Three(action.Picojoules.High)})";

    private static void List(Html html, string heading, IReadOnlyList<string> texts)
    {
        if (texts.Count == 0)
        {
            return;
        }

        html.Open("details").Element("summary", FormattableString.Invariant($"{heading} ({texts.Count})")).Open("ul");
        foreach (string text in texts)
        {
            html.Element("li", text);
        }

        html.Close().Close();
    }
}
