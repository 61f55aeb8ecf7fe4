using NpuSim.Cli.Pages.Insight;
using NpuSim.Cli.Reports;

namespace NpuSim.Cli.Pages.Sections;

/// <summary>What to fix, and what other machines would bring.</summary>
internal static class FixSection
{
    private const int NameWidth = 60;

    public static void Write(Html html, PageRun run)
    {
        SectionText.Open(html, "fixes", "What to fix");
        Layers(html, run);
        WhatIfs(html, run);
        html.Close();
    }

    private static void Layers(Html html, PageRun run)
    {
        var report = run.Report;
        if (run.Machine is not { } machine)
        {
            SectionText.Missing(html, "What layers could save needs the machine, which the result does not describe.");
            return;
        }

        var fixes = LayerFix.Of(report, machine, run.Insight?.Losses);
        PageTables.Write(html, "The layers worth fixing first, and the most that each could save",
            [new("Layer"), new("#", true), new("Operator"), new("Cycles", true), new("Could save", true), new("Of the latency", true), new("Most is lost to"), new("What to try")],
            fixes.Select(fix => (IReadOnlyList<PageCell>)
            [
                PageCell.Name(Figures.Short(report.Layers[fix.Layer].Name, NameWidth)), Figures.Count(fix.Layer + 1), PageCell.Name(report.Layers[fix.Layer].Operator),
                Figures.Count(report.Layers[fix.Layer].Cycles), Milliseconds(fix.SavedCycles, run), SectionText.Share(fix.SavedCycles, report.Cycles),
                fix.Cause, fix.Advice,
            ]));
        html.Element("p", "At most: a layer's cycles less those that its multiply-accumulates take at the array's peak, or its bytes at the full bandwidth of external memory.",
            ("class", "note"));
    }

    private static void WhatIfs(Html html, PageRun run)
    {
        html.Element("h3", "What if");
        if (run.Insight?.WhatIfs is not { Count: > 0 } whatIfs)
        {
            SectionText.Missing(html, "Changed machines were not simulated; npusim run --html does it.");
            return;
        }

        var before = whatIfs[0];
        PageTables.Write(html, $"The same model on changed machines, really simulated ({run.Insight.WhatIfNote})",
            [new("Change"), new("Members"), new("Latency", true), new("Change of latency", true), new("Energy", true), new("Change of energy", true)],
            whatIfs.Select(whatIf => Row(whatIf, before)));
    }

    private static PageCell[] Row(WhatIf whatIf, WhatIf before)
    {
        string members = string.Join(", ", whatIf.Changes);
        return whatIf.Refusal is { } refusal
            ? [whatIf.Name, members, "not possible", PageCell.Name(refusal), "", ""]
            : [whatIf.Name, members, Figures.Milliseconds(whatIf.LatencyMs ?? 0), Change(whatIf.LatencyMs, before.LatencyMs),
                Figures.Microjoules(whatIf.EnergyUj ?? 0), Change(whatIf.EnergyUj, before.EnergyUj)];
    }

    private static string Change(double? now, double? before) => now is { } value && before is > 0 and var old
        ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{((value / old) - 1) * 100:+0.0;−0.0;0.0} %") : "";

    private static string Milliseconds(long cycles, PageRun run) => Figures.Milliseconds(run.Report.LatencyMs * cycles / Math.Max(1, run.Report.Cycles));
}
