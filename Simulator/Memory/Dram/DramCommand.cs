namespace NpuSim.Simulator.Memory.Dram;

/// <summary>Commands that a controller gives to a device.</summary>
public enum DramCommandKind : byte
{
    Activate,
    Read,
    Write,
    ReadPrecharge,
    WritePrecharge,
    Precharge,

    /// <summary>Of all banks of a rank, before a refresh.</summary>
    PrechargeAll,
    Refresh,
}

/// <summary>One command as it went over a channel's command bus.</summary>
/// <param name="Clock">Memory clock.</param>
/// <param name="Kind">What.</param>
/// <param name="Channel">Channel.</param>
/// <param name="Rank">Rank or pseudo channel.</param>
/// <param name="Group">Bank group of the rank; 0 for commands to a whole rank.</param>
/// <param name="Bank">Bank of the group; 0 for commands to a whole rank.</param>
/// <param name="Row">Row; −1 for commands to a whole rank.</param>
public readonly record struct DramCommand(long Clock, DramCommandKind Kind, int Channel, int Rank, int Group, int Bank, int Row);
