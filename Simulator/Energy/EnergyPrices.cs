using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using NpuSim.Isa.Energy;
using NpuSim.Isa.Machine;

namespace NpuSim.Simulator.Energy;

/// <summary>Turns rows of the energy tables into prices on a machine at its operating point.</summary>
internal sealed class EnergyPrices
{
    private const double BitsPerByte = 8;
    private const double NanosecondsPerMicrosecond = 1000;

    // A sweep asks for the same few tables thousands of times; they never change.
    private static readonly ConcurrentDictionary<int, NodeTable> Nodes = new();
    private static readonly Lazy<DramTable> Drams = new(DramTable.Load);

    private readonly MachineSpec _machine;
    private readonly NodeTable _node;
    private readonly double _dynamic;
    private readonly double _leakage;
    private readonly PriceRow _voltage;

    public EnergyPrices(MachineSpec machine)
    {
        _machine = machine;
        _node = Nodes.GetOrAdd(machine.Energy.TechnologyNm, NodeTable.Load);
        _dynamic = Table.DynamicFactor(machine.Energy.Voltage);
        _leakage = Table.LeakageFactor(machine.Energy.Voltage) * OperatingLaws.LeakageAt(machine.Energy.TemperatureC);
        _voltage = _node.Rows[Table.NominalVoltage];
    }

    /// <summary>The table of the machine's node.</summary>
    public EnergyTable Table => _node.Table;

    /// <summary>An entry in pJ at the machine's supply voltage.</summary>
    public EnergyPrice Dynamic(EnergyEntry entry) => new(entry.Band * _dynamic, [_node.Rows[entry], _voltage]);

    /// <summary>A full-width access of a macro, per byte of it.</summary>
    /// <param name="capacity">Bytes of the macro.</param>
    /// <param name="width">Bytes of an access.</param>
    /// <param name="write">Direction.</param>
    public EnergyPrice SramByte(long capacity, double width, bool write)
    {
        var access = write ? Table.SramWritePicojoules(capacity, width) : Table.SramReadPicojoules(capacity, width);
        List<PriceRow> rows =
        [
            _node.Rows[Table.SramRead8KiB], _node.Rows[Table.SramRead32KiB], _node.Rows[Table.SramRead1MiB], _node.Rows[Table.SramWidthExponent], _voltage,
        ];
        if (write)
        {
            rows.Add(_node.Rows[Table.SramWritePerRead]);
        }

        return new EnergyPrice(access * (_dynamic / width), rows);
    }

    /// <summary>Leakage of so many bytes of SRAM in a core cycle.</summary>
    public EnergyPrice SramLeakage(long bytes) => Leakage(Table.SramLeakageMilliwatts(bytes), Table.SramLeakage);

    /// <summary>Leakage of logic in a core cycle.</summary>
    /// <param name="entry">In mW each.</param>
    /// <param name="pieces">How many.</param>
    public EnergyPrice LogicLeakage(EnergyEntry entry, double pieces) => Leakage(entry.Band * pieces, entry);

    /// <summary>A byte out of or into main memory.</summary>
    public static EnergyPrice DramByte(DramStandard standard, bool write)
    {
        var family = Drams.Value.Table.Of(standard);
        var entry = write ? family.Write : family.Read;
        return new EnergyPrice(entry.Band * BitsPerByte, [Drams.Value.Rows[entry]]);
    }

    /// <summary>A price that the machine's description itself states.</summary>
    /// <param name="picojoules">Energy of one.</param>
    /// <param name="members">Members of the machine's file from which it comes.</param>
    public static EnergyPrice Stated(double picojoules, params ReadOnlySpan<string> members)
    {
        var rows = new PriceRow[members.Length];
        for (int row = 0; row < rows.Length; row++)
        {
            rows[row] = new PriceRow($"machine {members[row]}", null);
        }

        return new EnergyPrice(new EnergyBand(picojoules, picojoules, picojoules), rows);
    }

    // mW times ns is pJ.
    private EnergyPrice Leakage(EnergyBand milliwatts, EnergyEntry entry) =>
        new(milliwatts * (_leakage * NanosecondsPerMicrosecond / _machine.ClockMHz), [_node.Rows[entry], _voltage]);

    private static Dictionary<EnergyEntry, PriceRow> Named(IEnumerable<(string Name, EnergyEntry Entry)> entries)
    {
        // By identity: two rows may hold the same numbers.
        var rows = new Dictionary<EnergyEntry, PriceRow>(EntryIdentity.Instance);
        foreach (var (name, entry) in entries)
        {
            rows.Add(entry, new PriceRow(name, entry.Status == EnergyStatus.Assumed ? $"{name}: {entry.Source}" : null));
        }

        return rows;
    }

    private sealed record NodeTable(EnergyTable Table, Dictionary<EnergyEntry, PriceRow> Rows)
    {
        public static NodeTable Load(int node)
        {
            var table = EnergyTable.Load(node);
            return new NodeTable(table, Named(table.Rows()));
        }
    }

    private sealed record DramTable(DramEnergy Table, Dictionary<EnergyEntry, PriceRow> Rows)
    {
        public static DramTable Load()
        {
            var table = DramEnergy.Load();
            return new DramTable(table, Named(table.Rows()));
        }
    }

    private sealed class EntryIdentity : IEqualityComparer<EnergyEntry>
    {
        public static readonly EntryIdentity Instance = new();

        public bool Equals(EnergyEntry? x, EnergyEntry? y) => ReferenceEquals(x, y);

        public int GetHashCode(EnergyEntry entry) => RuntimeHelpers.GetHashCode(entry);
    }
}
