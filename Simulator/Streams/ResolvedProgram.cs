using NpuSim.Isa.Machine;
using NpuSim.Isa.Program;
using NpuSim.Simulator.Energy;

namespace NpuSim.Simulator.Streams;

/// <summary>A program resolved for a machine: everything about it that does not depend on when instructions run. It is verified and resolved as
/// time goes on, so that time, and values beside it, need not wait for the last instruction.</summary>
internal sealed class ResolvedProgram
{
    private readonly ProgramVerification _verification;
    private readonly ResolvedStream[] _streams;

    private ResolvedProgram(ProgramVerification verification, ResolvedStream[] streams, LayerActions[] actions) =>
        (_verification, _streams, Actions) = (verification, streams, actions);

    /// <summary>One per core of the machine; cores beyond the program's have an empty one.</summary>
    public IReadOnlyList<ResolvedStream> Streams => _streams;

    /// <summary>One per layer; a program without layers has one entry, which holds everything.</summary>
    public IReadOnlyList<LayerActions> Actions { get; }

    /// <summary>Verifies the tables of a program and resolves nothing yet.</summary>
    /// <exception cref="ProgramException">The verifier refuses a table.</exception>
    public static ResolvedProgram Begin(NpuProgram program, MachineSpec machine)
    {
        var verification = ProgramVerifier.Begin(program, machine);
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
            streams[core] = new StreamResolver(program, machine, core, actions, constants, verification).Stream;
        }

        return new ResolvedProgram(verification, streams, actions);
    }

    /// <summary>Resolves what is left.</summary>
    /// <exception cref="ProgramException">The verifier refuses the program.</exception>
    /// <exception cref="SimulationException">An instruction cannot be given a meaning on this machine.</exception>
    public void Finish()
    {
        _verification.Finish();
        foreach (var stream in _streams)
        {
            stream.Need(stream.Steps.Length - 1);
        }
    }
}
