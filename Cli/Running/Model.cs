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

    /// <summary>Prepares a model as the settings say.</summary>
    public static Model Prepare(Graph source, RunSettings settings, CancellationToken cancellation)
    {
        bool isFloat = !IsQuantised(source);
        if (settings.Calibration.Count > 0 && !isFloat)
        {
            throw new UsageException($"--calibration: {source.Name} is quantised already, expected a float model");
        }

        var result = Preparation.Prepare(source, new PreparationOptions
        {
            Arithmetic = settings.Arithmetic,
            Samples = [.. settings.Calibration.SelectMany(file => InputSamples.Load(file, source.Inputs))],
            Seed = (ulong)settings.Seed,
            ValuesMatter = settings.Values,
            Cancellation = cancellation,
        });
        return new Model(source, result.Graph, result.Changes);
    }

    private static bool IsQuantised(Graph graph) => graph.Nodes.Any(node => node.Inputs.Concat(node.Outputs).Any(tensor => tensor?.Quantisation is not null));
}
