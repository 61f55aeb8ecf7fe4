using NpuSim.Isa.Program;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Compress;

/// <summary>Moves a transpose from the input of an operator to its output: op(T(x)) becomes T(op(x)).</summary>
/// <param name="rewriter">The graph under edit.</param>
/// <param name="created">Is told of each new transpose.</param>
internal sealed class TransposeSinking(GraphRewriter rewriter, Action<Node> created)
{
    /// <summary>Tries one reader of a transpose; false where it must stay above.</summary>
    public bool TrySink(Node transpose, Node reader)
    {
        var permutation = ((TransposeAttributes)transpose.Attributes).Permutation;
        if (!Permutation.IsChannelsFirst(permutation) || reader.Outputs.Count != 1)
            return false;
        if (reader.Attributes is ReduceAttributes reduce)
            return SinkReduce(transpose, reader, reduce, permutation);
        if (Permuted(reader, permutation) is not { } attributes || reader.Output.Shape.Count != permutation.Count)
            return false;
        if (Operands(reader, permutation) is not { } operands)
            return false;
        rewriter.SetInputs(reader, operands);
        reader.Attributes = attributes;
        Lower(reader, permutation, Permutation.Apply(Permutation.Inverse(permutation), reader.Output.Shape));
        return true;
    }

    /// <summary>Whether an operator works element by element on its only input.</summary>
    public static bool IsElementWise(Node node) =>
        node.Kind is OperatorKind.Unary or OperatorKind.Clamp or OperatorKind.Cast or OperatorKind.Quantise or OperatorKind.Dequantise
            or OperatorKind.Requantise;

    /// <summary>Whether a transpose may pass the reader whatever its other operands are.</summary>
    public static bool LetsPass(Node node) => IsElementWise(node) || node.Kind is OperatorKind.Slice or OperatorKind.Pad;

    /// <summary>Quantisation of a tensor whose dimensions are permuted.</summary>
    public static Quantisation? Permuted(Quantisation? quantisation, IReadOnlyList<int> permutation) =>
        quantisation is null or { IsPerTensor: true } ? quantisation
            : quantisation with { Axis = Permutation.Inverse(permutation)[quantisation.Axis] };

    /// <summary>The attributes that do the same on the operand before the transpose; null where the operator fixes its layout.</summary>
    private static OperatorAttributes? Permuted(Node reader, IReadOnlyList<int> permutation)
    {
        var inverse = Permutation.Inverse(permutation);
        var last = permutation.Count - 1;
        return reader.Attributes switch
        {
            BinaryAttributes => reader.Attributes,
            ConcatenateAttributes concatenate => new ConcatenateAttributes(permutation[concatenate.Axis]),
            SliceAttributes slice => new SliceAttributes(
                Permutation.Apply(inverse, slice.Starts), Permutation.Apply(inverse, slice.Extents), Permutation.Apply(inverse, slice.Steps)),
            PadAttributes pad => pad with { Before = Permutation.Apply(inverse, pad.Before), After = Permutation.Apply(inverse, pad.After) },
            // A softmax along the innermost dimension is the cheap one; it does not give that up.
            SoftmaxAttributes softmax when softmax.Axis != last || permutation[softmax.Axis] == last =>
                softmax with { Axis = permutation[softmax.Axis] },
            GatherAttributes gather when reader.Inputs[1] is { Shape.Count: 1 } => new GatherAttributes(permutation[gather.Axis]),
            _ => IsElementWise(reader) ? reader.Attributes : null,
        };
    }

    /// <summary>The operands as they were before the transpose; null where one cannot be had without moving data.</summary>
    private Tensor?[]? Operands(Node reader, IReadOnlyList<int> permutation)
    {
        var operands = new Tensor?[reader.Inputs.Count];
        for (var i = 0; i < operands.Length; i++)
        {
            if (reader.Kind == OperatorKind.Gather && i == 1)
                operands[i] = reader.Inputs[i];
            else if (reader.Inputs[i] is not { } operand || !CanUntranspose(operand, permutation, reader.Kind))
                return null;
        }

        for (var i = 0; i < operands.Length; i++)
            operands[i] ??= Untranspose(reader.Input(i), permutation);
        return operands;
    }

    private bool IsTransposed(Tensor operand, IReadOnlyList<int> permutation) =>
        rewriter.Producer(operand, OperatorKind.Transpose) is { Attributes: TransposeAttributes attributes }
        && Permutation.Same(attributes.Permutation, permutation);

    private bool CanUntranspose(Tensor operand, IReadOnlyList<int> permutation, OperatorKind reader)
    {
        if (IsTransposed(operand, permutation))
            return true;
        if (operand.Shape.Count > permutation.Count)
            return false;
        if (reader != OperatorKind.Binary && operand.Shape.Count != permutation.Count)
            return false;
        // A graph input costs one transpose at the border, and saves the one that would stay below.
        return operand.IsConstant || Permutation.MovesOnlyUnits(Permutation.Inverse(permutation), Padded(operand, permutation.Count))
            || (rewriter.Producer(operand) is null && operand.Shape.Count == permutation.Count && permutation.Count > 3);
    }

    private Tensor Untranspose(Tensor operand, IReadOnlyList<int> permutation)
    {
        if (IsTransposed(operand, permutation))
            return rewriter.Producer(operand)!.Input(0);
        if (operand.Elements == 1 && operand.Quantisation is null or { IsPerTensor: true })
            return Reshaped(operand, [.. Enumerable.Repeat(1, permutation.Count)]);
        var inverse = Permutation.Inverse(permutation);
        var padded = Padded(operand, permutation.Count);
        int[] shape = Permutation.Apply(inverse, padded);
        if (operand.IsConstant)
            return PermutedConstant(operand, padded, inverse, shape);
        if (Permutation.MovesOnlyUnits(inverse, padded))
            return Reshaped(operand, shape);
        var result = rewriter.Derive(operand, "/nhwc", operand.Type, shape);
        result.Quantisation = Permuted(operand.Quantisation, inverse);
        rewriter.Add(operand.Name + "/nhwc", new TransposeAttributes(inverse), operand, result);
        return result;
    }

    private Tensor PermutedConstant(Tensor operand, int[] padded, int[] inverse, int[] shape)
    {
        var result = rewriter.Derive(operand, "/nhwc", operand.Type, shape);
        var added = padded.Length - operand.Shape.Count;
        result.Data = Constants.Permute(operand.Data, operand.Type.SizeBytes(), padded, inverse);
        result.Quantisation = operand.Quantisation is { IsPerTensor: false } axis
            ? Permuted(axis with { Axis = axis.Axis + added }, inverse)
            : operand.Quantisation;
        return result;
    }

    private Tensor Reshaped(Tensor operand, int[] shape)
    {
        if (shape.SequenceEqual(operand.Shape))
            return operand;
        var result = rewriter.Derive(operand, "/nhwc", operand.Type, shape);
        result.Quantisation = operand.Quantisation;
        if (operand.IsConstant)
            result.Data = operand.Data;
        else
            rewriter.Add(operand.Name + "/nhwc", new ReshapeAttributes(), operand, result);
        return result;
    }

    private static int[] Padded(Tensor operand, int rank) => [.. Enumerable.Repeat(1, rank - operand.Shape.Count), .. operand.Shape];

    private bool SinkReduce(Node transpose, Node reader, ReduceAttributes reduce, IReadOnlyList<int> permutation)
    {
        int[] axes = [.. reduce.Axes.Select(axis => permutation[axis]).Order()];
        var source = transpose.Input(0);
        rewriter.SetInput(reader, 0, source);
        reader.Attributes = reduce with { Axes = axes };
        if (reduce.KeepDimensions)
        {
            Lower(reader, permutation, Permutation.Apply(Permutation.Inverse(permutation), reader.Output.Shape));
            return true;
        }

        int[] kept = [.. Enumerable.Range(0, permutation.Count).Where(dimension => !axes.Contains(dimension))];
        int[] order = [.. permutation.Where(dimension => !axes.Contains(dimension)).Select(dimension => Array.IndexOf(kept, dimension))];
        if (!Permutation.IsIdentity(order))
            Lower(reader, order, [.. kept.Select(dimension => source.Shape[dimension])]);
        return true;
    }

    /// <summary>Gives the node a result of the shape before the transpose, and transposes that into the result it had.</summary>
    private void Lower(Node node, IReadOnlyList<int> permutation, IReadOnlyList<int> shape)
    {
        var result = node.Output;
        var inner = rewriter.Derive(result, "/nhwc", result.Type, shape);
        inner.Quantisation = Permuted(result.Quantisation, Permutation.Inverse(permutation));
        rewriter.SetOutput(node, inner);
        created(rewriter.Add(node.Name + "/transpose", new TransposeAttributes([.. permutation]), inner, result));
    }
}
