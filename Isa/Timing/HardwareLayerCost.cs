namespace NpuSim.Isa.Timing;

/// <summary>What a hardware layer costs, in cycles from its enable, or from the interrupt of the layer before it where both overlap.</summary>
/// <param name="Cycles">To its interrupt.</param>
/// <param name="FirstOperation">To its first stripe operation; negative where that comes before the other layer's interrupt.</param>
/// <param name="LastOperation">To the end of its last stripe operation.</param>
/// <param name="LastOutput">To the last beat of the output stage.</param>
/// <param name="WeightStalls">Cycles between them in which operations wait for weights.</param>
/// <param name="ArrayCycles">Cycles that stripe operations occupy.</param>
/// <param name="OutputCycles">Cycles that the output stage needs alone.</param>
/// <param name="ReadCycles">Cycles that the port needs for what is read.</param>
/// <param name="FeatureBytes">Bytes of features read from memory.</param>
/// <param name="ReadBytes">All bytes read from memory.</param>
/// <param name="WriteBytes">Bytes written to memory.</param>
public readonly record struct HardwareLayerCost(
    long Cycles, long FirstOperation, long LastOperation, long LastOutput, long WeightStalls, long ArrayCycles, long OutputCycles, long ReadCycles,
    long FeatureBytes, long ReadBytes, long WriteBytes)
{
    /// <summary>Cycles in which operations wait for features or weights.</summary>
    public long LoadStalls => Math.Min(Cycles, Math.Max(0, FirstOperation) + WeightStalls);

    /// <summary>Cycles in which operations wait for the output stage, and after the last one.</summary>
    public long OutputStalls => Math.Max(0, Cycles - LoadStalls - ArrayCycles);
}
