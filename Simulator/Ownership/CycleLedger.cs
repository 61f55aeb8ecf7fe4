using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using NpuSim.Simulator.Reports;

namespace NpuSim.Simulator.Ownership;

/// <summary>The cycles of one unit by owner. Every cycle up to the last entry has exactly one owner.</summary>
internal sealed class CycleLedger
{
    /// <summary>Number of owners.</summary>
    public static readonly int Owners = Enum.GetValues<CycleOwner>().Length;

    private readonly long[] _cycles = new long[Owners];
    private CycleLog? _log;

    /// <summary>Cycle up to which every cycle is owned.</summary>
    public long Until { get; private set; }

    /// <summary>Cycles by owner, in the order of <see cref="CycleOwner"/>.</summary>
    public ReadOnlySpan<long> Cycles => _cycles;

    /// <summary>Writes every entry into a log as well.</summary>
    public void WriteTo(CycleLog log) => _log = log;

    /// <summary>Gives the cycles from the last entry up to this one to the owner.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Own(CycleOwner owner, long until)
    {
        if (until != Until)
        {
            Extend(owner, until);
        }
    }

    /// <summary>Gives the next cycles to the owner.</summary>
    public void OwnNext(CycleOwner owner, long cycles)
    {
        if (cycles != 0)
        {
            Own(owner, Until + cycles);
        }
    }

    private void Extend(CycleOwner owner, long until)
    {
        if (until < Until)
        {
            RefuseTwoOwners();
        }

        _log?.Add(owner, until);
        _cycles[(int)owner] += until - Until;
        Until = until;
    }

    [DoesNotReturn]
    private static void RefuseTwoOwners() => throw new InvalidOperationException("a cycle would have two owners");

    /// <summary>A copy, checked against the run's length.</summary>
    public long[] Close(long total)
    {
        long sum = 0;
        foreach (long cycles in _cycles)
        {
            sum += cycles;
        }

        return sum == total && Until == total
            ? [.. _cycles]
            : throw new InvalidOperationException("the owned cycles of a unit do not add up to the run's cycles");
    }
}
