using NpuSim.Cli.Pages.Insight;
using NpuSim.Cli.Reports;

namespace NpuSim.Cli.Pages.Sections;

/// <summary>How full the memories are, and traffic between them.</summary>
internal static class MemorySection
{
    private const int NameWidth = 60;

    public static void Write(Html html, PageRun run)
    {
        var (memory, traffic) = (run.Report.Memory, run.Report.Traffic);
        SectionText.Open(html, "memory", "Memory and traffic");
        html.Element("p", $"Main memory up to byte {Figures.Bytes(memory.DramPeakBytes)}; weights as stored {Figures.Bytes(memory.WeightBytesStored)}. External memory gives "
            + $"{Figures.Bytes(traffic.DramReadBytes)} and takes {Figures.Bytes(traffic.DramWriteBytes)} for one inference.");
        if (run.Insight?.Memories is { Count: > 0 } memories)
        {
            SectionText.Chart(html, run, "memory", "Memory in use over time",
                "Of memories that cores share: tensors alive, weights aside. Of private buffers: what the instructions of a layer touch.");
            Memories(html, run, memories);
        }
        else
        {
            SectionText.Missing(html, "Which tensors are alive when is not in this result (--html and --out of a model keep it).");
        }

        SectionText.Chart(html, run, "traffic", "Traffic", "Bytes of one inference. A buffer that gives more than it takes is used again and again: that is what it is for.");
        html.Close();
    }

    private static void Memories(Html html, PageRun run, IReadOnlyList<MemoryUse> memories)
    {
        var layers = run.Report.Layers;
        PageTables.Write(html, "Each memory at its fullest", [new("Memory"), new("In use", true), new("Size", true), new("Share", true), new("At layer")],
            memories.Select(memory => (IReadOnlyList<PageCell>)
            [
                memory.Name, Figures.Bytes(memory.Bytes[memory.PeakLayer]), Figures.Bytes(memory.CapacityBytes),
                SectionText.Share(memory.Bytes[memory.PeakLayer], memory.CapacityBytes), LayerName(layers, memory.PeakLayer),
            ]));
        foreach (var memory in memories.Where(memory => memory.Tensors.Count > 0))
        {
            PageTables.Write(html, $"Largest tensors alive when the {memory.Name} is fullest",
                [new("Tensor"), new("Shape"), new("Type"), new("Bytes", true), new("From layer", true), new("To layer", true)],
                memory.Tensors.Select(tensor => (IReadOnlyList<PageCell>)
                [
                    PageCell.Name(Figures.Short(tensor.Name, NameWidth)), tensor.Shape, tensor.Type, Figures.Bytes(tensor.Bytes),
                    Figures.Count(tensor.FirstLayer + 1), Figures.Count(tensor.LastLayer + 1),
                ]));
        }
    }

    private static PageCell LayerName(IReadOnlyList<Simulator.Reports.LayerReport> layers, int index) =>
        index < layers.Count ? PageCell.Name(FormattableString.Invariant($"{index + 1} {Figures.Short(layers[index].Name, NameWidth)}")) : "";
}
