using System.CommandLine;
using NpuSim.Cli.Sweeps.Spec;
using NpuSim.Isa.Configuration;
using NpuSim.Isa.Machine;

namespace NpuSim.Cli.Commands;

/// <summary><c>schema</c>: the JSON schema of machine files or sweeps.</summary>
internal sealed class SchemaCommand : Command
{
    private const string Machine = "machine";
    private const string Sweep = "sweep";

    public SchemaCommand(Session session)
        : base("schema", "Prints the JSON schema of machine files or sweeps.")
    {
        var what = new Argument<string>("WHAT") { Arity = ArgumentArity.ZeroOrOne, Description = "machine (default) or sweep.", DefaultValueFactory = _ => Machine };
        Arguments.Add(what);
        SetAction(parsed =>
        {
            string schema = parsed.GetValue(what) switch
            {
                Machine => MachineSchema.Generate(),
                Sweep => ConfigurationFile.Schema<SweepSpec>("NpuSim sweep"),
                var other => throw new UsageException($"schema: found '{other}'{Suggestion.Hint(other ?? "", [Machine, Sweep])}, expected machine or sweep"),
            };
            session.Output.WriteLine(schema.TrimEnd());
            return ExitCodes.Done;
        });
    }
}
