using System.Threading.Channels;
using NpuSim.Isa.Program;

namespace NpuSim.Simulator.Execution;

/// <summary>Values beside time: a thread that takes instructions in the order in which the timed machine starts them, from a bounded channel, and
/// executes them or hands them to its workers.</summary>
internal sealed class ValuePipeline : IDisposable
{
    // Time must not run far ahead of values: progress is told from time.
    private const int Capacity = 4;

    private readonly Channel<OrderRange> _channel = Channel.CreateBounded<OrderRange>(
        new BoundedChannelOptions(Capacity) { SingleReader = true, SingleWriter = true });

    private readonly MemoryImage _image;
    private readonly ValueUnit _values;
    private readonly Task _worker;

    public ValuePipeline(
        NpuProgram program, int dmaEngines, ExecutionOrder order, IReadOnlyDictionary<string, byte[]> inputs, IHostProcessor host, int threads,
        CancellationToken cancellation)
    {
        _image = new MemoryImage(program);
        _values = new ValueUnit(program, dmaEngines, _image, host, threads);
        try
        {
            _values.Load(inputs);
        }
        catch
        {
            _values.Dispose();
            _image.Dispose();
            throw;
        }

        _worker = Task.Factory.StartNew(
            () => Work(order, cancellation), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    public ChannelWriter<OrderRange> Writer => _channel.Writer;

    /// <summary>Waits until the last instruction has been executed. The writer has been completed.</summary>
    public IReadOnlyDictionary<string, byte[]> Finish()
    {
        _worker.GetAwaiter().GetResult();
        return _values.Outputs();
    }

    /// <summary>Stops the worker if it still runs and frees the image.</summary>
    public void Dispose()
    {
        _channel.Writer.TryComplete(new OperationCanceledException());
        ((IAsyncResult)_worker).AsyncWaitHandle.WaitOne();
        _values.Dispose();
        _image.Dispose();
    }

    private void Work(ExecutionOrder order, CancellationToken cancellation)
    {
        try
        {
            while (_channel.Reader.WaitToReadAsync(cancellation).AsTask().GetAwaiter().GetResult())
            {
                while (_channel.Reader.TryRead(out var range))
                {
                    cancellation.ThrowIfCancellationRequested();
                    _values.Execute(order, range);
                }
            }

            _values.Finish();
        }
        catch (Exception failure)
        {
            // The timed machine may be waiting for room: it gets this same failure.
            _channel.Writer.TryComplete(failure);
            throw;
        }
    }
}
