using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Compress;

/// <summary>How a model is prepared.</summary>
public sealed record PreparationOptions
{
    /// <summary>Integer arithmetic to use instead of the model's own; null keeps that (Float for a model quantised here).</summary>
    public Arithmetic? Arithmetic { get; init; }

    /// <summary>Inputs by name, dense little-endian, that a float model is calibrated on; where empty, seeded ones are drawn.</summary>
    public IReadOnlyList<IReadOnlyDictionary<string, byte[]>> Samples { get; init; } = [];

    /// <summary>Seed of drawn calibration inputs.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>How many calibration inputs are drawn where none are given.</summary>
    public int DrawnSamples { get; init; } = 4;

    /// <summary>False where only time and traffic are asked: ranges are nominal then, and no calibration runs.</summary>
    public bool ValuesMatter { get; init; } = true;

    /// <summary>False keeps a float model in float; its operators then run on the host, unless the machine's array takes float32.</summary>
    public bool Quantise { get; init; } = true;

    /// <summary>What float32 products of the model do with their operands.</summary>
    public ProductPrecision Products { get; init; }

    /// <summary>Stops a calibration run.</summary>
    public CancellationToken Cancellation { get; init; }
}
