using System.CommandLine;
using System.Reflection;

namespace NpuSim.Cli.Commands;

/// <summary><c>version</c>: the tool's version.</summary>
internal sealed class VersionCommand : Command
{
    public VersionCommand(Session session)
        : base("version", "Prints the version.") => SetAction(_ =>
        {
            session.Output.WriteLine($"{CliApplication.Name} {Number}");
            return ExitCodes.Done;
        });

    private static string Number => typeof(VersionCommand).Assembly.GetName().Version is { } version ? version.ToString(3) : "unknown";
}
