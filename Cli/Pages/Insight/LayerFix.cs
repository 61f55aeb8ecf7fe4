using NpuSim.Cli.Reports;
using NpuSim.Isa.Machine;
using NpuSim.Simulator.Reports;
using NpuSim.Simulator.Reports.Utilisation;

namespace NpuSim.Cli.Pages.Insight;

/// <summary>A layer worth fixing, and what it could save at most.</summary>
/// <param name="Layer">Its number, from 0.</param>
/// <param name="SavedCycles">Its cycles less what its multiply-accumulates take at the array's peak, or its bytes at the full bandwidth of external memory,
/// whichever is more.</param>
/// <param name="Cause">Where most of the lost cycles went.</param>
/// <param name="Advice">What to try.</param>
internal sealed record LayerFix(int Layer, long SavedCycles, string Cause, string Advice)
{
    private const int Count = 5;

    /// <summary>The layers with the most to save, largest first.</summary>
    public static IReadOnlyList<LayerFix> Of(SimulationReport report, MachineSpec machine, IReadOnlyList<IReadOnlyList<double>>? losses)
    {
        var roof = Roofline.Of(machine);
        return [.. report.Layers.Select((layer, index) => (Layer: layer, Index: index, Saved: layer.Cycles - Least(roof, layer)))
            .Where(item => item.Saved > 0).OrderByDescending(item => item.Saved).ThenBy(item => item.Index).Take(Count)
            .Select(item => Fix(item.Layer, item.Index, item.Saved, losses?[item.Index]))];
    }

    private static long Least(Roofline roof, LayerReport layer) =>
        (long)Math.Ceiling(roof.LeastCycles(layer.Macs, layer.DramReadBytes + layer.DramWriteBytes));

    private static LayerFix Fix(LayerReport layer, int index, long saved, IReadOnlyList<double>? losses)
    {
        var loss = losses is null ? OfBound(layer.Bound) : Largest(losses);
        string share = losses is null ? "" : $", {Figures.Percent(losses[(int)loss], layer.Cycles)} of its cycles";
        return new LayerFix(index, saved, $"{LossText.Name(loss)}{share}", LossText.Advice(loss));
    }

    private static ArrayLoss Largest(IReadOnlyList<double> losses) =>
        Enum.GetValues<ArrayLoss>().Where(loss => loss != ArrayLoss.Useful).MaxBy(loss => losses[(int)loss]);

    private static ArrayLoss OfBound(string bound) => bound switch
    {
        "array" => ArrayLoss.Channels,
        "vector" => ArrayLoss.Vector,
        "dram" or "dma" => ArrayLoss.Memory,
        "sram" => ArrayLoss.Buffers,
        "host" => ArrayLoss.Host,
        _ => ArrayLoss.Control,
    };
}
