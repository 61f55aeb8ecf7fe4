using static NpuSim.Workloads.Graphs.ShapeRules;

namespace NpuSim.Workloads.Graphs;

/// <summary>Output shapes of nodes from their attributes and input shapes.</summary>
public static class ShapeInference
{
    /// <summary>Shapes of the node's outputs, in order. Reshape and resize take theirs from the output itself and are checked
    /// only.</summary>
    /// <exception cref="ModelException">Inputs or attributes do not fit together; the message names the node and both sides.</exception>
    public static IReadOnlyList<int[]> Infer(Node node) => [node.Kind switch
    {
        OperatorKind.Convolution => Convolution(node, (ConvolutionAttributes)node.Attributes),
        OperatorKind.DepthwiseConvolution => Depthwise(node, (DepthwiseAttributes)node.Attributes),
        OperatorKind.FullyConnected => FullyConnected(node),
        OperatorKind.MatrixMultiply => MatrixMultiply(node, (MatrixMultiplyAttributes)node.Attributes),
        OperatorKind.Attention => Attention(node, ((AttentionAttributes)node.Attributes).Heads),
        OperatorKind.Binary => Broadcast(node, node.Input(0).Shape, node.Input(1).Shape),
        OperatorKind.Unary or OperatorKind.Clamp or OperatorKind.Quantise or OperatorKind.Dequantise or OperatorKind.Requantise
            or OperatorKind.Cast => [.. node.Input(0).Shape],
        OperatorKind.MaxPool => Pool(node, ((MaxPoolAttributes)node.Attributes).Window),
        OperatorKind.AveragePool => Pool(node, ((AveragePoolAttributes)node.Attributes).Window),
        OperatorKind.Reduce => Reduce(node, (ReduceAttributes)node.Attributes),
        OperatorKind.Softmax => AlongAxis(node, ((SoftmaxAttributes)node.Attributes).Axis),
        OperatorKind.LayerNormalisation => LayerNormalisation(node, (LayerNormalisationAttributes)node.Attributes),
        OperatorKind.BatchNormalisation => BatchNormalisation(node),
        OperatorKind.LocalResponseNormalisation => AlongAxis(node, node.Input(0).Shape.Count - 1),
        OperatorKind.Concatenate => Concatenate(node, (ConcatenateAttributes)node.Attributes),
        OperatorKind.Slice => Slice(node, (SliceAttributes)node.Attributes),
        OperatorKind.Pad => Pad(node, (PadAttributes)node.Attributes),
        OperatorKind.Transpose => Transpose(node, (TransposeAttributes)node.Attributes),
        OperatorKind.Reshape => Reshape(node),
        OperatorKind.Resize => Resize(node),
        OperatorKind.Gather => Gather(node, (GatherAttributes)node.Attributes),
    }];

    /// <summary>NumPy broadcast of two shapes, or null where they do not fit.</summary>
    public static int[]? Broadcast(IReadOnlyList<int> a, IReadOnlyList<int> b)
    {
        var result = new int[Math.Max(a.Count, b.Count)];
        for (var dimension = 1; dimension <= result.Length; dimension++)
        {
            var x = dimension <= a.Count ? a[^dimension] : 1;
            var y = dimension <= b.Count ? b[^dimension] : 1;
            if (x != y && x != 1 && y != 1)
            {
                return null;
            }

            result[^dimension] = Math.Max(x, y);
        }

        return result;
    }

    private static int[] Broadcast(Node node, IReadOnlyList<int> a, IReadOnlyList<int> b) =>
        Broadcast(a, b) ?? throw Wrong(node, $"shapes {Text(a)} and {Text(b)} do not broadcast");

    private static int[] Convolution(Node node, ConvolutionAttributes attributes)
    {
        var (x, w) = (Ranked(node, 0, 4), Ranked(node, 1, 4));
        var groups = attributes.Groups;
        if (groups < 1 || (long)w[3] * groups != x[3] || w[0] % groups != 0)
        {
            throw Wrong(node, $"{x[3]} channels and {groups} groups do not fit weights {Text(w)}");
        }

        RequireKernel(node, attributes.Window, w[1], w[2]);
        RequireVector(node, 2, w[0]);
        return Plane(node, x, attributes.Window, w[0]);
    }

    private static int[] Depthwise(Node node, DepthwiseAttributes attributes)
    {
        var (x, w) = (Ranked(node, 0, 4), Ranked(node, 1, 3));
        if (attributes.Multiplier < 1 || (long)x[3] * attributes.Multiplier != w[2])
        {
            throw Wrong(node, $"{x[3]} channels times multiplier {attributes.Multiplier} do not fit weights {Text(w)}");
        }

        RequireKernel(node, attributes.Window, w[0], w[1]);
        RequireVector(node, 2, w[2]);
        return Plane(node, x, attributes.Window, w[2]);
    }

    private static int[] FullyConnected(Node node)
    {
        var (x, w) = (node.Input(0).Shape, Ranked(node, 1, 2));
        if (x.Count == 0 || x[^1] != w[1])
        {
            throw Wrong(node, $"input {Text(x)} does not fit weights {Text(w)}");
        }

        RequireVector(node, 2, w[0]);
        return [.. x.SkipLast(1), w[0]];
    }

    private static int[] MatrixMultiply(Node node, MatrixMultiplyAttributes attributes)
    {
        var (a, b) = (node.Input(0).Shape, node.Input(1).Shape);
        if (a.Count < 2 || b.Count < 2)
        {
            throw Wrong(node, $"operands {Text(a)} and {Text(b)} need two dimensions at least");
        }

        var (m, inner) = attributes.TransposeA ? (a[^1], a[^2]) : (a[^2], a[^1]);
        var (k, n) = attributes.TransposeB ? (b[^1], b[^2]) : (b[^2], b[^1]);
        var leading = Broadcast([.. a.SkipLast(2)], [.. b.SkipLast(2)]);
        if (inner != k || leading is null)
        {
            throw Wrong(node, $"operands {Text(a)} and {Text(b)} do not fit");
        }

        return [.. leading, m, n];
    }

    private static int[] Attention(Node node, int heads)
    {
        var (q, k, v) = (Ranked(node, 0, 3), Ranked(node, 1, 3), Ranked(node, 2, 3));
        if (heads < 1 || q[2] % heads != 0 || v[2] % heads != 0 || q[0] != k[0] || q[2] != k[2] || k[0] != v[0] || k[1] != v[1])
        {
            throw Wrong(node, $"operands {Text(q)}, {Text(k)} and {Text(v)} and {heads} heads do not fit");
        }

        return [q[0], q[1], v[2]];
    }

    private static int[] Pool(Node node, Window window)
    {
        var x = Ranked(node, 0, 4);
        return Plane(node, x, window, x[3]);
    }

    private static int[] Plane(Node node, IReadOnlyList<int> x, Window window, int channels)
    {
        AttributeRules.RequireWindow(node, window);
        var padding = window.Padding;
        var height = (long)x[1] + padding.Top + padding.Bottom - (long)window.DilationY * (window.KernelHeight - 1) - 1;
        var width = (long)x[2] + padding.Left + padding.Right - (long)window.DilationX * (window.KernelWidth - 1) - 1;
        if (height < 0 || width < 0)
        {
            throw Wrong(node, $"window {window.KernelHeight}×{window.KernelWidth} is larger than the padded plane of {Text(x)}");
        }

        return [x[0], checked((int)(height / window.StrideY + 1)), checked((int)(width / window.StrideX + 1)), channels];
    }

    private static int[] Reduce(Node node, ReduceAttributes attributes)
    {
        var x = node.Input(0).Shape;
        for (var i = 0; i < attributes.Axes.Count; i++)
        {
            var axis = attributes.Axes[i];
            if (axis < 0 || axis >= x.Count || i > 0 && axis <= attributes.Axes[i - 1])
            {
                throw Wrong(node, $"axes {string.Join(',', attributes.Axes)} are not ascending dimensions of {Text(x)}");
            }
        }

        return attributes.KeepDimensions
            ? [.. x.Select((extent, axis) => attributes.Axes.Contains(axis) ? 1 : extent)]
            : [.. x.Where((_, axis) => !attributes.Axes.Contains(axis))];
    }

    private static int[] AlongAxis(Node node, int axis)
    {
        var x = node.Input(0).Shape;
        RequireAxis(node, axis, x);
        return [.. x];
    }

    private static int[] LayerNormalisation(Node node, LayerNormalisationAttributes attributes)
    {
        var x = node.Input(0).Shape;
        RequireAxis(node, attributes.Axis, x);
        for (var input = 1; input < node.Inputs.Count; input++)
        {
            var normalised = (int[])[.. x.Skip(attributes.Axis)];
            if (node.Inputs[input] is { } tensor && !tensor.Shape.SequenceEqual(normalised))
            {
                throw Wrong(node, $"{tensor.Name} is {Text(tensor.Shape)}, {Text(normalised)} was expected");
            }
        }

        return [.. x];
    }

    private static int[] BatchNormalisation(Node node)
    {
        var x = node.Input(0).Shape;
        RequireAxis(node, x.Count - 1, x);
        for (var input = 1; input < node.Inputs.Count; input++)
        {
            RequireVector(node, input, x[^1]);
        }

        return [.. x];
    }

    private static int[] Concatenate(Node node, ConcatenateAttributes attributes)
    {
        int[] result = [.. node.Input(0).Shape];
        RequireAxis(node, attributes.Axis, result);
        for (var index = 1; index < node.Inputs.Count; index++)
        {
            var shape = node.Input(index).Shape;
            if (shape.Count != result.Length || shape.Where((extent, axis) => axis != attributes.Axis && extent != result[axis]).Any())
            {
                throw Wrong(node, $"{node.Input(index).Name} is {Text(shape)}, which does not continue {Text(result)} along dimension {attributes.Axis}");
            }

            result[attributes.Axis] = checked(result[attributes.Axis] + shape[attributes.Axis]);
        }

        return result;
    }

    private static int[] Slice(Node node, SliceAttributes attributes)
    {
        var x = node.Input(0).Shape;
        RequireEntries(node, "starts, extents and steps", x, attributes.Starts, attributes.Extents, attributes.Steps);
        for (var axis = 0; axis < x.Count; axis++)
        {
            var (start, extent, step) = (attributes.Starts[axis], attributes.Extents[axis], attributes.Steps[axis]);
            var last = start + (extent - 1L) * step;
            if (extent < 1 || step == 0 || start < 0 || start >= x[axis] || last < 0 || last >= x[axis])
            {
                throw Wrong(node, $"slice of {extent} from {start} in steps of {step} leaves dimension {axis} of {Text(x)}");
            }
        }

        return [.. attributes.Extents];
    }

    private static int[] Pad(Node node, PadAttributes attributes)
    {
        var x = node.Input(0).Shape;
        RequireEntries(node, "before and after", x, attributes.Before, attributes.After);
        for (var axis = 0; axis < x.Count; axis++)
        {
            var (before, after) = (attributes.Before[axis], attributes.After[axis]);
            var most = attributes.Mode == PadMode.Reflect ? x[axis] - 1 : int.MaxValue - x[axis];
            if (before < 0 || after < 0 || before > most || after > most || (long)x[axis] + before + after > int.MaxValue)
            {
                throw Wrong(node, $"padding {before},{after} does not fit dimension {axis} of {Text(x)}");
            }
        }

        return [.. x.Select((extent, axis) => attributes.Before[axis] + extent + attributes.After[axis])];
    }

    private static int[] Transpose(Node node, TransposeAttributes attributes)
    {
        var x = node.Input(0).Shape;
        return attributes.Permutation.Order().SequenceEqual(Enumerable.Range(0, x.Count))
            ? [.. attributes.Permutation.Select(axis => x[axis])]
            : throw Wrong(node, $"permutation {string.Join(',', attributes.Permutation)} does not fit {Text(x)}");
    }

    private static int[] Reshape(Node node) => node.Output.Elements == node.Input(0).Elements
        ? [.. node.Output.Shape]
        : throw Wrong(node, $"{Text(node.Input(0).Shape)} does not reshape to {Text(node.Output.Shape)}");

    private static int[] Resize(Node node)
    {
        var (x, y) = (Ranked(node, 0, 4), node.Output.Shape);
        return y.Count == 4 && y[0] == x[0] && y[3] == x[3]
            ? [.. y]
            : throw Wrong(node, $"{Text(x)} does not resize to {Text(y)}");
    }

    private static int[] Gather(Node node, GatherAttributes attributes)
    {
        var x = node.Input(0).Shape;
        RequireAxis(node, attributes.Axis, x);
        return [.. x.Take(attributes.Axis), .. node.Input(1).Shape, .. x.Skip(attributes.Axis + 1)];
    }
}
