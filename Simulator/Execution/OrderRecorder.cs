using System.Threading.Channels;

namespace NpuSim.Simulator.Execution;

/// <summary>A piece of the order that is ready to be executed.</summary>
/// <remarks>A class, because a channel of classes is compiled with the runtime, and one of our structs when the run begins.</remarks>
internal sealed record OrderRange(int Start, int Count);

/// <summary>Writes the order down and, where values are wanted, hands it on in batches. A full channel holds time back until values have caught up.</summary>
internal sealed class OrderRecorder(ExecutionOrder order, ChannelWriter<OrderRange>? values)
{
    private const int Batch = 128;

    private int _published;

    public ExecutionOrder Order => order;

    public void Add(int core, int index)
    {
        order.Add(core, index);
        if (values is not null && order.Count - _published >= Batch)
        {
            Publish(values);
        }
    }

    /// <summary>Hands on what is left; nothing follows.</summary>
    public void Complete()
    {
        if (values is not null)
        {
            Publish(values);
            values.TryComplete();
        }
    }

    private void Publish(ChannelWriter<OrderRange> writer)
    {
        var range = new OrderRange(_published, order.Count - _published);
        _published = order.Count;
        while (!writer.TryWrite(range))
        {
            // False when the executing side has failed and closed the channel: its own exception is what the caller will see.
            if (!writer.WaitToWriteAsync().AsTask().GetAwaiter().GetResult())
            {
                throw new OperationCanceledException("values could not be computed");
            }
        }
    }
}
