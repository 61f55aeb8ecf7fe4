namespace NpuSim.Cli.Sweeps;

/// <summary>How exactly a point of a sweep is evaluated.</summary>
internal enum PointMode
{
    /// <summary>Compiled and simulated event by event, without values: <c>run --mode timing</c>.</summary>
    Timing,

    /// <summary>Values beside time: <c>run --mode full</c>.</summary>
    Full,
}
