using NpuSim.Cli.Running;
using NpuSim.Isa.Machine;
using NpuSim.Isa.Program;
using NpuSim.Simulator;
using NpuSim.Simulator.Reports;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Cli;

/// <summary>What the user sees of an exception: one or two lines and an exit code.</summary>
/// <param name="ExitCode">One of <see cref="ExitCodes"/>.</param>
/// <param name="Lines">One or two lines, without line ends.</param>
internal sealed record Failure(int ExitCode, IReadOnlyList<string> Lines)
{
    private const int MaximumLines = 2;

    /// <summary>Maps every exception to its lines; a stack trace is never among them.</summary>
    public static Failure Of(Exception exception) => exception switch
    {
        AggregateException { InnerExceptions: [var only] } => Of(only),
        OperationCanceledException => new Failure(ExitCodes.Interrupted, ["npusim: interrupted"]),
        UsageException or ModelException or MachineException or ProgramException or PowerWindowException => Told(ExitCodes.BadInput, exception.Message),
        StoppedRunException stopped => Told(ExitCodes.Failed, stopped.Check.Findings[0].Message),
        SimulationException or RunFailedException => Told(ExitCodes.Failed, exception.Message),
        IOException or UnauthorizedAccessException => Told(ExitCodes.BadInput, exception.Message),
        OutOfMemoryException => Told(ExitCodes.Failed, "not enough memory on this computer for the run"),
        _ => Told(ExitCodes.Failed, $"a defect in npusim, please report it: {exception.GetType().Name}: {FirstLine(exception.Message)}"),
    };

    private static Failure Told(int exitCode, string message)
    {
        string[] lines = [.. message.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Take(MaximumLines)];
        return new Failure(exitCode, lines.Length == 0 ? ["npusim: failed without a message"] : [$"npusim: {lines[0]}", .. lines.Skip(1)]);
    }

    private static string FirstLine(string message) => message.Split('\n')[0].Trim();
}
