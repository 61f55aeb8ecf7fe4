using NpuSim.Cli.Sweeps.Answers;
using NpuSim.Cli.Sweeps.Search;

namespace NpuSim.Tests.Cli.Sweeps;

/// <summary>A problem of which every design's result is known.</summary>
internal sealed class GridProblem
{
    private readonly Dictionary<long, EvaluatedDesign> _results;
    private readonly double[] _best;
    private readonly double[] _worst;
    private readonly double _whole;

    /// <param name="space">The parameters.</param>
    /// <param name="results">All designs but those that are refused without an evaluation.</param>
    public GridProblem(DesignSpace space, IEnumerable<EvaluatedDesign> results)
    {
        (Space, _results) = (space, results.ToDictionary(result => result.Point));
        double[][] costs = [.. _results.Values.Where(result => result.IsFeasible).Select(result => result.Costs!)];
        _best = [.. Enumerable.Range(0, costs[0].Length).Select(index => costs.Min(row => row[index]))];
        _worst = [.. Enumerable.Range(0, costs[0].Length).Select(index => costs.Max(row => row[index]))];
        _whole = Volume(costs);
    }

    public DesignSpace Space { get; }

    public EvaluatedDesign Result(long point) => _results.TryGetValue(point, out var result) ? result : new EvaluatedDesign(point, null, double.PositiveInfinity);

    public bool IsRefused(long point) => !_results.ContainsKey(point);

    /// <summary>The hypervolume of some designs as a share of that of all, up to the worst feasible values.</summary>
    public double Share(IEnumerable<long> points) => Volume([.. points.Select(Result).Where(result => result.IsFeasible).Select(result => result.Costs!)]) / _whole;

    private double Volume(double[][] costs) => Hypervolume.Of(
        [.. costs.Select(row => row.Select((cost, index) => (cost - _best[index]) / (_worst[index] - _best[index])).ToArray())], [.. _best.Select(_ => 1.0)]);
}
