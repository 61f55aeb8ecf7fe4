namespace NpuSim.Cli.Sweeps.Search;

/// <summary>What a search knows of a design that was evaluated.</summary>
/// <param name="Point">Number of the combination.</param>
/// <param name="Costs">What is minimised, finite; null where it did not come to that.</param>
/// <param name="Violation">0 where it is feasible, which needs costs; else by how much its constraints are broken, infinite where that is not known.</param>
public sealed record EvaluatedDesign(long Point, double[]? Costs, double Violation)
{
    public bool IsFeasible => Violation == 0;
}
