using NpuSim.Isa.Instructions;
using NpuSim.Isa.Program;
using NpuSim.Workloads.Compress;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Cli.Running;

/// <summary>A model from its source to what the compiler takes.</summary>
/// <param name="Source">As imported.</param>
/// <param name="Graph">Fused and quantised.</param>
/// <param name="Changes">What the preparation did.</param>
internal sealed record Model(Graph Source, Graph Graph, IReadOnlyList<PassChange> Changes)
{
    /// <summary>Whether the source computes in float and was quantised here.</summary>
    public bool IsQuantisedHere => !IsQuantised(Source) && IsQuantised(Graph);

    /// <summary>Says on what a float model was quantised; empty for another.</summary>
    public string QuantisationNote(RunSettings settings) =>
        !IsQuantisedHere ? ""
        : !settings.Values ? "; quantised to int8 with nominal ranges"
        : settings.Calibration.Count > 0 ? $"; quantised to int8 on {string.Join(", ", settings.Calibration.Select(Path.GetFileName))}"
        : settings.OwnCalibration is { } own ? $"; quantised to int8 on {own.Origin}"
        : FormattableString.Invariant($"; quantised to int8 on random data (seed {settings.Seed})");

    /// <summary>Prepares a model as the settings say.</summary>
    public static Model Prepare(Graph source, RunSettings settings, CancellationToken cancellation)
    {
        bool isFloat = !IsQuantised(source);
        if (settings.Calibration.Count > 0 && !isFloat)
        {
            throw new UsageException($"--calibration: {source.Name} is quantised already, expected a float model");
        }

        if (settings.Calibration.Count > 0 && settings.NativeType == ElementType.Float32)
        {
            throw new UsageException("--calibration: the model runs in float32, expected --precision int8 beside it");
        }

        var result = Preparation.Prepare(source, new PreparationOptions
        {
            Arithmetic = settings.Arithmetic,
            Samples = settings.Calibration.Count > 0
                ? [.. settings.Calibration.SelectMany(file => InputSamples.Load(file, source.Inputs))]
                : settings.OwnCalibration?.Samples ?? [],
            Seed = (ulong)settings.Seed,
            ValuesMatter = settings.Values,
            Quantise = settings.NativeType == ElementType.Int8,
            Products = settings.Machine.Core.Array.Rate(ArrayFormat.Float32) > 0 ? ProductPrecision.Bf16 : ProductPrecision.Float32,
            Cancellation = cancellation,
        });
        return new Model(source, result.Graph, result.Changes);
    }

    private static bool IsQuantised(Graph graph) =>
        graph.Nodes.Any(node => node.Inputs.Concat(node.Outputs).Any(tensor => tensor?.Quantisation is not null));
}
