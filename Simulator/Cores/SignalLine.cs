using NpuSim.Simulator.Events;
using NpuSim.Simulator.Streams;

namespace NpuSim.Simulator.Cores;

/// <summary>Semaphores given by one instruction.</summary>
/// <param name="Sync">Which.</param>
/// <param name="Unit">Where it runs.</param>
/// <param name="Index">Number of the instruction.</param>
/// <param name="Early">What an early signal says of it; null for signals at its end.</param>
internal readonly record struct Signal(StepSync Sync, int Unit, int Index, ProducerResults? Early);

/// <summary>The signals of one core that are under way.</summary>
/// <param name="core">The core.</param>
/// <param name="cycles">How long each takes.</param>
/// <param name="events">Told of their arrival.</param>
internal sealed class SignalLine(int core, int cycles, EventQueue events)
{
    // All take the same time, so they arrive in the order in which they were given.
    private readonly Queue<Signal> _underWay = new();

    /// <summary>Whether signals take time at all.</summary>
    public bool Delays { get; } = cycles > 0;

    /// <summary>Sends a signal off.</summary>
    public void Delay(in Signal signal, long now)
    {
        _underWay.Enqueue(signal);
        events.Schedule(now + cycles, EventKind.SignalArrived, core, signal.Unit);
    }

    /// <summary>The oldest one arrives.</summary>
    public Signal Arrive() => _underWay.Dequeue();
}
