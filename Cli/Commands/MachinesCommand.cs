using System.CommandLine;
using System.Globalization;
using NpuSim.Cli.Reports;
using NpuSim.Isa.Machine;
using Spectre.Console;

namespace NpuSim.Cli.Commands;

/// <summary><c>machines</c>: the presets, or one machine in full.</summary>
internal sealed class MachinesCommand : Command
{
    private readonly Session _session;
    private readonly Argument<string?> _name = new("MACHINE")
    {
        Arity = ArgumentArity.ZeroOrOne,
        Description = "A preset or a machine file; without it, the presets are listed.",
    };

    private readonly Option<string[]> _set = MachineOptions.Overrides();

    public MachinesCommand(Session session)
        : base("machines", "Lists the machine presets, or prints one machine in full as JSON.")
    {
        _session = session;
        Arguments.Add(_name);
        Options.Add(_set);
        SetAction(Run);
    }

    private int Run(ParseResult parsed)
    {
        string[] overrides = parsed.GetValue(_set) ?? [];
        if (parsed.GetValue(_name) is { } name)
        {
            _session.Output.WriteLine(MachineFile.ToJson(MachineFile.Load(name, overrides)).TrimEnd());
            return ExitCodes.Done;
        }

        if (overrides.Length > 0)
        {
            throw new UsageException("machines: --set needs a MACHINE to change");
        }

        PrintPresets();
        return ExitCodes.Done;
    }

    private void PrintPresets()
    {
        var table = Tables.Plain("name", "cores", "array", "clock MHz", "peak TOPS", "buffers KiB", "memory", "nm", "what it is");
        foreach (var machine in MachineFile.PresetNames().Select(name => MachineFile.Load(name, [])))
        {
            table.AddRow(
                new Text(machine.Name), Number(machine.Cores), new Text(MachineText.Array(machine)), Number(machine.ClockMHz),
                new Text(MachineText.PeakTops(machine).ToString("0.###", CultureInfo.InvariantCulture)), new Text(MachineText.Buffers(machine)),
                new Text(MachineText.Memory(machine)), Number(machine.Energy.TechnologyNm), new Text(machine.Description));
        }

        Tables.AlignRight(table, 1, 3, 4, 7);
        Tables.Print(_session, table);
        _session.Output.WriteLine("buffers: activation/weight/accumulator of a core, + shared; one multiply-accumulate counts as two operations");
    }

    private static Text Number(int value) => new(value.ToString(CultureInfo.InvariantCulture));
}
