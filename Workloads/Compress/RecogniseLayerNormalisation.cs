using NpuSim.Isa.Program;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Compress;

/// <summary>Finds layer normalisation written out, and makes it one operator.</summary>
/// <remarks>Two spellings: d·γ/√(mean(d²) + ε) + β with d = x − mean(x), as ONNX exporters write it; and x·m + (β − mean(x)·m) with
/// m = γ/√(mean((x − mean(x))²) + ε), as TensorFlow does.</remarks>
internal static class RecogniseLayerNormalisation
{
    public const string Name = "recognise-layer-normalisation";

    public static void Apply(Graph graph, PassContext context)
    {
        var rewriter = new GraphRewriter(graph);
        var found = 0;
        foreach (var node in rewriter.Snapshot())
            if (rewriter.IsAlive(node) && (Centred(rewriter, node) ?? Unfolded(rewriter, node)) is { } match)
            {
                Replace(rewriter, node, match);
                found++;
            }

        rewriter.Finish();
        AttachAffine(graph);
        context.Changed(Name, found, "layer normalisations recognised");
    }

    private sealed record Match(Tensor X, int Axis, float Epsilon, Tensor? Gamma, Tensor? Beta);

    private static void Replace(GraphRewriter rewriter, Node node, Match match)
    {
        rewriter.SetInputs(node, [match.X, match.Gamma, match.Beta]);
        node.Attributes = new LayerNormalisationAttributes(match.Axis, match.Epsilon);
    }

    /// <summary>d / √(mean(d²) + ε), or d · rsqrt(…) or d · (1/√…).</summary>
    private static Match? Centred(GraphRewriter rewriter, Node node)
    {
        if (node.Attributes is not BinaryAttributes { Function: BinaryFunction.Divide or BinaryFunction.Multiply } attributes
            || attributes.Activation != ActivationBounds.None)
            return null;
        return Try(node.Input(0), node.Input(1)) ?? (attributes.Function == BinaryFunction.Multiply ? Try(node.Input(1), node.Input(0)) : null);

        Match? Try(Tensor centred, Tensor spread)
        {
            var inverted = attributes.Function == BinaryFunction.Multiply;
            if (Centre(rewriter, centred) is not ({ } x, { } mean) || Variance(rewriter, spread, inverted) is not ({ } variance, var epsilon))
                return null;
            return Mean(rewriter, variance) is { } fold && fold.Axis == Mean(rewriter, mean)!.Value.Axis && IsSquare(rewriter, fold.Of, centred, x, mean)
                ? new Match(x, fold.Axis, epsilon, null, null)
                : null;
        }
    }

    /// <summary>x·m + (β − mean·m).</summary>
    private static Match? Unfolded(GraphRewriter rewriter, Node node)
    {
        if (node.Attributes is not BinaryAttributes { Function: BinaryFunction.Add } attributes || attributes.Activation != ActivationBounds.None)
            return null;
        return Try(node.Input(0), node.Input(1)) ?? Try(node.Input(1), node.Input(0));

        Match? Try(Tensor scaled, Tensor rest)
        {
            if (Binary(rewriter, scaled, BinaryFunction.Multiply) is not { } product || Binary(rewriter, rest, BinaryFunction.Subtract) is not { } shift
                || !Constants.IsFloat(shift.Inputs[0]) || Binary(rewriter, shift.Input(1), BinaryFunction.Multiply) is not { } offset)
                return null;
            for (var side = 0; side < 2; side++)
                if (Scaled(product.Input(side), product.Input(1 - side), offset, shift.Input(0)) is { } match)
                    return match;
            return null;
        }

        Match? Scaled(Tensor x, Tensor factor, Node offset, Tensor beta)
        {
            var mean = ReferenceEquals(offset.Inputs[0], factor) ? offset.Input(1) : ReferenceEquals(offset.Inputs[1], factor) ? offset.Input(0) : null;
            if (mean is null || Mean(rewriter, mean) is not { } average || !ReferenceEquals(average.Of, x)
                || Binary(rewriter, factor, BinaryFunction.Multiply) is not { } gain)
                return null;
            var constant = Constants.IsFloat(gain.Inputs[1]) ? 1 : Constants.IsFloat(gain.Inputs[0]) ? 0 : -1;
            if (constant < 0 || Variance(rewriter, gain.Input(1 - constant), inverted: true) is not ({ } variance, var epsilon)
                || Mean(rewriter, variance) is not { } fold || fold.Axis != average.Axis || !IsSquare(rewriter, fold.Of, null, x, mean))
                return null;
            var gamma = gain.Input(constant);
            return IsAlong(gamma, x, fold.Axis) && IsAlong(beta, x, fold.Axis) ? new Match(x, fold.Axis, epsilon, gamma, beta) : null;
        }
    }

    private static Node? Binary(GraphRewriter rewriter, Tensor tensor, BinaryFunction function) =>
        rewriter.Producer(tensor) is { Attributes: BinaryAttributes attributes } node && attributes.Function == function
        && attributes.Activation == ActivationBounds.None ? node : null;

    /// <summary>The x and the mean of x − mean(x).</summary>
    private static (Tensor? X, Tensor? Mean) Centre(GraphRewriter rewriter, Tensor tensor) =>
        Binary(rewriter, tensor, BinaryFunction.Subtract) is { } node && Mean(rewriter, node.Input(1)) is { } mean
        && ReferenceEquals(mean.Of, node.Inputs[0]) ? (node.Input(0), node.Input(1)) : (null, null);

    /// <summary>What a mean over the innermost dimensions folds, and the first of them.</summary>
    private static (Tensor Of, int Axis)? Mean(GraphRewriter rewriter, Tensor tensor)
    {
        if (rewriter.Producer(tensor) is not { Attributes: ReduceAttributes { Function: ReduceFunction.Mean, KeepDimensions: true } reduce } node)
            return null;
        var rank = node.Input(0).Shape.Count;
        var axis = rank - reduce.Axes.Count;
        return reduce.Axes.Count > 0 && reduce.Axes.SequenceEqual(Enumerable.Range(axis, reduce.Axes.Count)) ? (node.Input(0), axis) : null;
    }

    /// <summary>The v and the ε of √(v + ε), or of its reciprocal.</summary>
    private static (Tensor? Variance, float Epsilon) Variance(GraphRewriter rewriter, Tensor tensor, bool inverted)
    {
        var node = rewriter.Producer(tensor);
        if (inverted && node is { Attributes: UnaryAttributes { Function: UnaryFunction.Rsqrt } })
            return Scalars.Plus(rewriter, node.Input(0));
        if (inverted)
            node = node is { Attributes: UnaryAttributes { Function: UnaryFunction.Reciprocal } } ? rewriter.Producer(node.Input(0)) : null;
        var root = node is { Attributes: UnaryAttributes { Function: UnaryFunction.Sqrt } }
            || (node is { Attributes: BinaryAttributes { Function: BinaryFunction.Power } } && Constants.Uniform(node.Inputs[1]) is 0.5f);
        return root ? Scalars.Plus(rewriter, node!.Input(0)) : (null, 0);
    }

    private static bool IsSquare(GraphRewriter rewriter, Tensor square, Tensor? centred, Tensor x, Tensor mean)
    {
        if (centred is not null && Scalars.PowerOf(rewriter, square, centred) == 2)
            return true;
        if (Binary(rewriter, square, BinaryFunction.SquaredDifference) is { } difference)
            return (ReferenceEquals(difference.Inputs[0], x) && ReferenceEquals(difference.Inputs[1], mean))
                || (ReferenceEquals(difference.Inputs[0], mean) && ReferenceEquals(difference.Inputs[1], x));
        // Exporters that share no subexpressions write a second x − mean(x).
        return rewriter.Producer(square) is { } node && node.Inputs[0] is { } other && Centre(rewriter, other) is ({ } otherX, _)
            && ReferenceEquals(otherX, x) && Scalars.PowerOf(rewriter, square, other) == 2;
    }

    /// <summary>Whether the constant runs along the normalised dimensions alone.</summary>
    private static bool IsAlong(Tensor constant, Tensor x, int axis)
    {
        int[] normalised = [.. x.Shape.Skip(axis)];
        var lead = constant.Shape.Count - normalised.Length;
        return lead >= 0 && constant.Shape.Take(lead).All(extent => extent == 1) && constant.Shape.Skip(lead).SequenceEqual(normalised);
    }

    /// <summary>Takes a following multiplication by γ and addition of β into the operator.</summary>
    private static void AttachAffine(Graph graph)
    {
        var rewriter = new GraphRewriter(graph);
        foreach (var node in rewriter.Snapshot())
        {
            if (node.Attributes is not LayerNormalisationAttributes attributes)
                continue;
            if (node.Inputs.All(input => input is null || ReferenceEquals(input, node.Inputs[0])))
                Attach(rewriter, node, attributes.Axis, BinaryFunction.Multiply, 1);
            if (node.Inputs.Count < 3 || node.Inputs[2] is null)
                Attach(rewriter, node, attributes.Axis, BinaryFunction.Add, 2);
        }

        rewriter.Finish();
    }

    private static void Attach(GraphRewriter rewriter, Node node, int axis, BinaryFunction function, int place)
    {
        if (rewriter.OnlyReader(node.Output) is not { Attributes: BinaryAttributes attributes } next || attributes.Function != function
            || attributes.Activation != ActivationBounds.None)
            return;
        var constant = ReferenceEquals(next.Inputs[0], node.Output) ? next.Input(1) : next.Input(0);
        if (!Constants.IsFloat(constant) || !IsAlong(constant, node.Input(0), axis))
            return;
        Tensor?[] inputs = [node.Input(0), node.Inputs.Count > 1 ? node.Inputs[1] : null, node.Inputs.Count > 2 ? node.Inputs[2] : null];
        var extents = node.Input(0).Shape.Skip(axis).ToArray();
        var flat = rewriter.Derive(constant, "/flat", ElementType.Float32, extents);
        flat.Data = constant.Data;
        inputs[place] = constant.Shape.Count == extents.Length ? constant : flat;
        var result = next.Output;
        rewriter.Remove(next);
        rewriter.SetInputs(node, inputs);
        rewriter.SetOutput(node, result);
    }
}
