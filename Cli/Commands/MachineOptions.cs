using System.CommandLine;
using NpuSim.Isa.Machine;

namespace NpuSim.Cli.Commands;

/// <summary>The options that say which machine: <c>--machine</c> and <c>--set</c>.</summary>
internal sealed class MachineOptions
{
    private readonly Option<string?> _machine =
        OptionFactory.Text("--machine", "MACHINE", $"A preset (npusim machines) or a machine file. Default: {MachineFile.DefaultPreset}.");

    private readonly Option<string[]> _set = Overrides();

    /// <summary>The repeatable <c>--set</c> on its own.</summary>
    public static Option<string[]> Overrides() => new("--set")
    {
        HelpName = "KEY=VALUE",
        Description = "Sets one member of the machine, such as core.array.rows=32; repeatable.",
        Arity = ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = false,
        DefaultValueFactory = _ => [],
    };

    public void AddTo(Command command)
    {
        command.Options.Add(_machine);
        command.Options.Add(_set);
    }

    /// <summary>The machine asked for.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="otherwise">The machine where none is named.</param>
    public MachineSpec Load(ParseResult parsed, string otherwise = MachineFile.DefaultPreset) =>
        MachineFile.Load(parsed.GetValue(_machine) ?? otherwise, parsed.GetValue(_set) ?? []);

    /// <summary>A preset with changes of its own, which <c>--set</c> may change again.</summary>
    public MachineSpec Load(ParseResult parsed, string preset, IReadOnlyList<string> overrides) =>
        MachineFile.Load(preset, [.. overrides, .. parsed.GetValue(_set) ?? []]);

    /// <summary>Whether a machine is named.</summary>
    public bool IsNamed(ParseResult parsed) => parsed.GetValue(_machine) is not null;
}
