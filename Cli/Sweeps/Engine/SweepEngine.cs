using System.Diagnostics;
using System.Threading.Channels;
using NpuSim.Cli.Sweeps.Points;
using NpuSim.Cli.Sweeps.Search;
using NpuSim.Cli.Sweeps.Spec;

namespace NpuSim.Cli.Sweeps.Engine;

/// <summary>Evaluates the points of a search on several threads and appends each to the log as it finishes.</summary>
/// <remarks>Families of points flow through bounded channels: one task lists them, as many as there are threads evaluate them, one writes. What is in the log
/// already is not evaluated again.</remarks>
/// <param name="plan">The sweep.</param>
/// <param name="evaluation">Evaluates a point.</param>
/// <param name="log">Where finished points go.</param>
/// <param name="threads">Points that are evaluated beside each other.</param>
/// <param name="shard">The part of each round that is evaluated here; null for all.</param>
internal sealed class SweepEngine(SweepPlan plan, PointEvaluation evaluation, PointLog log, int threads, Shard? shard)
{
    private const int Ahead = 4;

    // Lines that are handed on together, and how long one may wait for others: waking who writes costs more than writing.
    private const int LinesAtOnce = 16;
    private static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(10);

    private readonly PointFamilies _families = new(plan);
    private readonly long _start = Stopwatch.GetTimestamp();

    /// <summary>Points evaluated in this run, without those that were there before.</summary>
    public int Evaluated { get; private set; }

    /// <summary>Whether the budget's seconds ended before the search did.</summary>
    public bool RanOutOfTime { get; private set; }

    /// <summary>Runs the search to its end, or until its time is used up.</summary>
    /// <param name="search">What to evaluate.</param>
    /// <param name="progress">Told after each point.</param>
    /// <param name="cancellation">Stops soon; what has finished is in the log.</param>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public void Run(ISweepSearch search, SweepProgress progress, CancellationToken cancellation)
    {
        foreach (var round in search.Rounds((point, mode) => log.Summary(point, mode)!))
        {
            var open = round.Points.Where((_, n) => shard is null || shard.Has(n)).Where(point => !log.Contains(point, round.Mode));
            Evaluate(open, round.Mode, progress, cancellation).GetAwaiter().GetResult();
            if (RanOutOfTime)
            {
                return;
            }
        }
    }

    private async Task Evaluate(IEnumerable<long> points, PointMode mode, SweepProgress progress, CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var open = Channel.CreateBounded<long[]>(new BoundedChannelOptions(Ahead * threads) { SingleWriter = true });
        var finished = Channel.CreateBounded<List<(long Point, byte[] Line)>>(new BoundedChannelOptions(Ahead * threads) { SingleReader = true });
        var list = Task.Run(() => List(_families.Of(points, mode), open.Writer, stop.Token), CancellationToken.None);
        var workers = Enumerable.Range(0, threads).Select(_ => Task.Factory.StartNew(
            () => Work(mode, open.Reader, finished.Writer, stop.Token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)).ToList();
        var closing = Task.WhenAll(workers).ContinueWith(_ => finished.Writer.Complete(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        try
        {
            // Until every worker has ended: what has been evaluated is kept, also where the sweep is stopped.
            await foreach (var lines in finished.Reader.ReadAllAsync(CancellationToken.None))
            {
                foreach (var (point, line) in lines)
                {
                    log.Append(point, mode, line);
                    Evaluated++;
                    progress.Add();
                }
            }
        }
        finally
        {
            // A full disk, say: nobody reads any more, so nobody may wait to write.
            await stop.CancelAsync();
            await Task.WhenAll([list, closing, .. workers]).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        cancellation.ThrowIfCancellationRequested();
        await list;
        await Task.WhenAll(workers);
    }

    private bool IsOver()
    {
        if (plan.Spec.Budget.Seconds is { } seconds && Stopwatch.GetElapsedTime(_start).TotalSeconds >= seconds)
        {
            RanOutOfTime = true;
        }

        return RanOutOfTime;
    }

    private async Task List(IEnumerable<long[]> families, ChannelWriter<long[]> open, CancellationToken stop)
    {
        try
        {
            foreach (long[] family in families)
            {
                if (IsOver())
                {
                    break;
                }

                await open.WriteAsync(family, stop);
            }
        }
        finally
        {
            open.Complete();
        }
    }

    private void Work(PointMode mode, ChannelReader<long[]> open, ChannelWriter<List<(long Point, byte[] Line)>> finished, CancellationToken stop)
    {
        while (open.WaitToReadAsync(stop).AsTask().GetAwaiter().GetResult())
        {
            while (open.TryRead(out long[]? family))
            {
                Work(family, mode, finished, stop);
            }
        }
    }

    private void Work(long[] family, PointMode mode, ChannelWriter<List<(long Point, byte[] Line)>> finished, CancellationToken stop)
    {
        var lines = new List<(long Point, byte[] Line)>();
        long first = Stopwatch.GetTimestamp();
        void HandOn()
        {
            finished.WriteAsync(lines, stop).AsTask().GetAwaiter().GetResult();
            (lines, first) = ([], Stopwatch.GetTimestamp());
        }

        // What is left when time is over is taken from the channel all the same, so that nobody waits to put more there.
        foreach (long point in family.TakeWhile(_ => !IsOver()))
        {
            lines.Add((point, PointLine.Write(plan, evaluation.Evaluate(point, mode, stop))));
            if (lines.Count == LinesAtOnce || Stopwatch.GetElapsedTime(first) > LongestWait)
            {
                HandOn();
            }
        }

        if (lines.Count > 0)
        {
            HandOn();
        }
    }
}
