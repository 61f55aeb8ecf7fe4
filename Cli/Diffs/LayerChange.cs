using NpuSim.Simulator.Reports;

namespace NpuSim.Cli.Diffs;

/// <summary>How a layer of one run was found in the other.</summary>
internal enum LayerMatch : byte
{
    /// <summary>By its name; of equal names the first with the first.</summary>
    Name,

    /// <summary>By its operator and order, among the layers whose names are in one run only.</summary>
    Order,

    /// <summary>It is in the first run only.</summary>
    BeforeOnly,

    /// <summary>It is in the second run only.</summary>
    AfterOnly,
}

/// <summary>A layer in two runs; what one of them does not have counts as nothing.</summary>
/// <param name="Match">How the two were found to be the same.</param>
/// <param name="Before">In the first run.</param>
/// <param name="After">In the second run.</param>
internal sealed record LayerChange(LayerMatch Match, LayerReport? Before, LayerReport? After)
{
    /// <summary>Its name in the second run, or in the first where that is the only one.</summary>
    public string Name => (After ?? Before)!.Name;

    public string Operator => (After ?? Before)!.Operator;

    /// <summary>Change of its share of the run. Those of all layers add up to the run's.</summary>
    public long Cycles => Of(layer => layer.Cycles);

    /// <summary>Part of the change in which its own engine works.</summary>
    public long BusyCycles => Cycles - WaitCycles;

    /// <summary>Part of the change in which its own engine waits.</summary>
    public long WaitCycles => Of(layer => layer.StallCycles);

    public long DramBytes => Of(layer => layer.DramReadBytes + layer.DramWriteBytes);

    public double EnergyUj => (After?.EnergyUj ?? 0) - (Before?.EnergyUj ?? 0);

    private long Of(Func<LayerReport, long> count) => (After is null ? 0 : count(After)) - (Before is null ? 0 : count(Before));
}
