using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using NpuSim.Cli.Reports;
using NpuSim.Isa.Instructions;
using NpuSim.Isa.Machine;
using NpuSim.Simulator.Reports;

namespace NpuSim.Cli.Running;

/// <summary>Adds up runs of single layers, one after the other, into the report of all.</summary>
/// <param name="name">Name of the whole.</param>
/// <param name="machine">The machine that rows start from; its clock counts.</param>
internal sealed class ReportSum(string name, MachineSpec machine)
{
    private readonly List<LayerReport> _layers = [];
    private readonly List<SimulationReport> _rows = [];
    private readonly SortedDictionary<(int Core, Engine Engine, int Index), long[]> _engines = [];
    private double _peakMacs;
    private long _cycles;

    /// <summary>Adds a layer's run, which starts where the one before ended.</summary>
    public void Add(string layer, SimulationReport report, MachineSpec rowMachine)
    {
        // Not its curve, which is the largest thing of a report.
        _rows.Add(report with { Power = report.Power with { Curve = null } });
        _layers.Add(Layer(layer, report));
        _peakMacs += (double)report.Cycles * MachineText.PeakMacsPerCycle(rowMachine);
        AddEngines(report);
        _cycles += report.Cycles;
    }

    /// <summary>The report of all rows.</summary>
    public SimulationReport Report()
    {
        double latency = _rows.Sum(row => row.LatencyMs);
        long macs = _rows.Sum(row => row.Macs);
        var energy = Energy();
        var traffic = new TrafficReport(
            _rows.Sum(row => row.Traffic.DramReadBytes), _rows.Sum(row => row.Traffic.DramWriteBytes), _rows.Sum(row => row.Traffic.SramReadBytes),
            _rows.Sum(row => row.Traffic.SramWriteBytes), _rows.Sum(row => row.Traffic.WeightBytes), _rows.Sum(row => row.Traffic.InstructionBytes))
        {
            Buffers = Buffers(),
        };
        return new SimulationReport(
            name, machine.Name, Hash(_rows.Select(row => row.ModelHash)), Hash(_rows.Select(row => row.MachineHash).Distinct()),
            _cycles, latency, macs, _peakMacs > 0 ? macs / _peakMacs : 0, traffic, energy,
            Power(energy, latency), Memory(), Host(), Stalls(),
            [.. _engines.Select(pair => new EngineReport(pair.Key.Core, pair.Key.Engine, pair.Key.Index, pair.Value))], _layers,
            _rows.Sum(row => row.Instructions), _rows.Sum(row => row.Events));
    }

    // The highest window of any row; rows have curves of their own.
    private PowerReport Power(EnergyReport energy, double milliseconds)
    {
        PowerReport? highest = null;
        long start = 0;
        foreach (var row in _rows)
        {
            highest = highest is null || row.Power.PeakMw > highest.PeakMw ? row.Power with { PeakAtCycle = start + row.Power.PeakAtCycle } : highest;
            start += row.Cycles;
        }

        double charge = _rows.Sum(row => row.Power.CurrentMa * row.LatencyMs);
        return (highest ?? new PowerReport(0, null)) with
        {
            AverageMw = milliseconds > 0 ? energy.TotalUj / milliseconds : 0,
            CurrentMa = milliseconds > 0 ? charge / milliseconds : 0,
            PeakCurrentMa = _rows.Max(row => row.Power.PeakCurrentMa),
        };
    }

    private SortedDictionary<string, BufferTraffic> Buffers() => new(_rows.SelectMany(row => row.Traffic.Buffers).GroupBy(pair => pair.Key).ToDictionary(
        group => group.Key, group => new BufferTraffic(group.Sum(pair => pair.Value.ReadBytes), group.Sum(pair => pair.Value.WriteBytes))), StringComparer.Ordinal);

    // An engine that only some rows' machines have does nothing in the others.
    private void AddEngines(SimulationReport report)
    {
        var present = report.Engines.ToDictionary(engine => (engine.Core, engine.Engine, engine.Index), engine => engine.Cycles);
        foreach (var key in present.Keys.Union(_engines.Keys).ToList())
        {
            long[] sums = _engines.TryGetValue(key, out long[]? known) ? known : Idle(_cycles);
            _engines[key] = [.. sums.Zip(present.TryGetValue(key, out var cycles) ? cycles : Idle(report.Cycles), (sum, more) => sum + more)];
        }
    }

    private static long[] Idle(long cycles)
    {
        var owners = new long[Enum.GetValues<CycleOwner>().Length];
        owners[(int)CycleOwner.Drained] = cycles;
        return owners;
    }

    // A row is one layer of the table, even where the compiler made several of it.
    private LayerReport Layer(string layer, SimulationReport report)
    {
        var main = report.Layers.OrderByDescending(part => part.Macs).ThenByDescending(part => part.Cycles).First();
        return new LayerReport(
            layer, main.Operator, main.Engine, report.Cycles, _cycles, _cycles + report.Cycles, report.Layers.Sum(part => part.ComputeCycles),
            report.Layers.Sum(part => part.StallCycles), report.Macs, report.Utilization, report.Traffic.DramReadBytes, report.Traffic.DramWriteBytes,
            report.Traffic.SramReadBytes, report.Traffic.SramWriteBytes, report.Energy.TotalUj, main.Bound)
        {
            ScaleSim = main.ScaleSim,
            ZeroShare = report.Energy.DataDependent?.ZeroActivationShare,
            DataEnergyUj = report.Energy.DataDependent?.TotalUj ?? 0,
        };
    }

    private EnergyReport Energy()
    {
        double Sum(Func<EnergyReport, double> part) => _rows.Sum(row => part(row.Energy));
        return new EnergyReport(
            Sum(e => e.TotalUj), Sum(e => e.ArrayUj), Sum(e => e.VectorUj), Sum(e => e.SramUj), Sum(e => e.DramUj), Sum(e => e.NetworkUj),
            Sum(e => e.ControlUj), Sum(e => e.LeakageUj), Sum(e => e.HostUj), Sum(e => e.LowUj), Sum(e => e.HighUj),
            [.. _rows.SelectMany(row => row.Energy.NotModelled).Distinct()], [.. _rows.SelectMany(row => row.Energy.Assumed).Distinct()])
        {
            Actions = Actions(),
            DataDependent = DataSum.Of(_rows),
        };
    }

    // Rows whose machines price an action differently keep lines of their own.
    private List<EnergyAction> Actions() =>
    [
        .. _rows.SelectMany(row => row.Energy.Actions)
            .GroupBy(line => (line.Component, line.Action, line.Part, line.Unit, line.Picojoules))
            .Select(group => group.First() with
            {
                Count = group.Sum(line => line.Count),
                Rows = [.. group.SelectMany(line => line.Rows).Distinct()],
                DataShare = group.Sum(line => line.DataShare * line.Count) / group.Sum(line => line.Count),
            }),
    ];

    private MemoryReport Memory()
    {
        var peaks = _rows.SelectMany(row => row.Memory.SramPeakBytes).GroupBy(pair => pair.Key)
            .ToDictionary(group => group.Key, group => group.Max(pair => pair.Value), StringComparer.Ordinal);
        return new MemoryReport(peaks, _rows.Max(row => row.Memory.DramPeakBytes), _rows.Sum(row => row.Memory.WeightBytesStored)) { Dram = Dram() };
    }

    private DramReport? Dram()
    {
        var rows = _rows.Select(row => row.Memory.Dram).OfType<DramReport>().ToList();
        var commands = rows.Select(row => row.Commands).OfType<DramCommandReport>().ToList();
        return rows.Count == 0 ? null : new DramReport(rows.Sum(row => row.OpenedRows), commands.Count == 0 ? null : new DramCommandReport(
            commands.Sum(row => row.Activates), commands.Sum(row => row.Reads), commands.Sum(row => row.Writes), commands.Sum(row => row.Precharges),
            commands.Sum(row => row.Refreshes), commands.Sum(row => row.Turnarounds), commands.Sum(row => row.WaitingWrites)));
    }

    private HostReport Host() => new(
        _rows.Sum(row => row.Host.Operators), _rows.Sum(row => row.Host.LatencyMs), _rows.Sum(row => row.Host.EnergyUj),
        [.. _rows.SelectMany(row => row.Host.Details)]);

    // The owners that the rows name, summed over all engines of the whole.
    private Dictionary<string, long> Stalls() => Enum.GetValues<CycleOwner>()
        .Select(owner => (Name: JsonNamingPolicy.CamelCase.ConvertName(owner.ToString()), Owner: (int)owner))
        .Where(stall => _rows.Exists(row => row.Stalls.ContainsKey(stall.Name))).OrderBy(stall => stall.Name, StringComparer.Ordinal)
        .ToDictionary(stall => stall.Name, stall => _engines.Values.Sum(cycles => cycles[stall.Owner]), StringComparer.Ordinal);

    // Of one row it is that row's; of several, one over all.
    private static string Hash(IEnumerable<string> hashes)
    {
        string[] all = [.. hashes];
        return all.Length == 1 ? all[0] : Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(string.Join('\n', all))));
    }
}
