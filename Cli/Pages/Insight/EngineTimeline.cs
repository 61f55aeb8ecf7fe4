using NpuSim.Isa.Instructions;
using NpuSim.Simulator.Reports;

namespace NpuSim.Cli.Pages.Insight;

/// <summary>When each engine worked, with so few spans that a page can hold them: work of the same layer with little between is one span.</summary>
/// <param name="Tolerance">Idle cycles up to which spans were joined; 0 where only those that touch were.</param>
/// <param name="Tracks">One for each engine that worked.</param>
internal sealed record EngineTimeline(long Tolerance, IReadOnlyList<EngineTrack> Tracks)
{
    private const int MostSpans = 16_000;
    private const int Steps = 65_536;

    /// <summary>The timeline of a recorded run.</summary>
    /// <param name="trace">The run.</param>
    /// <param name="total">Its cycles.</param>
    public static EngineTimeline Of(RunTrace trace, long total)
    {
        var spans = new SortedDictionary<(int Core, int Order, int Index), List<TrackSpan>>();
        foreach (var traced in trace.Instructions())
        {
            var span = traced.Span;
            bool isHost = traced.HostOperator >= 0;
            if ((span.Engine == Engine.Sequencer && !isHost) || traced.Works[(int)CycleOwner.Configuration] > 0)
            {
                continue;
            }

            var key = (span.Core, Order(span.Engine), span.Index);
            if (!spans.TryGetValue(key, out var track))
            {
                spans[key] = track = [];
            }

            Join(track, new TrackSpan(span.Layer, span.Start, span.End, span.End - span.Start), 0, sameLayer: true);
        }

        long tolerance = 0;
        bool sameLayer = true;
        while (spans.Values.Sum(track => track.Count) > MostSpans)
        {
            tolerance = tolerance == 0 ? Math.Max(1, total / Steps) : 2 * tolerance;
            sameLayer &= tolerance < total;
            foreach (var key in spans.Keys.ToList())
            {
                spans[key] = Coarser(spans[key], tolerance, sameLayer);
            }
        }

        bool manyCores = trace.Machine.Cores > 1;
        return new EngineTimeline(tolerance, [.. spans.Select(pair => EngineTrack.Of(Name(pair.Key, manyCores), pair.Value))]);
    }

    private static int Order(Engine engine) => engine switch { Engine.Array => 0, Engine.Vector => 1, Engine.Dma => 2, Engine.Sequencer => 3 };

    private static string Name((int Core, int Order, int Index) key, bool manyCores)
    {
        string name = key.Order switch { 0 => "array", 1 => "vector", 2 => FormattableString.Invariant($"DMA {key.Index}"), _ => "host" };
        return manyCores ? FormattableString.Invariant($"core {key.Core} {name}") : name;
    }

    private static List<TrackSpan> Coarser(List<TrackSpan> spans, long tolerance, bool sameLayer)
    {
        var joined = new List<TrackSpan>(spans.Count / 2);
        foreach (var span in spans)
        {
            Join(joined, span, tolerance, sameLayer);
        }

        return joined;
    }

    private static void Join(List<TrackSpan> track, TrackSpan span, long tolerance, bool sameLayer)
    {
        if (track.Count > 0 && track[^1] is var last && span.Start - last.End <= tolerance && (!sameLayer || last.Layer == span.Layer))
        {
            track[^1] = last with { End = Math.Max(last.End, span.End), Busy = last.Busy + span.Busy };
        }
        else
        {
            track.Add(span);
        }
    }
}

/// <summary>Work of one engine for one layer.</summary>
internal readonly record struct TrackSpan(int Layer, long Start, long End, long Busy);

/// <summary>The work of one engine in order, in columns: a span starts <c>Gaps</c> cycles behind the end of the one before, lasts <c>Lengths</c>, and works in
/// <c>Busy</c> of them.</summary>
internal sealed record EngineTrack(string Name, IReadOnlyList<int> Layers, IReadOnlyList<long> Gaps, IReadOnlyList<long> Lengths, IReadOnlyList<long> Busy)
{
    public static EngineTrack Of(string name, IReadOnlyList<TrackSpan> spans) => new(
        name, [.. spans.Select(span => span.Layer)], [.. spans.Select((span, index) => span.Start - (index == 0 ? 0 : spans[index - 1].End))],
        [.. spans.Select(span => span.End - span.Start)], [.. spans.Select(span => span.Busy)]);
}
