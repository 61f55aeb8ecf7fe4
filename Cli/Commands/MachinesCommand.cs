using System.CommandLine;
using System.Globalization;
using NpuSim.Cli.Reports;
using NpuSim.Isa.Energy;
using NpuSim.Isa.Machine;

namespace NpuSim.Cli.Commands;

/// <summary><c>machines</c>: the presets, or one machine in full.</summary>
internal sealed class MachinesCommand : Command
{
    private static readonly TableColumnSpec[] Columns =
    [
        new("name"), new("cores", Numbers: true), new("array"), new("MHz", Numbers: true), new("peak TOPS", Numbers: true),
        new("buffers KiB"), new("memory"), new("nm", Numbers: true), new("what it is", Wraps: true),
    ];

    private readonly Session _session;
    private readonly Argument<string?> _name = new("MACHINE")
    {
        Arity = ArgumentArity.ZeroOrOne,
        Description = "A preset or a machine file; without it, the presets are listed.",
    };

    private readonly Option<string[]> _set = MachineOptions.Overrides();
    private readonly Option<bool> _area = new("--area") { Description = "Prints the machine's area by component, with the table rows behind it; of the presets, mm² in all." };

    public MachinesCommand(Session session)
        : base("machines", "Lists the machine presets, or prints one machine in full as JSON.")
    {
        _session = session;
        Arguments.Add(_name);
        Options.Add(_set);
        Options.Add(_area);
        SetAction(Run);
    }

    private int Run(ParseResult parsed)
    {
        string[] overrides = parsed.GetValue(_set) ?? [];
        if (parsed.GetValue(_name) is { } name)
        {
            var machine = MachineFile.Load(name, overrides);
            if (parsed.GetValue(_area))
            {
                AreaText.Print(_session, MachineArea.Of(machine));
                return ExitCodes.Done;
            }

            _session.Output.WriteLine(MachineFile.ToJson(machine).TrimEnd());
            return ExitCodes.Done;
        }

        if (overrides.Length > 0)
        {
            throw new UsageException("machines: --set needs a MACHINE to change");
        }

        PrintPresets(parsed.GetValue(_area));
        return ExitCodes.Done;
    }

    // Without areas the list needs no table of energies, which would take longer than all else.
    private void PrintPresets(bool areas)
    {
        var machines = MachineFile.PresetNames().Select(name => MachineFile.Load(name, []));
        const string Counts = "buffers: activation/weight/accumulator of a core, + shared; one multiply-accumulate counts as two operations";
        if (areas)
        {
            var rows = machines.Select(machine => (string[])[.. Row(machine)[..^1], Figures.Three(MachineArea.Of(machine).TotalMm2.Value), machine.Description]).ToList();
            Tables.Print(_session, [.. Columns[..^1], new TableColumnSpec("mm²", Numbers: true), Columns[^1]], rows);
            _session.Output.WriteLine($"{Counts}; mm²: all cores and buffers, without host, controllers and pads of memories");
            return;
        }

        Tables.Print(_session, Columns, [.. machines.Select(Row)]);
        _session.Output.WriteLine(Counts);
    }

    private static string[] Row(MachineSpec machine) =>
    [
        machine.Name, machine.Cores.ToString(CultureInfo.InvariantCulture), MachineText.Array(machine),
        machine.ClockMHz.ToString(CultureInfo.InvariantCulture),
        MachineText.PeakTops(machine).ToString("0.###", CultureInfo.InvariantCulture), MachineText.Buffers(machine), MachineText.Memory(machine),
        machine.Energy.TechnologyNm.ToString(CultureInfo.InvariantCulture), machine.Description,
    ];
}
