using NpuSim.Cli.Sweeps.Points;

namespace NpuSim.Cli.Sweeps.Search;

/// <summary>Points that are known from the beginning: a grid or a sample.</summary>
internal sealed class ListedSearch(IEnumerable<long> points, long count, PointMode mode) : ISweepSearch
{
    public string? ShardRefusal => null;

    public long ExpectedPoints => count;

    public IEnumerable<SearchRound> Rounds(Func<long, PointMode, PointSummary> resultOf) => [new SearchRound(points, count, mode)];
}
