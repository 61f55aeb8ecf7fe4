using NpuSim.Cli.Sweeps.Points;

namespace NpuSim.Cli.Sweeps.Search;

/// <summary>Points that may be evaluated in any order, beside each other.</summary>
/// <param name="Points">Their numbers, each once.</param>
/// <param name="Count">How many.</param>
/// <param name="Mode">How exactly.</param>
internal sealed record SearchRound(IEnumerable<long> Points, long Count, PointMode Mode);

/// <summary>Chooses the points of a sweep. What it chooses follows from spec and results alone, so that a sweep that is interrupted goes on as if it had not been.</summary>
internal interface ISweepSearch
{
    /// <summary>Why it cannot be spread over shards; null where it can.</summary>
    string? ShardRefusal { get; }

    /// <summary>Points that will be evaluated, as far as known before; for the time left.</summary>
    long ExpectedPoints { get; }

    /// <summary>Round by round: the next one is asked for when the one before has been evaluated.</summary>
    /// <param name="resultOf">The result of a point of an earlier round.</param>
    IEnumerable<SearchRound> Rounds(Func<long, PointMode, PointSummary> resultOf);
}
