using NpuSim.Isa.Instructions;

namespace NpuSim.Simulator.Reports;

/// <summary>What an instruction moves from or to a shared memory.</summary>
/// <param name="Space">The memory.</param>
/// <param name="Bytes">Bytes, rounded up to its accesses; 0 where nothing is moved.</param>
public readonly record struct TracedAccess(MemorySpace Space, long Bytes);

/// <summary>One instruction of a recorded run: when it was queued and worked, on what, and who owned the cycles before and during its
/// work.</summary>
/// <remarks>The walk that gives it fills the same object anew for the next instruction.</remarks>
public sealed class TracedInstruction
{
    private static readonly int Owners = Enum.GetValues<CycleOwner>().Length;

    private readonly long[] _waits = new long[Owners];
    private readonly long[] _works = new long[Owners];

    /// <summary>Where and when it worked.</summary>
    public TraceSpan Span { get; internal set; }

    public string Mnemonic { get; internal set; } = "";

    /// <summary>Cycle at which it entered its engine's queue; that of its start for what the sequencer executes.</summary>
    public long Queued { get; internal set; }

    /// <summary>Number of the instruction whose semaphore let it start, in the same core's stream; −1 where it did not wait for
    /// one.</summary>
    public int Giver { get; internal set; } = -1;

    /// <summary>Multiply-accumulates, dense count; 0 where it is no pass of the array.</summary>
    public long Macs { get; internal set; }

    /// <summary>What it reads from a shared memory.</summary>
    public TracedAccess Read { get; internal set; }

    /// <summary>What it writes to a shared memory.</summary>
    public TracedAccess Written { get; internal set; }

    /// <summary>First cycle at which its data move, as far as that does not depend on others: behind set-up and latency.</summary>
    public long DataStart { get; internal set; }

    /// <summary>Row of the host-operator table; −1 where it is no host call.</summary>
    public int HostOperator { get; internal set; } = -1;

    /// <summary>Cycles in which its engine did nothing before it, since the instruction before, by <see cref="CycleOwner"/>.</summary>
    public ReadOnlySpan<long> Waits => _waits;

    /// <summary>Its own cycles by <see cref="CycleOwner"/>; they add up to its span, but for what the sequencer executes, which has
    /// none.</summary>
    public ReadOnlySpan<long> Works => _works;

    internal long[] WaitCycles => _waits;

    internal long[] WorkCycles => _works;

    internal void Clear()
    {
        Array.Clear(_waits);
        Array.Clear(_works);
        (Queued, Giver, Macs, Read, Written, DataStart, HostOperator) = (0, -1, 0, default, default, 0, -1);
    }
}

/// <summary>Cycles of a sequencer that have one owner.</summary>
/// <param name="Core">Core.</param>
/// <param name="Owner">What it did or waited for; <see cref="CycleOwner.Compute"/> is decoding and dispatch.</param>
/// <param name="Start">First cycle.</param>
/// <param name="End">The cycle behind the last one.</param>
public readonly record struct TracedState(int Core, CycleOwner Owner, long Start, long End);
