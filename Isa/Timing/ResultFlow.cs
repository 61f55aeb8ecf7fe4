namespace NpuSim.Isa.Timing;

/// <summary>When the results of an instruction come: in groups of equal size, each over a while at its end.</summary>
/// <param name="FirstCycles">From its start to its first final result.</param>
/// <param name="LastGroupCycles">Over which the last group's results come.</param>
/// <param name="Groups">Groups, at least 1.</param>
public readonly record struct ResultFlow(long FirstCycles, long LastGroupCycles, long Groups)
{
    /// <summary>The earliest end of an instruction that streams behind this one: a tail after the last result, and not before it has done its own work
    /// on the last group, which it cannot begin earlier.</summary>
    /// <param name="end">Cycle at which this instruction ends.</param>
    /// <param name="ownCycles">Cycles that the one behind needs for everything.</param>
    /// <param name="tailCycles">Of the machine's chaining.</param>
    public long EarliestEnd(long end, long ownCycles, int tailCycles) =>
        Math.Max(end + tailCycles, end - LastGroupCycles + ArrayTiming.CeilingDivide(ownCycles, Groups));
}
