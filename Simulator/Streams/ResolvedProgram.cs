using NpuSim.Isa.Machine;
using NpuSim.Isa.Program;
using NpuSim.Simulator.Energy;

namespace NpuSim.Simulator.Streams;

/// <summary>A program resolved for a machine: everything about it that does not depend on when instructions run.</summary>
internal sealed class ResolvedProgram
{
    private ResolvedProgram(ResolvedStream[] streams, LayerActions[] actions) => (Streams, Actions) = (streams, actions);

    /// <summary>One per core of the machine; cores beyond the program's have an empty one.</summary>
    public IReadOnlyList<ResolvedStream> Streams { get; }

    /// <summary>One per layer; a program without layers has one entry, which holds everything.</summary>
    public IReadOnlyList<LayerActions> Actions { get; }

    /// <exception cref="SimulationException">An instruction cannot be given a meaning on this machine.</exception>
    public static ResolvedProgram Create(NpuProgram program, MachineSpec machine)
    {
        int units = Units.Count(machine.Core.Dma.Engines);
        var actions = new LayerActions[Math.Max(1, program.Layers.Count)];
        for (int layer = 0; layer < actions.Length; layer++)
        {
            actions[layer] = new LayerActions(machine.Cores, units);
        }

        var constants = new ConstantMap(program.Constants);
        var streams = new ResolvedStream[machine.Cores];
        for (int core = 0; core < machine.Cores; core++)
        {
            streams[core] = new StreamResolver(program, machine, core, actions, constants).Resolve();
        }

        return new ResolvedProgram(streams, actions);
    }
}
