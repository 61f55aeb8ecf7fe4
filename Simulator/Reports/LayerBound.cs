using NpuSim.Isa.Instructions;
using NpuSim.Isa.Machine;
using NpuSim.Simulator.Energy;
using NpuSim.Simulator.Streams;

namespace NpuSim.Simulator.Reports;

/// <summary>What binds a layer: the unit that would still need the most cycles if all others were free.</summary>
/// <remarks>Array and vector: their formulas. dma: set-up, latency, and what engine, private buffers and bursts under way allow. dram: the cycles in which
/// external memory moves data, of all cores together. sram: those in which a port of a private buffer does, where these are contended. control: dispatch. The busiest core counts; of equal ones the first named here.</remarks>
internal static class LayerBound
{
    public static string Of(LayerActions actions, CoreSpec core, int units)
    {
        ReadOnlySpan<(string Name, long Cycles)> candidates =
        [
            ("array", actions.BusiestCycles(Units.Array, Units.Array + 1)),
            ("vector", actions.BusiestCycles(Units.Vector, Units.Vector + 1)),
            ("dram", actions.ExternalCycles),
            ("sram", actions.BusiestPortCycles(core)),
            ("dma", actions.BusiestCycles(Units.FirstDma, units)),
            ("host", actions.HostCycles),
            ("control", actions.BusiestCycles(Units.Sequencer, Units.Sequencer + 1)),
        ];
        var bound = candidates[0];
        foreach (var candidate in candidates)
        {
            bound = candidate.Cycles > bound.Cycles ? candidate : bound;
        }

        return bound.Cycles == 0 ? "control" : bound.Name;
    }

    /// <summary>How a report names the engine that does a layer's arithmetic.</summary>
    public static string Name(Engine engine) => engine switch
    {
        Engine.Array => "array",
        Engine.Vector => "vector",
        Engine.Dma => "dma",
        Engine.Sequencer => "host",
    };
}
