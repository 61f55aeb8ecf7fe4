using NpuSim.Simulator.Reports;

namespace NpuSim.Simulator.Cores;

/// <summary>What the sequencer of a core is doing.</summary>
internal enum SequencerState : byte
{
    Decoding,
    WaitingForBytes,
    WaitingForQueue,
    WaitingForSemaphore,
    WaitingForIdle,
    WaitingForBarrier,
    WaitingForHost,
    Halted,
}

/// <summary>What the states of a sequencer mean.</summary>
internal static class SequencerStates
{
    /// <summary>Who can own a sequencer's cycles, in the order of <see cref="CycleOwner"/>.</summary>
    public static ReadOnlySpan<CycleOwner> Owners =>
    [
        CycleOwner.Compute, CycleOwner.InstructionFetch, CycleOwner.QueueFull, CycleOwner.Fence, CycleOwner.Host, CycleOwner.Drained,
    ];

    /// <summary>Who owns the cycles of a state.</summary>
    public static CycleOwner Owner(this SequencerState state) => state switch
    {
        SequencerState.Decoding => CycleOwner.Compute,
        SequencerState.WaitingForBytes => CycleOwner.InstructionFetch,
        SequencerState.WaitingForQueue => CycleOwner.QueueFull,
        SequencerState.WaitingForSemaphore or SequencerState.WaitingForIdle or SequencerState.WaitingForBarrier => CycleOwner.Fence,
        SequencerState.WaitingForHost => CycleOwner.Host,
        SequencerState.Halted => CycleOwner.Drained,
    };
}
