using System.CommandLine;

namespace NpuSim.Cli.Commands;

/// <summary><c>version</c>: the tool's version.</summary>
internal sealed class VersionCommand : Command
{
    public VersionCommand(Session session)
        : base("version", "Prints the version.") => SetAction(_ =>
        {
            session.Output.WriteLine($"{CliApplication.Name} {CliApplication.Version}");
            return ExitCodes.Done;
        });
}
