namespace NpuSim.Isa.Energy;

/// <summary>Transistors of SRAM macros: their cells and what is around them.</summary>
public enum SramCells : byte
{
    /// <summary>Low-standby cells with fast periphery: what on-chip buffers usually have.</summary>
    LowStandby,

    /// <summary>High-performance cells and periphery: fastest, leaks most.</summary>
    HighPerformance,

    /// <summary>Low-standby cells and periphery: leaks least, slowest.</summary>
    LowStandbyAll,
}
