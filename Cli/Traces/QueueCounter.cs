namespace NpuSim.Cli.Traces;

/// <summary>How many instructions wait in an engine's queue, as a counter; it holds no more than the queue did.</summary>
/// <param name="events">Where to.</param>
/// <param name="process">The core.</param>
/// <param name="name">Quoted name.</param>
internal sealed class QueueCounter(TraceEvents events, int process, byte[] name)
{
    private readonly Queue<long> _starts = new();
    private long _cycle;
    private int _shown;

    /// <summary>The next instruction of the engine's, in order.</summary>
    /// <param name="queued">Cycle at which it enters.</param>
    /// <param name="start">Cycle at which it starts and leaves.</param>
    public void Pass(long queued, long start)
    {
        LeaveUntil(queued);
        Move(queued);
        _starts.Enqueue(start);
    }

    /// <summary>No more come.</summary>
    public void End()
    {
        LeaveUntil(long.MaxValue);
        Show();
    }

    private void LeaveUntil(long cycle)
    {
        while (_starts.TryPeek(out long start) && start <= cycle)
        {
            Move(start);
            _starts.Dequeue();
        }
    }

    // What changes within a cycle is one change.
    private void Move(long cycle)
    {
        if (cycle != _cycle)
        {
            Show();
            _cycle = cycle;
        }
    }

    private void Show()
    {
        if (_starts.Count != _shown)
        {
            _shown = _starts.Count;
            events.Counter(process, name, _cycle).Put("\"instructions\":"u8).Put(_shown);
            events.EndArguments();
        }
    }
}
