using System.CommandLine;
using NpuSim.Isa.Machine;

namespace NpuSim.Cli.Commands;

/// <summary><c>schema</c>: the JSON schema of machine files.</summary>
internal sealed class SchemaCommand : Command
{
    public SchemaCommand(Session session)
        : base("schema", "Prints the JSON schema of machine files.") => SetAction(_ =>
        {
            session.Output.WriteLine(MachineSchema.Generate().TrimEnd());
            return ExitCodes.Done;
        });
}
