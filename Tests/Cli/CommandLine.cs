using NpuSim.Cli;

namespace NpuSim.Tests.Cli;

/// <summary>What a run of the tool left behind.</summary>
public sealed record CommandResult(int ExitCode, string Output, string Error)
{
    /// <summary>Lines on standard error.</summary>
    public IReadOnlyList<string> ErrorLines => Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}

/// <summary>Runs the tool in this process.</summary>
public static class CommandLine
{
    public static CommandResult Run(params string[] args) => Run(CancellationToken.None, args);

    public static CommandResult Run(CancellationToken cancellation, params string[] args)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        int code = CliApplication.Run(args, new Session(output, error) { Cancellation = cancellation });
        return new CommandResult(code, output.ToString(), error.ToString());
    }
}
