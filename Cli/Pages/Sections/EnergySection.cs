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
        SectionText.Chart(html, "energy", "Energy by part", "Inner ring: parts of the machine. A click on a part enlarges it, one on the middle goes back.");
        PageTables.Write(html, "Energy by part", [new("Part"), new("Energy", true), new("Share", true)],
            Parts(energy).Where(part => part.Microjoules > 0).OrderByDescending(part => part.Microjoules).Select(part => (IReadOnlyList<PageCell>)
            [
                part.Name, Figures.Microjoules(part.Microjoules),
                new PageCell(Figures.Percent(part.Microjoules, energy.TotalUj), Share: energy.TotalUj > 0 ? part.Microjoules / energy.TotalUj : 0),
            ]));
        List(html, "Not modelled, so not in these figures", energy.NotModelled);
        List(html, "Rows of the energy table that are assumed, not sourced", energy.Assumed);
        html.Close();
    }

    /// <summary>The parts of the total.</summary>
    public static IReadOnlyList<(string Name, double Microjoules)> Parts(EnergyReport energy) =>
    [
        ("array", energy.ArrayUj), ("vector unit", energy.VectorUj), ("SRAM", energy.SramUj), ("external memory", energy.DramUj),
        ("network", energy.NetworkUj), ("control", energy.ControlUj), ("leakage", energy.LeakageUj), ("host", energy.HostUj),
    ];

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
