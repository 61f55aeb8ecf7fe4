using NpuSim.Isa.Instructions;
using NpuSim.Isa.Machine;
using NpuSim.Isa.Program;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Cli.Running;

/// <summary>What a run is asked to do.</summary>
internal sealed record RunSettings
{
    /// <summary>The machine.</summary>
    public required MachineSpec Machine { get; init; }

    /// <summary>Execute values beside time.</summary>
    public bool Values { get; init; } = true;

    /// <summary>Look for races, uninitialised reads and deadlocks before the run.</summary>
    public bool Check { get; init; }

    /// <summary>Cycles of a window of power over time; 0 for the usual, null where neither the curve nor its peak is wanted.</summary>
    public long? PowerWindowCycles { get; init; } = 0;

    /// <summary>Record the run for a trace.</summary>
    public bool Record { get; init; }

    /// <summary>Host threads.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>Seed of drawn inputs and calibration data.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Input file; inputs are drawn where null.</summary>
    public string? Input { get; init; }

    /// <summary>Integer arithmetic instead of the model's own.</summary>
    public Arithmetic? Arithmetic { get; init; }

    /// <summary>Int8 or Float32: what a float model runs in; null for what the machine's array takes.</summary>
    public ElementType? Precision { get; init; }

    /// <summary>Float32 where a float model runs unquantised, else Int8.</summary>
    public ElementType NativeType => Precision ?? (Machine.Core.Array.Rate(ArrayFormat.Float32) > 0 ? ElementType.Float32 : ElementType.Int8);

    /// <summary>Files to calibrate a float model on.</summary>
    public IReadOnlyList<string> Calibration { get; init; } = [];

    /// <summary>What a float model is calibrated on where no file is named; where there is nothing either, random data.</summary>
    public CalibrationData? OwnCalibration { get; init; }
}

/// <summary>Inputs to calibrate a float model on.</summary>
/// <param name="Samples">Contents by input name.</param>
/// <param name="Origin">Where they come from, in words.</param>
internal sealed record CalibrationData(IReadOnlyList<IReadOnlyDictionary<string, byte[]>> Samples, string Origin);
