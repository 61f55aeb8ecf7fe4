using System.Diagnostics;
using NpuSim.Cli;

namespace NpuSim.Tests.Cli.Sweeps;

/// <summary>Runs the tool as a process of its own, so that it can be killed.</summary>
internal static class NpusimProcess
{
    /// <summary>The runtime and the tool beside the tests.</summary>
    public static IReadOnlyList<string> Command { get; } =
        [Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet", Path.Combine(AppContext.BaseDirectory, $"{CliApplication.Name}.dll")];

    /// <summary>Starts it; its output is thrown away.</summary>
    public static Process Start(params string[] arguments)
    {
        var start = new ProcessStartInfo(Command[0]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string argument in Command.Skip(1).Concat(arguments))
        {
            start.ArgumentList.Add(argument);
        }

        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }
}
