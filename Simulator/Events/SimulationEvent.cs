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
/// <param name="Cycle">Core cycle at which it happens.</param>
/// <param name="Sequence">Number of the event in order of scheduling; breaks ties, so that the order is total.</param>
/// <param name="Kind">What happens.</param>
/// <param name="Core">Core it happens on.</param>
/// <param name="Unit">Unit of the core.</param>
/// <param name="Side">Which of the unit's two streams of chunks.</param>
internal readonly record struct SimulationEvent(long Cycle, long Sequence, EventKind Kind, byte Core, byte Unit, byte Side)
{
    /// <summary>Whether this event comes before the other.</summary>
    public bool Precedes(in SimulationEvent other) => Cycle < other.Cycle || (Cycle == other.Cycle && Sequence < other.Sequence);
}
