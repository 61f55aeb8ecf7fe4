using System.Runtime.CompilerServices;

namespace NpuSim.Simulator.Events;

/// <summary>What happens at an event.</summary>
internal enum EventKind : byte
{
    /// <summary>The sequencer of a core has decoded an instruction.</summary>
    SequencerStep,

    /// <summary>A chunk of a requester's data is asked of a shared memory.</summary>
    ChunkRequest,

    /// <summary>The instruction bytes of a fetch have arrived.</summary>
    FetchDone,

    /// <summary>The host has finished an operator.</summary>
    HostDone,

    /// <summary>An engine has the first results of its instruction.</summary>
    ResultsBegin,

    /// <summary>The data of an engine's transfer begin to reach the private buffers.</summary>
    BufferBegin,

    /// <summary>The oldest signal under way has come to who waits for it.</summary>
    SignalArrived,

    /// <summary>An engine has finished its instruction.</summary>
    EngineDone,
}

/// <summary>An event. Events are ordered by cycle, then by the order in which they were scheduled.</summary>
/// <remarks>Two words, so that it moves in registers. The second one has the number in order of scheduling in its upper 48 bits, which breaks ties, and in the lower 16
/// what happens where: four bits of kind, seven of core, four of unit, one of side.</remarks>
/// <param name="Cycle">Core cycle at which it happens.</param>
/// <param name="Order">As above.</param>
internal readonly record struct SimulationEvent(long Cycle, ulong Order)
{
    private const int SequenceShift = 16;
    private const int KindShift = 12;
    private const int CoreShift = 5;
    private const int UnitShift = 1;

    /// <param name="cycle">Core cycle at which it happens.</param>
    /// <param name="sequence">Number of the event in order of scheduling, below 2^48.</param>
    /// <param name="what">Of <see cref="Pack"/>.</param>
    public SimulationEvent(long cycle, long sequence, uint what)
        : this(cycle, (ulong)sequence << SequenceShift | what)
    {
    }

    /// <summary>What happens where, without its number: 16 bits.</summary>
    public uint What => (ushort)Order;

    public EventKind Kind => (EventKind)((Order >> KindShift) & 0xf);

    public int Core => (int)(Order >> CoreShift) & 0x7f;

    public int Unit => (int)(Order >> UnitShift) & 0xf;

    public int Side => (int)Order & 1;

    /// <summary>What happens where, in 16 bits.</summary>
    /// <param name="kind">What happens.</param>
    /// <param name="core">Core it happens on, below 128.</param>
    /// <param name="unit">Unit of the core, below 16.</param>
    /// <param name="side">Which of the unit's two streams of chunks.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Pack(EventKind kind, int core, int unit, int side) =>
        (uint)((int)kind << KindShift | core << CoreShift | unit << UnitShift | side);

    /// <summary>Whether this event comes before the other.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Precedes(SimulationEvent other) => Cycle < other.Cycle || (Cycle == other.Cycle && Order < other.Order);
}
