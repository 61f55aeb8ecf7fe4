using NpuSim.Isa.Program;
using NpuSim.Simulator;
using NpuSim.Simulator.Checking;

namespace NpuSim.Cli.Running;

/// <summary>A run that stood still under <c>--check</c>: there is no report, but there are findings.</summary>
/// <param name="program">What ran.</param>
/// <param name="hash">Hash of the model.</param>
/// <param name="machine">Name of the machine.</param>
/// <param name="machineHash">Hash of the machine.</param>
/// <param name="check">What was found, the deadlock first.</param>
internal sealed class StoppedRunException(NpuProgram program, string hash, string machine, string machineHash, CheckReport check)
    : Exception("the run came to a deadlock")
{
    public string Model { get; } = program.Name;

    public string ModelHash { get; } = hash;

    public string Machine { get; } = machine;

    public string MachineHash { get; } = machineHash;

    public CheckReport Check { get; } = check;
}

/// <summary>A run with the check before it, where that is asked for.</summary>
internal static class CheckedRun
{
    /// <summary>Checks a program; null where that is not asked for.</summary>
    public static CheckReport? Check(NpuProgram program, RunSettings settings, ProgressLine progress, CancellationToken cancellation)
    {
        if (!settings.Check)
        {
            return null;
        }

        progress.Stage("checking")(0);
        return ProgramCheck.Run(program, settings.Machine, cancellation);
    }

    /// <summary>Simulates a program that has been checked or not.</summary>
    /// <exception cref="StoppedRunException">A checked program came to a deadlock.</exception>
    public static T Run<T>(NpuProgram program, SimulationOptions options, RunSettings settings, CheckReport? check, Func<T> simulate)
    {
        try
        {
            return simulate();
        }
        catch (DeadlockException deadlock) when (check is not null)
        {
            throw new StoppedRunException(
                program, options.ModelHash ?? "", settings.Machine.Name, options.MachineHash ?? "", check.With(deadlock, program));
        }
    }
}
