using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Compress;

/// <summary>Removes the transposes between channels-first and channels-last layout that an import leaves around every window operator.</summary>
/// <remarks>Each transpose is pushed towards the outputs (<see cref="TransposeSinking"/>, <see cref="TransposeReshape"/>) until it meets
/// its inverse, a reshape that only moves extents of 1, a fully connected layer whose weights take the permutation, or an output. A
/// transpose only ever moves down, so this ends.</remarks>
internal sealed class ChannelsLast
{
    public const string Name = "channels-last";

    private readonly GraphRewriter rewriter;
    private readonly Queue<Node> open = new();
    private readonly TransposeSinking sinking;
    private readonly TransposeReshape reshaping;

    private ChannelsLast(Graph graph)
    {
        rewriter = new GraphRewriter(graph);
        sinking = new TransposeSinking(rewriter, open.Enqueue);
        reshaping = new TransposeReshape(rewriter, open.Enqueue);
    }

    public static void Apply(Graph graph, PassContext context)
    {
        var before = Count(graph);
        var pass = new ChannelsLast(graph);
        pass.Run();
        pass.rewriter.Finish();
        var after = Count(graph);
        context.Changed(Name, before - after, FormattableString.Invariant($"transposes removed, {after} left"));
    }

    private static int Count(Graph graph) => graph.Nodes.Count(node => node.Kind == OperatorKind.Transpose);

    private void Run()
    {
        MergeTwins();
        foreach (var node in rewriter.Snapshot())
            if (node.Kind == OperatorKind.Transpose)
                open.Enqueue(node);
        while (open.TryDequeue(out var node))
            if (rewriter.IsAlive(node) && node.Attributes is TransposeAttributes)
                Step(node);
        MergeTwins();
    }

    /// <summary>Moves one transpose past each of its readers that lets it.</summary>
    private void Step(Node transpose)
    {
        if (!Moves.KeepsStep(transpose) || BecomeReshape(transpose))
            return;
        foreach (var reader in rewriter.Readers(transpose.Output))
            if (rewriter.IsAlive(reader))
                _ = Merge(transpose, reader) || FoldIntoMatrix(transpose, reader) || sinking.TrySink(transpose, reader)
                    || reshaping.TryPass(transpose, reader);
        if (rewriter.Readers(transpose.Output).Count == 0 && !rewriter.IsOutput(transpose.Output))
            rewriter.Remove(transpose);
    }

    /// <summary>A transpose that moves no element is a reshape.</summary>
    private static bool BecomeReshape(Node transpose)
    {
        var permutation = ((TransposeAttributes)transpose.Attributes).Permutation;
        if (!Permutation.MovesOnlyUnits(permutation, transpose.Input(0).Shape))
            return false;
        transpose.Attributes = new ReshapeAttributes();
        return true;
    }

    /// <summary>Two transposes in a row are one, or none.</summary>
    private bool Merge(Node transpose, Node reader)
    {
        if (reader.Attributes is not TransposeAttributes second)
            return false;
        var first = ((TransposeAttributes)transpose.Attributes).Permutation;
        var both = Permutation.Compose(first, second.Permutation);
        if (Permutation.IsIdentity(both) && Moves.SameStep(transpose.Input(0), reader.Output) && rewriter.Bypass(reader, transpose.Input(0)))
            return true;
        rewriter.SetInput(reader, 0, transpose.Input(0));
        reader.Attributes = new TransposeAttributes(both);
        open.Enqueue(reader);
        return true;
    }

    /// <summary>The second operand of a matrix product may be read transposed, so a transpose that moves the innermost dimension need not.</summary>
    private bool FoldIntoMatrix(Node transpose, Node reader)
    {
        if (reader.Attributes is not MatrixMultiplyAttributes matrix || !ReferenceEquals(reader.Inputs[1], transpose.Output)
            || ReferenceEquals(reader.Inputs[0], transpose.Output))
            return false;
        int[] permutation = [.. ((TransposeAttributes)transpose.Attributes).Permutation];
        var rank = permutation.Length;
        if (permutation[^1] == rank - 1 || permutation[^2] != rank - 1)
            return false;
        (permutation[^1], permutation[^2]) = (permutation[^2], permutation[^1]);
        var source = transpose.Input(0);
        if (!Permutation.IsIdentity(permutation))
        {
            var rows = rewriter.Derive(transpose.Output, "/rows", source.Type, Permutation.Apply(permutation, source.Shape));
            rows.Quantisation = source.Quantisation;
            open.Enqueue(rewriter.Add(transpose.Name + "/rows", new TransposeAttributes(permutation), source, rows));
            source = rows;
        }

        rewriter.SetInput(reader, 1, source);
        reader.Attributes = matrix with { TransposeB = !matrix.TransposeB };
        return true;
    }

    /// <summary>Equal transposes of one tensor become one.</summary>
    private void MergeTwins()
    {
        foreach (var node in rewriter.Snapshot())
        {
            if (!rewriter.IsAlive(node) || node.Attributes is not TransposeAttributes attributes)
                continue;
            foreach (var twin in rewriter.Readers(node.Input(0)))
                if (!ReferenceEquals(twin, node) && twin.Attributes is TransposeAttributes other
                    && Permutation.Same(attributes.Permutation, other.Permutation) && Moves.SameStep(node.Output, twin.Output)
                    && !rewriter.IsOutput(twin.Output))
                    rewriter.Bypass(twin, node.Output);
        }
    }
}
