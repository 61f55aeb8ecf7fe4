using NpuSim.Isa.Machine;

namespace NpuSim.Cli.Pages.Sections;

/// <summary>What was run, by which version, on which machine.</summary>
internal static class ProvenanceSection
{
    public static void Write(Html html, PageRun run)
    {
        var report = run.Report;
        SectionText.Open(html, "provenance", "Provenance");
        html.Open("dl", ("class", "facts"));
        Fact(html, "Tool", $"{CliApplication.Name} {CliApplication.Version}");
        Fact(html, "Model", report.Model);
        Fact(html, "SHA-256 of the model as it ran", report.ModelHash);
        Fact(html, "Machine", report.Machine);
        Fact(html, "SHA-256 of the machine", report.MachineHash);
        if (run.Machine is { } machine)
        {
            Fact(html, "Where the machine's numbers come from", machine.Source);
            Fact(html, "Host", machine.Host.Name);
        }

        html.Close();
        if (run.Machine is { } described)
        {
            html.Open("details").Element("summary", "The machine, every member").Element("pre", MachineFile.ToJson(described), ("tabindex", "0")).Close();
        }
        else
        {
            SectionText.Missing(html, "The result does not describe its machine, and no preset has its hash: what needs the machine is left out.");
        }

        html.Close();
    }

    private static void Fact(Html html, string name, string value) => html.Element("dt", name).Open("dd").Name(value).Close();
}
