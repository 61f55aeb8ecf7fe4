namespace NpuSim.Cli.Sweeps;

/// <summary>How exactly a point of a sweep is evaluated.</summary>
internal enum PointMode
{
    /// <summary>Estimated from the timing formulas, layer after layer: nothing is compiled and no event happens.</summary>
    Estimate,

    /// <summary>Compiled and simulated event by event, without values: <c>run --mode timing</c>.</summary>
    Timing,

    /// <summary>Values beside time: <c>run --mode full</c>.</summary>
    Full,
}
