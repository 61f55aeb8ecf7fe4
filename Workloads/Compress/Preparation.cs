using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Compress;

/// <summary>A prepared model and what was done to it.</summary>
/// <param name="Graph">The graph that the compiler takes.</param>
/// <param name="Changes">One line for each pass that changed something, in order.</param>
public sealed record PreparationResult(Graph Graph, IReadOnlyList<PassChange> Changes);

/// <summary>Turns an imported model into one that the compiler takes: layout, fusion, quantisation.</summary>
public static class Preparation
{
    /// <summary>The pipeline, in order. The graph is valid before and after each pass.</summary>
    public static IReadOnlyList<GraphPass> Passes { get; } =
    [
        new(FoldConstants.Name, FoldConstants.Apply),
        new(RemoveIdentities.Name, RemoveIdentities.Apply),
        new(FormFullyConnected.Name, FormFullyConnected.Apply),
        new(RecogniseLayerNormalisation.Name, RecogniseLayerNormalisation.Apply),
        new(RecogniseGelu.Name, RecogniseGelu.Apply),
        new(RecogniseSwish.Name, RecogniseSwish.Apply),
        new(ChannelsLast.Name, ChannelsLast.Apply),
        new(RemoveIdentities.Name, RemoveIdentities.Apply),
        new(FusePadding.Name, FusePadding.Apply),
        new(FuseBatchNormalisation.Name, FuseBatchNormalisation.Apply),
        new(FuseActivations.Name, FuseActivations.Apply),
        new(SimplifyArithmetic.Name, SimplifyArithmetic.Apply),
        new(FuseAttention.Name, FuseAttention.Apply),
        new(FoldSoftmaxScale.Name, FoldSoftmaxScale.Apply),
        new(MoveQuantisation.Name, MoveQuantisation.Apply),
        new(FuseQuantisation.Name, FuseQuantisation.Apply),
        new(Quantise.Name, Quantise.Apply),
        new(FoldConstants.Name, FoldConstants.ApplyToAll),
        new(RemoveIdentities.Name, RemoveIdentities.Apply),
        new(ChooseArithmetic.Name, ChooseArithmetic.Apply),
    ];

    /// <summary>Prepares a copy of a model.</summary>
    /// <exception cref="ModelException">The model is not valid, or cannot be calibrated; one or two lines for the user.</exception>
    public static PreparationResult Prepare(Graph model, PreparationOptions options)
    {
        GraphVerifier.Verify(model);
        var graph = GraphCopy.Clone(model);
        var context = new PassContext(options);
        foreach (var pass in Passes)
        {
            options.Cancellation.ThrowIfCancellationRequested();
            pass.Apply(graph, context);
            Verify(graph, pass);
        }

        return new PreparationResult(graph, context.Changes);
    }

    private static void Verify(Graph graph, GraphPass pass)
    {
        try
        {
            GraphVerifier.Verify(graph);
        }
        catch (ModelException broken)
        {
            throw new ModelException($"{graph.Name}: pass {pass.Name} left an invalid graph, a fault of this program: {broken.Message}", broken);
        }
    }
}
