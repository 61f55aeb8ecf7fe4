using NpuSim.Cli.Reports;
using NpuSim.Isa.Energy;

namespace NpuSim.Cli.Pages.Sections;

/// <summary>Area of the machine by component, with its band; left out where a result does not describe its machine.</summary>
internal static class AreaSection
{
    public static void Write(Html html, PageRun run)
    {
        if (run.Machine is null)
        {
            return;
        }

        var area = MachineArea.Of(run.Machine);
        double total = area.TotalMm2.Value;
        SectionText.Open(html, "area", "Area");
        html.Element("p", $"{AreaText.Summary(area)}.");
        PageTables.Write(html, "Area by component",
            [new("Component"), new("mm²", true), new("Low to high", true), new("Share", true), new("Of it SRAM", true), new("Rows of the tables")],
            area.Parts.OrderByDescending(part => part.Mm2.Value).Select(part => (IReadOnlyList<PageCell>)
            [
                part.Component, Figures.Three(part.Mm2.Value), $"{Figures.Three(part.Mm2.Low)} to {Figures.Three(part.Mm2.High)}",
                SectionText.Share(part.Mm2.Value, total), Figures.Percent(part.Memory.Value, part.Mm2.Value), string.Join(", ", part.Rows),
            ]));
        html.Close();
    }
}
