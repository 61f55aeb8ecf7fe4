namespace NpuSim.Simulator.Reports;

/// <summary>The cycles of a run by what binds its layers; they add up to the run.</summary>
public static class LayerBounds
{
    /// <summary>What may bind a layer, as a layer's report names it.</summary>
    public static IReadOnlyList<string> Names { get; } = ["array", "control", "dma", "dram", "host", "sram", "vector"];

    /// <summary>Cycles of the layers that one of them binds.</summary>
    public static long Cycles(SimulationReport report, string bound)
    {
        long cycles = 0;
        for (int layer = 0; layer < report.Layers.Count; layer++)
        {
            cycles += report.Layers[layer].Bound == bound ? report.Layers[layer].Cycles : 0;
        }

        return cycles;
    }
}
