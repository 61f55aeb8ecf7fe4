using System.Threading.Channels;
using NpuSim.Isa.Program;

namespace NpuSim.Simulator.Execution;

/// <summary>Values beside time: a thread that takes instructions in the order in which the timed machine starts them, from a bounded channel, and
/// executes them or hands them to its workers.</summary>
internal sealed class ValuePipeline : IDisposable
{
    // Time goes ahead: its report is ready when the last values are.
    private const int Capacity = 1024;

    // Both ends block, so what goes on is only the waking of the other thread, which need not take the way over a third one.
    private readonly Channel<OrderRange> _channel = Channel.CreateBounded<OrderRange>(
        new BoundedChannelOptions(Capacity) { SingleReader = true, SingleWriter = true, AllowSynchronousContinuations = true });

    private readonly Task<IReadOnlyDictionary<string, byte[]>> _thread;
    private readonly int _joining;
    private volatile ValueUnit? _values;

    /// <summary>Starts the thread, which first fills the memories: that may go on while the program is still being verified.</summary>
    public ValuePipeline(
        NpuProgram program, int dmaEngines, ExecutionOrder order, IReadOnlyDictionary<string, byte[]> inputs, IHostProcessor host,
        SimulationOptions options, OperandStatistics? statistics, CancellationToken cancellation)
    {
        // Where time takes one of the processors that values might have, its thread is the last of theirs: it joins them when its report is ready.
        _joining = options.Threads > 1 && options.Threads >= Environment.ProcessorCount ? 1 : 0;
        _thread = Task.Factory.StartNew(
            () => Work(program, dmaEngines, order, inputs, host, options, statistics, cancellation), CancellationToken.None, TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
    }

    public ChannelWriter<OrderRange> Writer => _channel.Writer;

    /// <summary>Waits until the last instruction has been executed, or helps to execute. The writer has been completed.</summary>
    /// <returns>Contents of every output tensor by name.</returns>
    public IReadOnlyDictionary<string, byte[]> Finish()
    {
        if (_joining > 0)
        {
            _values?.Join();
        }

        return _thread.GetAwaiter().GetResult();
    }

    /// <summary>Stops the thread if it still runs.</summary>
    public void Dispose()
    {
        _channel.Writer.TryComplete(new OperationCanceledException());
        ((IAsyncResult)_thread).AsyncWaitHandle.WaitOne();
    }

    private IReadOnlyDictionary<string, byte[]> Work(
        NpuProgram program, int dmaEngines, ExecutionOrder order, IReadOnlyDictionary<string, byte[]> inputs, IHostProcessor host,
        SimulationOptions options, OperandStatistics? statistics, CancellationToken cancellation)
    {
        try
        {
            statistics?.Prepare();
            using var image = new MemoryImage(program);
            using var values = new ValueUnit(program, dmaEngines, image, host, options.Threads, _joining, statistics);
            _values = values;
            values.Load(inputs);
            while (Next(values, cancellation) is { } range)
            {
                cancellation.ThrowIfCancellationRequested();
                values.Execute(order, range);
                options.Progress?.Invoke((double)(range.Start + range.Count) / order.Capacity);
            }

            values.Finish();
            options.Progress?.Invoke(1);
            return values.Outputs();
        }
        catch (Exception failure)
        {
            // The timed machine may be waiting for room: it gets this same failure.
            _channel.Writer.TryComplete(failure);
            throw;
        }
    }

    // While time has nothing new, steps under way may be executed here.
    private OrderRange? Next(ValueUnit values, CancellationToken cancellation)
    {
        OrderRange? range;
        while (!_channel.Reader.TryRead(out range))
        {
            if (!values.TryHelp() && !_channel.Reader.WaitToReadAsync(cancellation).AsTask().GetAwaiter().GetResult())
            {
                return null;
            }
        }

        return range;
    }
}
