using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Compress;

/// <summary>Removes operators that give their input back: reshapes and casts to what is already there, transposes that permute nothing,
/// whole slices, empty pads, open clamps, one-operand concatenations; and makes one reshape of several in a row.</summary>
internal static class RemoveIdentities
{
    public const string Name = "remove-identities";

    public static void Apply(Graph graph, PassContext context)
    {
        var rewriter = new GraphRewriter(graph);
        var removed = 0;
        foreach (var node in rewriter.Snapshot())
        {
            if (node.Kind == OperatorKind.Reshape && rewriter.Producer(node.Inputs[0], OperatorKind.Reshape) is { } earlier
                && Moves.KeepsStep(earlier))
                rewriter.SetInput(node, 0, earlier.Input(0));
            if (IsIdentity(node) && rewriter.Bypass(node, node.Input(0)))
                removed++;
        }

        rewriter.Finish();
        context.Changed(Name, removed, "operators without effect removed");
    }

    private static bool IsIdentity(Node node)
    {
        var (input, output) = (node.Inputs.Count > 0 ? node.Inputs[0] : null, node.Outputs[0]);
        if (input is null || input.Type != output.Type || !input.Shape.SequenceEqual(output.Shape) || !Moves.KeepsStep(node))
            return false;
        return node.Attributes switch
        {
            ReshapeAttributes or CastAttributes or RequantiseAttributes or ResizeAttributes => true,
            TransposeAttributes transpose => Permutation.IsIdentity(transpose.Permutation),
            SliceAttributes slice => slice.Starts.All(start => start == 0) && slice.Steps.All(step => step == 1),
            PadAttributes pad => pad.Before.All(extent => extent == 0) && pad.After.All(extent => extent == 0),
            ClampAttributes clamp => clamp.Bounds == ActivationBounds.None,
            ConcatenateAttributes => node.Inputs.Count == 1,
            _ => false,
        };
    }
}
