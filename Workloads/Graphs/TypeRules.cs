using NpuSim.Isa.Program;
using NpuSim.Workloads.Quantised;

namespace NpuSim.Workloads.Graphs;

/// <summary>Element types that an operator takes and gives.</summary>
/// <remarks>Arithmetic is float32 throughout or quantised int8; moves keep any type; only the conversions change it.</remarks>
internal static class TypeRules
{
    /// <summary>Throws where the node's operands are of types that the operator is not defined for.</summary>
    public static void Require(Node node)
    {
        switch (node.Kind)
        {
            case OperatorKind.Convolution or OperatorKind.DepthwiseConvolution or OperatorKind.FullyConnected:
                RequireProducts(node);
                break;
            case OperatorKind.BatchNormalisation or OperatorKind.LayerNormalisation:
                RequireArithmetic(node, 1);
                RequireFloats(node, 1);
                break;
            case OperatorKind.MatrixMultiply or OperatorKind.Binary or OperatorKind.Unary or OperatorKind.Clamp or OperatorKind.MaxPool
                or OperatorKind.AveragePool or OperatorKind.Reduce or OperatorKind.Softmax or OperatorKind.LocalResponseNormalisation:
                RequireArithmetic(node, node.Inputs.Count);
                break;
            case OperatorKind.Attention:
                RequireType(node, node.Output, ElementType.Float32);
                RequireFloats(node, 0);
                break;
            case OperatorKind.Concatenate:
                RequireMove(node, node.Inputs.Count);
                break;
            case OperatorKind.Slice or OperatorKind.Transpose or OperatorKind.Reshape or OperatorKind.Pad:
                RequireMove(node, 1);
                break;
            case OperatorKind.Resize:
                RequireResize(node);
                break;
            case OperatorKind.Gather:
                RequireMove(node, 1);
                RequireIndices(node);
                break;
            case OperatorKind.Quantise:
                RequireType(node, node.Input(0), ElementType.Float32);
                RequireBytes(node, node.Output);
                break;
            case OperatorKind.Dequantise:
                RequireDequantised(node);
                break;
            case OperatorKind.Requantise:
                RequireBytes(node, node.Input(0));
                RequireBytes(node, node.Output);
                break;
            case OperatorKind.Cast:
                break;
        }
    }

    private static void RequireProducts(Node node)
    {
        RequireArithmetic(node, 2);
        if (node.Inputs.Count > 2 && node.Inputs[2] is { } bias)
        {
            RequireType(node, bias, QuantisedNodes.IsQuantised(node) ? ElementType.Int32 : ElementType.Float32);
        }
    }

    private static void RequireArithmetic(Node node, int operands)
    {
        if (QuantisedNodes.IsQuantised(node))
        {
            for (var input = 0; input < operands; input++)
            {
                if (!QuantisedNodes.IsQuantised(node.Input(input)))
                {
                    throw Wrong(node, $"operand {node.Input(input)} must be quantised int8, as the node's other operands are");
                }
            }

            return;
        }

        RequireType(node, node.Output, ElementType.Float32);
        for (var input = 0; input < operands; input++)
        {
            RequireType(node, node.Input(input), ElementType.Float32);
        }
    }

    private static void RequireFloats(Node node, int first)
    {
        for (var input = first; input < node.Inputs.Count; input++)
        {
            if (node.Inputs[input] is { } tensor)
            {
                RequireType(node, tensor, ElementType.Float32);
            }
        }
    }

    // A move of quantised values whose scale changes on the way is a requantisation, and needs both scales.
    private static void RequireMove(Node node, int operands)
    {
        for (var input = 0; input < operands; input++)
        {
            RequireType(node, node.Input(input), node.Output.Type);
            if (node.Output.Type == ElementType.Int8 && node.Input(input).Quantisation is null != node.Output.Quantisation is null)
            {
                throw Wrong(node, $"of {node.Input(input).Name} and {node.Output.Name} only one is quantised");
            }
        }
    }

    private static void RequireResize(Node node)
    {
        RequireMove(node, 1);
        var nearest = ((ResizeAttributes)node.Attributes).Mode is ResizeMode.NearestFloor or ResizeMode.NearestHalfPixel;
        if (!nearest)
        {
            RequireArithmetic(node, 1);
        }
    }

    private static void RequireIndices(Node node)
    {
        var indices = node.Input(1);
        if (indices.Type is not (ElementType.Int32 or ElementType.Int64))
        {
            throw Wrong(node, $"indices {indices.Name} are {indices.Type}, Int32 or Int64 was expected");
        }
    }

    private static void RequireDequantised(Node node)
    {
        var input = node.Input(0);
        RequireType(node, node.Output, ElementType.Float32);
        if (input.Type is not (ElementType.Int8 or ElementType.UInt8 or ElementType.Int32) || input.Quantisation is null)
        {
            throw Wrong(node, $"input {input} must be Int8, UInt8 or Int32 with a quantisation");
        }
    }

    private static void RequireBytes(Node node, Tensor tensor)
    {
        if (tensor.Type is not (ElementType.Int8 or ElementType.UInt8) || tensor.Quantisation is null)
        {
            throw Wrong(node, $"{tensor} must be Int8 or UInt8 with a quantisation");
        }
    }

    private static void RequireType(Node node, Tensor tensor, ElementType type)
    {
        if (tensor.Type != type)
        {
            throw Wrong(node, $"{tensor.Name} is {tensor.Type}, {type} was expected");
        }
    }

    private static ModelException Wrong(Node node, string what) => new($"node {node.Name} ({node.Kind}): {what}");
}
