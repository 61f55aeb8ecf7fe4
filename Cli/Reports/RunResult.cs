using NpuSim.Cli.Pages.Insight;
using NpuSim.Cli.Running;
using NpuSim.Isa.Machine;
using NpuSim.Isa.Program;
using NpuSim.Simulator.Checking;
using NpuSim.Simulator.Reports;

namespace NpuSim.Cli.Reports;

/// <summary>All that a run shows.</summary>
/// <param name="Report">What the simulator measured.</param>
/// <param name="Machine">The machine.</param>
/// <param name="Host">What the simulation cost on this computer.</param>
internal sealed record RunResult(SimulationReport Report, MachineSpec Machine, HostMeasure Host)
{
    /// <summary>What went in, in words for the summary's head.</summary>
    public string InputNote { get; init; } = "";

    /// <summary>Accuracy, where it was asked for.</summary>
    public AccuracyReport? Accuracy { get; init; }

    /// <summary>What the check of the program found, where it was asked for.</summary>
    public CheckReport? Check { get; init; }

    /// <summary>Runs at other voltages and clocks, where they were asked for.</summary>
    public IReadOnlyList<OperatingPointResult>? OperatingPoints { get; init; }

    /// <summary>The run repeated at a fixed rate, where that was asked for.</summary>
    public DutyCycleResult? DutyCycle { get; init; }

    /// <summary>What a page shows beyond the report, where one was asked for.</summary>
    public RunInsight? Insight { get; init; }

    /// <summary>Contents of the outputs, where they were asked for.</summary>
    public IReadOnlyList<OutputTensor>? Outputs { get; init; }
}

/// <summary>What a simulation cost on this computer; differs from run to run.</summary>
internal sealed record HostMeasure(double CompileSeconds, double SimulateSeconds, double WallSeconds, int Threads, string SimdLevel);

/// <summary>One output of the model.</summary>
/// <param name="Entry">Its row of the tensor map.</param>
/// <param name="Data">Dense little-endian content.</param>
/// <param name="File">The file that holds it, relative to the JSON; null where the values themselves are written.</param>
internal sealed record OutputTensor(TensorEntry Entry, byte[] Data, string? File = null);

/// <summary>How near the NPU's outputs come to the reference's, over labelled or unlabelled samples.</summary>
/// <param name="Samples">How many.</param>
/// <param name="Reference">What the reference is: "float" or "compressed".</param>
/// <param name="Top1">Share of samples that the NPU classifies as labelled; null without labels.</param>
/// <param name="CompressedTop1">The same of the compressed model in the interpreter.</param>
/// <param name="ReferenceTop1">The same of the reference.</param>
/// <param name="Agreement">Share of samples where NPU and reference choose the same class.</param>
/// <param name="Mse">Mean squared difference of the outputs in real values.</param>
/// <param name="MaxError">Largest difference.</param>
/// <param name="SqnrDb">10·log10(Σ reference² / Σ difference²); null where there is no difference or no signal.</param>
/// <param name="Cosine">Cosine of the angle between all outputs of both; null where one is all zero.</param>
internal sealed record AccuracyReport(
    int Samples, string Reference, double? Top1, double? CompressedTop1, double? ReferenceTop1, double Agreement,
    double Mse, double MaxError, double? SqnrDb, double? Cosine);
