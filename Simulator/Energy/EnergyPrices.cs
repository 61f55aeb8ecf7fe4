using System.Collections.Concurrent;
using NpuSim.Isa.Energy;
using NpuSim.Isa.Machine;

namespace NpuSim.Simulator.Energy;

/// <summary>What an SRAM macro costs on a machine.</summary>
/// <param name="Read">A read of its whole width.</param>
/// <param name="Write">A write of its whole width.</param>
/// <param name="Leakage">Its leakage in a core cycle.</param>
internal readonly record struct SramPrices(EnergyPrice Read, EnergyPrice Write, EnergyPrice Leakage);

/// <summary>Turns rows of the energy tables into prices on a machine at its operating point.</summary>
internal sealed class EnergyPrices
{
    private const double NanosecondsPerMicrosecond = 1000;

    private static readonly Lazy<DramEnergy> Drams = new(DramEnergy.Load);

    private static readonly ConcurrentDictionary<EnergyTable, Dictionary<string, EnergyEntry>> NamedEntries = new(ReferenceEqualityComparer.Instance);

    private readonly MachineSpec _machine;
    private readonly double _dynamic;
    private readonly double _leakage;
    private readonly double _nanoseconds;
    private readonly PriceRow _voltage;

    public EnergyPrices(MachineSpec machine)
    {
        _machine = machine;
        Table = EnergyTable.Load(machine.Energy.TechnologyNm);
        double nominal = Table.NominalVoltage.Value;
        _dynamic = OperatingLaws.Dynamic(machine.Energy.Voltage, nominal);
        _leakage = OperatingLaws.Leakage(machine.Energy.Voltage, nominal) * OperatingLaws.LeakageAt(machine.Energy.TemperatureC);
        _nanoseconds = NanosecondsPerMicrosecond / machine.ClockMHz;
        _voltage = new PriceRow(Table.NominalVoltage);
    }

    /// <summary>The table of the machine's node.</summary>
    public EnergyTable Table { get; }

    /// <summary>The energies of a family of main memory.</summary>
    public static DramDeviceEnergy Device(DramStandard standard) => Drams.Value.Of(standard).Device;

    /// <summary>An entry in pJ at the machine's supply voltage.</summary>
    public EnergyPrice Dynamic(EnergyEntry entry) => new(entry.Band * _dynamic, [new PriceRow(entry), _voltage]);

    /// <summary>A macro at the machine's supply voltage and temperature, with its cells.</summary>
    /// <param name="capacity">Bytes of the macro, at least 1.</param>
    /// <param name="width">Bytes of an access.</param>
    /// <param name="ports">1: reads and writes share a port; 2: each has its own.</param>
    public SramPrices Sram(long capacity, double width, int ports = 1) => Prices(Table.Sram(capacity, width, _machine.Energy.SramCells, ports));

    /// <summary>A register file of a few bytes to a few KiB.</summary>
    /// <inheritdoc cref="Sram" path="/param"/>
    public SramPrices RegisterFile(long capacity, double width) => Prices(Table.RegisterFile(capacity, width));

    /// <summary>Leakage of logic of an area in a core cycle.</summary>
    /// <param name="area">In mm².</param>
    /// <param name="rows">Where the area comes from.</param>
    public EnergyPrice LogicLeakage(EnergyBand area, IEnumerable<PriceRow> rows) =>
        new(Table.LogicLeakage.Band * area * (_leakage * _nanoseconds), [new PriceRow(Table.LogicLeakage), .. rows, _voltage]);

    /// <summary>The clock tree of a component in a core cycle in which it runs.</summary>
    /// <param name="registerBits">Its flip-flops.</param>
    /// <param name="area">Its logic in mm².</param>
    /// <param name="rows">Where the area comes from.</param>
    public EnergyPrice ClockTree(double registerBits, EnergyBand area, IEnumerable<PriceRow> rows)
    {
        var clock = Table.Clock;
        return new EnergyPrice(
            ((clock.RegisterBit.Band * registerBits) + (clock.Area.Band * area)) * _dynamic,
            [new PriceRow(clock.RegisterBit), new PriceRow(clock.Area), .. rows, _voltage]);
    }

    /// <summary>A row by its name, of the node's table or of its SRAM grid.</summary>
    public PriceRow Row(string name) => NamedEntries.GetOrAdd(Table, Named).TryGetValue(name, out var entry) ? new PriceRow(entry) : new PriceRow(name, null);

    /// <summary>A power outside the chip, whatever the chip's supply, in a core cycle.</summary>
    /// <param name="milliwatts">An entry in mW.</param>
    /// <param name="pieces">How many.</param>
    public EnergyPrice Outside(EnergyEntry milliwatts, double pieces) => new(milliwatts.Band * (pieces * _nanoseconds), [new PriceRow(milliwatts)]);

    /// <summary>A power that the machine's description states, in a core cycle.</summary>
    public EnergyPrice StatedPower(double milliwatts, params ReadOnlySpan<string> members) => Stated(milliwatts * _nanoseconds, members);

    /// <summary>A price that the machine's description states.</summary>
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

    // The figures name what energy, leakage and area come from, together.
    private SramPrices Prices(SramFigures figures)
    {
        var macros = Table.SramMacros;
        var access = Rows(figures, macros.LeakageRatio, macros.SecondPortLeakage, macros.AreaRatio, macros.SecondPortArea);
        return new SramPrices(
            new EnergyPrice(figures.Read * _dynamic, access), new EnergyPrice(figures.Write * _dynamic, access),
            new EnergyPrice(
                figures.LeakageMilliwatts * (_leakage * _nanoseconds),
                Rows(figures, macros.EnergyRatio, macros.RegisterFileRatio, macros.EnergyAnchor, macros.AccessOverhead, macros.SecondPortEnergy, macros.AreaRatio, macros.SecondPortArea)));
    }

    private PriceRow[] Rows(SramFigures figures, params EnergyEntry[] without) =>
        [.. figures.Rows.Where(name => !Array.Exists(without, entry => entry.Name == name)).Select(Row), _voltage];

    private static Dictionary<string, EnergyEntry> Named(EnergyTable table) =>
        table.Rows().ToDictionary(row => row.Name, row => row.Entry, StringComparer.Ordinal);
}
