namespace NpuSim.Isa.Energy;

/// <summary>What an SRAM macro costs at a node's nominal voltage, with the band of its sources and where it comes from.</summary>
/// <param name="Read">Picojoules of one read of the whole width.</param>
/// <param name="Write">Picojoules of one write of the whole width.</param>
/// <param name="LeakageMilliwatts">Leakage in mW at 350 K.</param>
/// <param name="AreaMm2">Area in mm².</param>
/// <param name="OutOfRange">How CACTI's grid was extended; null where the macro is within it.</param>
/// <param name="Rows">Names of the table rows, the grid first.</param>
/// <param name="Assumed">Of those rows the ones that are nobody's number, each with its reason.</param>
public sealed record SramFigures(
    EnergyBand Read, EnergyBand Write, EnergyBand LeakageMilliwatts, EnergyBand AreaMm2, string? OutOfRange, IReadOnlyList<string> Rows,
    IReadOnlyList<string> Assumed);
