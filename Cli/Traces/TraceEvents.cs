namespace NpuSim.Cli.Traces;

/// <summary>The events of a trace in the JSON that Perfetto and chrome://tracing read: one a line.</summary>
/// <remarks>Time is in microseconds with three digits. A cycle's time is rounded down to whole nanoseconds and a duration is the
/// difference of two such times, so that
/// spans which follow each other in cycles never overlap; the cycles themselves are among an event's arguments.</remarks>
/// <param name="text">Where to.</param>
/// <param name="clockMHz">The core clock.</param>
internal sealed class TraceEvents(TraceText text, int clockMHz)
{
    private long _flows;
    private bool _isFirst = true;

    /// <summary>Events written.</summary>
    public long Count { get; private set; }

    /// <summary>Time of a cycle's beginning, rounded down.</summary>
    public long Nanoseconds(long cycle) => (long)((Int128)cycle * 1000 / clockMHz);

    /// <summary>Names a process and its place among others.</summary>
    public void Process(int process, string name)
    {
        Meta("process_name"u8, process, 0).Put("{\"name\":"u8).Put(TraceText.Quoted(name)).Put("}}"u8);
        Meta("process_sort_index"u8, process, 0).Put("{\"sort_index\":"u8).Put(process).Put("}}"u8);
    }

    /// <summary>Names a track of a process and its place among others.</summary>
    public void Track(int process, int track, string name)
    {
        Meta("thread_name"u8, process, track).Put("{\"name\":"u8).Put(TraceText.Quoted(name)).Put("}}"u8);
        Meta("thread_sort_index"u8, process, track).Put("{\"sort_index\":"u8).Put(track).Put("}}"u8);
    }

    /// <summary>Begins a span; the caller writes arguments and <see cref="EndArguments"/>.</summary>
    public TraceText Span(int process, int track, ReadOnlySpan<byte> quotedName, long start, long end)
    {
        TimedSpan(process, track, quotedName, Nanoseconds(start), Nanoseconds(end));
        return text.Put("\"start\":"u8).Put(start).Put(",\"cycles\":"u8).Put(end - start);
    }

    /// <summary>Begins a span of another clock than the core's, without arguments yet.</summary>
    public TraceText TimedSpan(int process, int track, ReadOnlySpan<byte> quotedName, long startNanoseconds, long endNanoseconds)
    {
        Begin("X"u8, process, track).Put(",\"ts\":"u8).PutMicroseconds(startNanoseconds).Put(",\"dur\":"u8).PutMicroseconds(endNanoseconds - startNanoseconds);
        return text.Put(",\"name\":"u8).Put(quotedName).Put(",\"args\":{"u8);
    }

    /// <summary>Begins a counter's value from a cycle on; the caller writes its series and <see cref="EndArguments"/>.</summary>
    public TraceText Counter(int process, ReadOnlySpan<byte> quotedName, long cycle) =>
        Begin("C"u8, process, process).Put(",\"ts\":"u8).PutMicroseconds(Nanoseconds(cycle)).Put(",\"name\":"u8).Put(quotedName).Put(",\"args\":{"u8);

    public void EndArguments() => text.Put("}}"u8);

    /// <summary>An arrow from a span to one that starts later.</summary>
    /// <param name="process">Process of both.</param>
    /// <param name="from">Track of the first.</param>
    /// <param name="start">Its first cycle.</param>
    /// <param name="end">The cycle behind its last one.</param>
    /// <param name="to">Track of the second.</param>
    /// <param name="cycle">Its first cycle.</param>
    public void Arrow(int process, int from, long start, long end, int to, long cycle)
    {
        // An arrow belongs to the span that is open at its time: the first one's last nanosecond, or the one before the second starts.
        long time = Math.Max(Nanoseconds(start), Math.Min(Nanoseconds(end), Nanoseconds(cycle)) - 1);
        _flows++;
        Begin("s"u8, process, from).Put(",\"ts\":"u8).PutMicroseconds(time).Put(",\"cat\":\"semaphore\",\"name\":\"semaphore\",\"id\":"u8).Put(_flows).Put("}"u8);
        Begin("f"u8, process, to).Put(",\"ts\":"u8).PutMicroseconds(Nanoseconds(cycle))
            .Put(",\"bp\":\"e\",\"cat\":\"semaphore\",\"name\":\"semaphore\",\"id\":"u8).Put(_flows).Put("}"u8);
    }

    private TraceText Meta(ReadOnlySpan<byte> name, int process, int track) => Begin("M"u8, process, track).Put(",\"name\":\""u8).Put(name).Put("\",\"args\":"u8);

    private TraceText Begin(ReadOnlySpan<byte> phase, int process, int track)
    {
        Count++;
        text.Put(_isFirst ? "\n"u8 : ",\n"u8);
        _isFirst = false;
        return text.Put("{\"ph\":\""u8).Put(phase).Put("\",\"pid\":"u8).Put(process).Put(",\"tid\":"u8).Put(track);
    }
}
