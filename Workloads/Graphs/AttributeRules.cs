namespace NpuSim.Workloads.Graphs;

/// <summary>Ranges of attributes and numbers of operands, by operator.</summary>
internal static class AttributeRules
{
    private const int LargestExtent = ushort.MaxValue;
    private const int LargestPadding = short.MaxValue;

    /// <summary>Throws where the node has too few or too many inputs or outputs, or an attribute is out of its range.</summary>
    public static void Require(Node node)
    {
        var (least, most) = Inputs(node.Kind);
        if (node.Inputs.Count < least || node.Inputs.Count > most)
        {
            throw Wrong(node, $"{node.Inputs.Count} inputs, {least}{(least == most ? "" : most == int.MaxValue ? " or more" : $" to {most}")} were expected");
        }

        if (node.Outputs.Count != 1)
        {
            throw Wrong(node, $"{node.Outputs.Count} outputs, 1 was expected");
        }

        for (var input = 0; input < node.Inputs.Count; input++)
        {
            if (node.Inputs[input] is null && !IsOptional(node.Kind, input))
            {
                throw Wrong(node, $"input {input} is absent");
            }
        }

        RequireAttributes(node);
    }

    /// <summary>Throws where a window's extents, strides, dilations or padding are out of range.</summary>
    public static void RequireWindow(Node node, Window window)
    {
        Within(node, "kernel height", window.KernelHeight, 1, LargestExtent);
        Within(node, "kernel width", window.KernelWidth, 1, LargestExtent);
        Within(node, "vertical stride", window.StrideY, 1, LargestExtent);
        Within(node, "horizontal stride", window.StrideX, 1, LargestExtent);
        Within(node, "vertical dilation", window.DilationY, 1, LargestExtent);
        Within(node, "horizontal dilation", window.DilationX, 1, LargestExtent);
        Within(node, "padding above", window.Padding.Top, 0, LargestPadding);
        Within(node, "padding at the left", window.Padding.Left, 0, LargestPadding);
        Within(node, "padding below", window.Padding.Bottom, 0, LargestPadding);
        Within(node, "padding at the right", window.Padding.Right, 0, LargestPadding);
    }

    private static (int Least, int Most) Inputs(OperatorKind kind) => kind switch
    {
        OperatorKind.Convolution or OperatorKind.DepthwiseConvolution or OperatorKind.FullyConnected => (2, 3),
        OperatorKind.MatrixMultiply or OperatorKind.Binary or OperatorKind.Gather => (2, 2),
        OperatorKind.Attention => (3, 3),
        OperatorKind.LayerNormalisation => (1, 3),
        OperatorKind.BatchNormalisation => (5, 5),
        OperatorKind.Concatenate => (1, int.MaxValue),
        OperatorKind.Unary or OperatorKind.Clamp or OperatorKind.MaxPool or OperatorKind.AveragePool or OperatorKind.Reduce
            or OperatorKind.Softmax or OperatorKind.LocalResponseNormalisation or OperatorKind.Slice or OperatorKind.Pad
            or OperatorKind.Transpose or OperatorKind.Reshape or OperatorKind.Resize or OperatorKind.Quantise or OperatorKind.Dequantise
            or OperatorKind.Requantise or OperatorKind.Cast => (1, 1),
    };

    private static bool IsOptional(OperatorKind kind, int input) => kind switch
    {
        OperatorKind.Convolution or OperatorKind.DepthwiseConvolution or OperatorKind.FullyConnected => input == 2,
        OperatorKind.LayerNormalisation => input >= 1,
        OperatorKind.MatrixMultiply or OperatorKind.Attention or OperatorKind.Binary or OperatorKind.Gather or OperatorKind.BatchNormalisation
            or OperatorKind.Concatenate or OperatorKind.Unary or OperatorKind.Clamp or OperatorKind.MaxPool or OperatorKind.AveragePool
            or OperatorKind.Reduce or OperatorKind.Softmax or OperatorKind.LocalResponseNormalisation or OperatorKind.Slice
            or OperatorKind.Pad or OperatorKind.Transpose or OperatorKind.Reshape or OperatorKind.Resize or OperatorKind.Quantise
            or OperatorKind.Dequantise or OperatorKind.Requantise or OperatorKind.Cast => false,
    };

    // Axes, permutations and extents are checked with the shapes, by ShapeInference.
    private static void RequireAttributes(Node node)
    {
        switch (node.Attributes)
        {
            case ConvolutionAttributes a:
                RequireWindow(node, a.Window);
                RequireBounds(node, a.Activation);
                break;
            case DepthwiseAttributes a:
                RequireWindow(node, a.Window);
                RequireBounds(node, a.Activation);
                break;
            case FullyConnectedAttributes a:
                RequireBounds(node, a.Activation);
                break;
            case BinaryAttributes a:
                RequireBounds(node, a.Activation);
                RequireDefined(node, a.Function);
                break;
            case UnaryAttributes a:
                RequireFinite(node, "alpha", a.Alpha);
                RequireFinite(node, "beta", a.Beta);
                RequireDefined(node, a.Function);
                break;
            case ClampAttributes a:
                RequireBounds(node, a.Bounds);
                break;
            case MaxPoolAttributes a:
                RequirePool(node, a.Window, a.Activation);
                break;
            case AveragePoolAttributes a:
                RequirePool(node, a.Window, a.Activation);
                break;
            case ReduceAttributes a:
                RequireDefined(node, a.Function);
                break;
            case AttentionAttributes a:
                Within(node, "heads", a.Heads, 1, LargestExtent);
                RequireFinite(node, "scale", a.Scale);
                break;
            case SoftmaxAttributes a:
                RequireFinite(node, "beta", a.Beta);
                break;
            case LayerNormalisationAttributes a:
                RequireNotNegative(node, "epsilon", a.Epsilon);
                break;
            case BatchNormalisationAttributes a:
                RequireNotNegative(node, "epsilon", a.Epsilon);
                break;
            case LocalResponseAttributes a:
                Within(node, "size", a.Size, 1, LargestExtent);
                RequireFinite(node, "alpha", a.Alpha);
                RequireFinite(node, "beta", a.Beta);
                RequireFinite(node, "bias", a.Bias);
                break;
            case PadAttributes a:
                RequireFinite(node, "value", a.Value);
                RequireDefined(node, a.Mode);
                break;
            case ResizeAttributes a:
                RequireDefined(node, a.Mode);
                break;
        }
    }

    // A window wholly inside the padding would have no element to pool.
    private static void RequirePool(Node node, Window window, ActivationBounds activation)
    {
        RequireWindow(node, window);
        RequireBounds(node, activation);
        if (window.DilationY != 1 || window.DilationX != 1)
        {
            throw Wrong(node, $"dilation {window.DilationY}×{window.DilationX}, 1×1 was expected in a pool");
        }

        var padding = window.Padding;
        if (Math.Max(padding.Top, padding.Bottom) >= window.KernelHeight || Math.Max(padding.Left, padding.Right) >= window.KernelWidth)
        {
            throw Wrong(node, $"padding {padding.Top},{padding.Left},{padding.Bottom},{padding.Right} holds a whole window "
                + $"of {window.KernelHeight}×{window.KernelWidth}");
        }
    }

    private static void RequireBounds(Node node, ActivationBounds bounds)
    {
        if (!(bounds.Low <= bounds.High))
        {
            throw Wrong(node, FormattableString.Invariant($"activation bounds {bounds.Low} and {bounds.High} are not in order"));
        }
    }

    private static void RequireDefined<T>(Node node, T value)
        where T : struct, Enum
    {
        if (!Enum.IsDefined(value))
        {
            throw Wrong(node, $"{typeof(T).Name} {value} is not known");
        }
    }

    private static void RequireFinite(Node node, string what, float value)
    {
        if (!float.IsFinite(value))
        {
            throw Wrong(node, FormattableString.Invariant($"{what} is {value}, a finite number was expected"));
        }
    }

    private static void RequireNotNegative(Node node, string what, float value)
    {
        if (!(value >= 0) || float.IsInfinity(value))
        {
            throw Wrong(node, FormattableString.Invariant($"{what} is {value}, at least 0 was expected"));
        }
    }

    private static void Within(Node node, string what, int value, int least, int most)
    {
        if (value < least || value > most)
        {
            throw Wrong(node, $"{what} is {value}, {least} to {most} was expected");
        }
    }

    private static ModelException Wrong(Node node, string what) => new($"node {node.Name} ({node.Kind}): {what}");
}
