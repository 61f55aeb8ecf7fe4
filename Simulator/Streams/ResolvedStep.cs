namespace NpuSim.Simulator.Streams;

/// <summary>A step without its place: what instructions of one kind have in common.</summary>
/// <param name="Work">How long it works; of what may signal early, <see cref="StepWork.Detail"/> is the index of its results.</param>
/// <param name="Unit">As <see cref="StreamStep.Unit"/>.</param>
/// <param name="Traffic">As <see cref="StreamStep.Traffic"/>.</param>
internal readonly record struct ResolvedStep(StepWork Work, byte Unit, int Traffic)
{
    /// <summary>As <see cref="StreamStep.Counts"/>; above 0 where it is known.</summary>
    public int Counts { get; init; }

    /// <summary>Bytes that come on chip, those of constants or others; 0 where none do.</summary>
    public long ArrivingBytes { get; init; }
}
