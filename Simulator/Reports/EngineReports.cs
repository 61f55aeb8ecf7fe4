using NpuSim.Simulator.Cores;
using NpuSim.Simulator.Streams;

namespace NpuSim.Simulator.Reports;

/// <summary>Whose a core's cycles were.</summary>
internal static class EngineReports
{
    /// <summary>Gives the cycles after the last instruction to nobody's work and returns each unit's cycles.</summary>
    /// <param name="core">A core at its end.</param>
    /// <param name="total">Cycles of the run.</param>
    public static IEnumerable<EngineReport> Close(CoreUnit core, long total)
    {
        core.Sequencer.Advance(total);
        yield return new EngineReport(core.Index, Units.Kind(Units.Sequencer), 0, core.Sequencer.Ledger.Close(total));
        foreach (var engine in core.Engines.ToArray())
        {
            engine.Ledger.Own(CycleOwner.Drained, total);
            yield return new EngineReport(core.Index, Units.Kind(engine.Unit), Units.Index(engine.Unit), engine.Ledger.Close(total));
        }
    }
}
