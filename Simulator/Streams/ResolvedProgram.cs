using NpuSim.Isa.Machine;
using NpuSim.Isa.Program;
using NpuSim.Simulator.Energy;

namespace NpuSim.Simulator.Streams;

/// <summary>A program resolved for a machine: everything about it that does not depend on when instructions run. It is verified and resolved as
/// time goes on, so that time, and values beside it, need not wait for the last instruction.</summary>
internal sealed class ResolvedProgram
{
    private readonly MachineSpec _machine;
    private readonly ProgramVerification _verification;
    private readonly ResolvedStream[] _streams;

    private ResolvedProgram(NpuProgram program, MachineSpec machine, ProgramVerification verification, bool keepsCounts)
    {
        (_machine, _verification) = (machine, verification);
        var constants = new ConstantMap(program.Constants);
        var actions = new LayerActions[Math.Max(1, program.Layers.Count)];
        for (int layer = 0; layer < actions.Length; layer++)
        {
            actions[layer] = NoActions();
        }

        Actions = actions;
        _streams = new ResolvedStream[machine.Cores];
        for (int core = 0; core < machine.Cores; core++)
        {
            _streams[core] = new StreamResolver(program, machine, core, actions, constants, _verification, keepsCounts).Stream;
        }
    }

    /// <summary>One per core of the machine; cores beyond the program's have an empty one.</summary>
    public IReadOnlyList<ResolvedStream> Streams => _streams;

    /// <summary>One per layer; a program without layers has one entry, which holds everything.</summary>
    public IReadOnlyList<LayerActions> Actions { get; }

    /// <summary>Verifies the tables of a program and resolves nothing yet.</summary>
    /// <param name="program">The program.</param>
    /// <param name="machine">The machine.</param>
    /// <param name="verification">A verification that has begun, or is finished; null where there is none.</param>
    /// <param name="keepsCounts">Whether somebody will ask what each single instruction did: <see cref="StreamStep.Counts"/>.</param>
    /// <exception cref="ArgumentException">The verification is of another program or machine.</exception>
    /// <exception cref="ProgramException">The verifier refuses a table.</exception>
    public static ResolvedProgram Begin(
        NpuProgram program, MachineSpec machine, ProgramVerification? verification = null, bool keepsCounts = false)
    {
        if (verification is not null && !verification.Covers(program, machine))
        {
            throw new ArgumentException("a verification of another program, or for another machine", nameof(verification));
        }

        return new ResolvedProgram(program, machine, verification ?? ProgramVerifier.Begin(program, machine), keepsCounts);
    }

    /// <summary>Gives the memory of the steps back, when the last question about them is answered. What was counted remains.</summary>
    public void Release()
    {
        foreach (var stream in _streams)
        {
            stream.Release();
        }
    }

    /// <summary>No actions of a layer of the machine.</summary>
    public LayerActions NoActions() => new(_machine.Cores, Units.Count(_machine.Core.Dma.Engines));

    /// <summary>Resolves what is left.</summary>
    /// <exception cref="ProgramException">The verifier refuses the program.</exception>
    /// <exception cref="SimulationException">An instruction cannot be given a meaning on this machine.</exception>
    public void Finish()
    {
        _verification.Finish();
        foreach (var stream in _streams)
        {
            stream.Need(stream.Count - 1);
        }
    }
}
