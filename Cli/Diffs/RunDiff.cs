using NpuSim.Isa.Instructions;
using NpuSim.Simulator.Reports;

namespace NpuSim.Cli.Diffs;

/// <summary>Cycles that all engines of a kind gave to an owner in two runs.</summary>
internal sealed record OwnerChange(Engine Engine, CycleOwner Owner, long Before, long After)
{
    public long Change => After - Before;
}

/// <summary>A part of the energy in two runs, in µJ.</summary>
internal sealed record EnergyChange(EnergyPart Part, double Before, double After)
{
    public double Change => After - Before;
}

/// <summary>What changed from one run to another.</summary>
internal sealed class RunDiff
{
    public RunDiff(SimulationReport before, SimulationReport after)
    {
        (Before, After) = (before, after);
        Layers = [.. Matched(before.Layers, after.Layers).OrderByDescending(layer => Math.Abs(layer.Cycles))];
        Owners = [.. Engines(before, after).OrderBy(row => row.Engine).ThenByDescending(row => Math.Abs(row.Change)).ThenBy(row => row.Owner)];
        Energy = [.. Enum.GetValues<EnergyPart>().Select(part => new EnergyChange(part, Part(before.Energy, part), Part(after.Energy, part)))
            .OrderByDescending(part => Math.Abs(part.Change)).ThenBy(part => part.Part)];
    }

    public SimulationReport Before { get; }

    public SimulationReport After { get; }

    /// <summary>Layers of both runs, those that changed most first.</summary>
    public IReadOnlyList<LayerChange> Layers { get; }

    /// <summary>By kind of engine, then those that changed most first.</summary>
    public IReadOnlyList<OwnerChange> Owners { get; }

    /// <summary>Parts of the energy, those that changed most first.</summary>
    public IReadOnlyList<EnergyChange> Energy { get; }

    public bool IsSameModel => Before.ModelHash == After.ModelHash;

    public bool IsSameMachine => Before.MachineHash == After.MachineHash;

    /// <summary>Change of the run's cycles.</summary>
    public long Cycles => After.Cycles - Before.Cycles;

    /// <summary>A part of the energy in µJ.</summary>
    public static double Part(EnergyReport energy, EnergyPart part) => part switch
    {
        EnergyPart.Array => energy.ArrayUj,
        EnergyPart.Vector => energy.VectorUj,
        EnergyPart.Sram => energy.SramUj,
        EnergyPart.Dram => energy.DramUj,
        EnergyPart.Network => energy.NetworkUj,
        EnergyPart.Control => energy.ControlUj,
        EnergyPart.Leakage => energy.LeakageUj,
        EnergyPart.Host => energy.HostUj,
    };

    private static List<LayerChange> Matched(IReadOnlyList<LayerReport> before, IReadOnlyList<LayerReport> after)
    {
        var changes = new List<LayerChange>();
        var (left, added) = Pair(before, after, layer => layer.Name, LayerMatch.Name, changes);
        (left, added) = Pair(left, added, layer => layer.Operator, LayerMatch.Order, changes);
        changes.AddRange(left.Select(layer => new LayerChange(LayerMatch.BeforeOnly, layer, null)));
        changes.AddRange(added.Select(layer => new LayerChange(LayerMatch.AfterOnly, null, layer)));
        return changes;
    }

    // The first of a key with the first of the same key, and so on; what is left over comes back.
    private static (List<LayerReport> Before, List<LayerReport> After) Pair(
        IReadOnlyList<LayerReport> before, IReadOnlyList<LayerReport> after, Func<LayerReport, string> key, LayerMatch match, List<LayerChange> changes)
    {
        var waiting = before.GroupBy(key).ToDictionary(group => group.Key, group => new Queue<LayerReport>(group), StringComparer.Ordinal);
        var added = new List<LayerReport>();
        foreach (var layer in after)
        {
            if (waiting.TryGetValue(key(layer), out var same) && same.TryDequeue(out var found))
            {
                changes.Add(new LayerChange(match, found, layer));
            }
            else
            {
                added.Add(layer);
            }
        }

        var left = waiting.Values.SelectMany(layers => layers).ToHashSet(ReferenceEqualityComparer.Instance);
        return ([.. before.Where(left.Contains)], added);
    }

    private static IEnumerable<OwnerChange> Engines(SimulationReport before, SimulationReport after) =>
        from engine in Enum.GetValues<Engine>()
        from owner in Enum.GetValues<CycleOwner>()
        let change = new OwnerChange(engine, owner, Owned(before, engine, owner), Owned(after, engine, owner))
        where change.Before != 0 || change.After != 0
        select change;

    private static long Owned(SimulationReport report, Engine engine, CycleOwner owner) =>
        report.Engines.Where(one => one.Engine == engine).Sum(one => one.Cycles[(int)owner]);
}
