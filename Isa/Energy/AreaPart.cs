namespace NpuSim.Isa.Energy;

/// <summary>What one component of a machine takes, all cores together.</summary>
/// <param name="Component">Its name.</param>
/// <param name="Logic">mm² of placed logic: arithmetic, registers and control with what lies around them.</param>
/// <param name="Memory">mm² of SRAM macros.</param>
/// <param name="RegisterBits">Flip-flops of its data paths and queues; those of control are not counted.</param>
/// <param name="Rows">Names of the table rows.</param>
public sealed record AreaPart(string Component, EnergyBand Logic, EnergyBand Memory, double RegisterBits, IReadOnlyList<string> Rows)
{
    /// <summary>mm² of both.</summary>
    public EnergyBand Mm2 => Logic + Memory;
}
