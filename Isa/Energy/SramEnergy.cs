using System.ComponentModel;
using NpuSim.Isa.Machine;

namespace NpuSim.Isa.Energy;

/// <summary>How a node's SRAM macros follow from CACTI's grid: <c>sram</c> of a table.</summary>
/// <remarks>Energy of an access = grid · energyRatio · energyAnchor + bits · accessOverhead: CACTI's arrays, and what published accesses cost beside
/// them in proportion to width (clocking, margins, drivers). The low edge is CACTI itself. Leakage and area: grid · ratio. docs/energy/tables.md.</remarks>
public sealed record SramEnergy
{
    private const int BitsPerByte = 8;

    [Description("Node of CACTI's grid in nm: a file configs/energy/sram-22nm.csv.")]
    [Bounds(22, 90)]
    public required int GridNm { get; init; }

    [Description("Access energy of this node over the grid's.")]
    [Unit("ratio")]
    public required EnergyEntry EnergyRatio { get; init; }

    [Description("Published access energy that grows with the array, over CACTI's.")]
    [Unit("ratio")]
    public required EnergyEntry EnergyAnchor { get; init; }

    [Description("Published access energy that does not grow with the array.")]
    [Unit("pJ/bit")]
    public required EnergyEntry AccessOverhead { get; init; }

    [Description("What a register file takes over the grid's energy of its size.")]
    [Unit("ratio")]
    public required EnergyEntry RegisterFileRatio { get; init; }

    [Description("Leakage at 350 K over the grid's.")]
    [Unit("ratio")]
    public required EnergyEntry LeakageRatio { get; init; }

    [Description("Area over the grid's.")]
    [Unit("ratio")]
    public required EnergyEntry AreaRatio { get; init; }

    [Description("Access energy of a macro with a port to read and one to write, over one port for both.")]
    [Unit("ratio")]
    public required EnergyEntry SecondPortEnergy { get; init; }

    [Description("Its leakage over that of one port.")]
    [Unit("ratio")]
    public required EnergyEntry SecondPortLeakage { get; init; }

    [Description("Its area over that of one port.")]
    [Unit("ratio")]
    public required EnergyEntry SecondPortArea { get; init; }

    /// <summary>CACTI's grid, as it is.</summary>
    /// <exception cref="MachineException">It is missing or refused.</exception>
    public SramGrid Grid() => SramGrid.Load(GridNm);

    /// <summary>Figures of a macro.</summary>
    /// <param name="capacityBytes">Its capacity, at least 1: of one bank, where banks are macros of their own.</param>
    /// <param name="widthBytes">Bytes of an access, above 0.</param>
    /// <param name="cells">Its cells.</param>
    /// <param name="ports">1: reads and writes share a port; 2: each has its own.</param>
    public SramFigures Macro(long capacityBytes, double widthBytes, SramCells cells, int ports)
    {
        var raw = Grid().At(cells, capacityBytes, widthBytes, out string? outOfRange);
        var overhead = AccessOverhead.Band * (widthBytes * BitsPerByte);
        var scale = EnergyRatio.Band * EnergyAnchor.Band;
        var (energy, leakage, area) = ports == 1
            ? (EnergyBand.One, LeakageRatio.Band, AreaRatio.Band)
            : (SecondPortEnergy.Band, LeakageRatio.Band * SecondPortLeakage.Band, AreaRatio.Band * SecondPortArea.Band);
        EnergyEntry[] entries = ports == 1
            ? [EnergyRatio, EnergyAnchor, AccessOverhead, LeakageRatio, AreaRatio]
            : [EnergyRatio, EnergyAnchor, AccessOverhead, LeakageRatio, AreaRatio, SecondPortEnergy, SecondPortLeakage, SecondPortArea];
        return Figures(
            ((scale * raw.ReadPicojoules) + overhead) * energy, ((scale * raw.WritePicojoules) + overhead) * energy, leakage * raw.LeakageMilliwatts,
            area * raw.AreaMm2, outOfRange, Row(cells, capacityBytes, widthBytes, outOfRange), entries);
    }

    /// <summary>Figures of a register file: an array of a few bytes to a few KiB without what <see cref="AccessOverhead"/> stands for; the high edge is
    /// that of a macro.</summary>
    /// <inheritdoc cref="Macro" path="/param"/>
    public SramFigures RegisterFile(long capacityBytes, double widthBytes)
    {
        const SramCells Cells = SramCells.HighPerformance;
        var raw = Grid().At(Cells, capacityBytes, widthBytes, out string? outOfRange);
        var macro = Macro(capacityBytes, widthBytes, Cells, ports: 1);
        EnergyBand Access(double picojoules, EnergyBand ofMacro)
        {
            double value = picojoules * EnergyRatio.Value * RegisterFileRatio.Value;
            return new EnergyBand(value, picojoules * EnergyRatio.Low * RegisterFileRatio.Low, Math.Max(value, ofMacro.High));
        }

        return Figures(
            Access(raw.ReadPicojoules, macro.Read), Access(raw.WritePicojoules, macro.Write), macro.LeakageMilliwatts, macro.AreaMm2, outOfRange,
            Row(Cells, capacityBytes, widthBytes, outOfRange), [EnergyRatio, RegisterFileRatio, LeakageRatio, AreaRatio]);
    }

    private static SramFigures Figures(
        EnergyBand read, EnergyBand write, EnergyBand leakage, EnergyBand area, string? outOfRange, string row, EnergyEntry[] entries) =>
        new(read, write, leakage, area, outOfRange, [row, .. entries.Select(entry => entry.Name)],
            [.. entries.Where(entry => entry.Status == EnergyStatus.Assumed).Select(entry => $"{entry.Name}: {entry.Source}")]);

    private string Row(SramCells cells, long capacity, double width, string? outOfRange) => FormattableString.Invariant(
        $"sram-{GridNm}nm {System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(cells.ToString())} {capacity} B x {width:0.###} B")
        + (outOfRange is null ? "" : $" ({outOfRange})");
}
