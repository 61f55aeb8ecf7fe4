using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Quantised;

namespace NpuSim.Workloads.Interpret;

/// <summary>Scalar operations of nodes on a host: estimates (assumed) of a plain implementation, not of a particular processor.</summary>
internal static class OperationCounts
{
    private const int Divide = 4;
    private const int Function = 20;
    private const int Power = 40;
    private const long Multiply = 2;

    // Dequantise (2) and quantise (a division, a rounding, a clamp).
    private const int ThroughFloat = 8;

    public static long Of(Node node)
    {
        var outputs = node.Output.Elements;
        var throughFloat = QuantisedNodes.IsQuantised(node) && !IsMove(node) ? outputs * ThroughFloat : 0;
        return Math.Max(1, outputs * PerOutput(node) + PerInput(node) + throughFloat);
    }

    private static long PerInput(Node node) => node.Kind == OperatorKind.Reduce ? node.Input(0).Elements : 0;

    private static long PerOutput(Node node) => node.Kind switch
    {
        OperatorKind.Convolution or OperatorKind.FullyConnected => Multiply * (node.Input(1).Elements / node.Input(1).Shape[0]),
        OperatorKind.DepthwiseConvolution => Multiply * Taps(((DepthwiseAttributes)node.Attributes).Window),
        OperatorKind.MatrixMultiply => Multiply * node.Input(0).Shape[((MatrixMultiplyAttributes)node.Attributes).TransposeA ? ^2 : ^1],
        OperatorKind.Attention => AttentionPerOutput(node),
        OperatorKind.Binary => Of(((BinaryAttributes)node.Attributes).Function),
        OperatorKind.Unary => IsMove(node) ? 1 : Of(((UnaryAttributes)node.Attributes).Function),
        OperatorKind.MaxPool => Taps(((MaxPoolAttributes)node.Attributes).Window),
        OperatorKind.AveragePool => Taps(((AveragePoolAttributes)node.Attributes).Window) + Divide,
        OperatorKind.Softmax => Function + Divide,
        OperatorKind.LayerNormalisation => 8,
        OperatorKind.BatchNormalisation => Multiply,
        OperatorKind.LocalResponseNormalisation => Multiply * ((LocalResponseAttributes)node.Attributes).Size + Power,
        OperatorKind.Resize => IsMove(node) ? 1 : 8,
        OperatorKind.Reduce or OperatorKind.Quantise => Divide,
        OperatorKind.Clamp or OperatorKind.Concatenate or OperatorKind.Slice or OperatorKind.Pad or OperatorKind.Transpose
            or OperatorKind.Reshape or OperatorKind.Gather or OperatorKind.Requantise or OperatorKind.Cast => 1,
        OperatorKind.Dequantise => 2,
    };

    // Of quantised values, functions of one operand are table look-ups.
    private static bool IsMove(Node node) => node.Kind switch
    {
        OperatorKind.Unary or OperatorKind.Clamp => QuantisedNodes.IsQuantised(node),
        OperatorKind.Resize => ResizeOperators.IsMove(((ResizeAttributes)node.Attributes).Mode),
        OperatorKind.Requantise or OperatorKind.Concatenate or OperatorKind.Slice or OperatorKind.Pad or OperatorKind.Transpose
            or OperatorKind.Reshape or OperatorKind.Gather or OperatorKind.Cast => true,
        OperatorKind.Convolution or OperatorKind.DepthwiseConvolution or OperatorKind.FullyConnected or OperatorKind.MatrixMultiply
            or OperatorKind.Attention or OperatorKind.Binary or OperatorKind.MaxPool or OperatorKind.AveragePool or OperatorKind.Reduce or OperatorKind.Softmax
            or OperatorKind.LayerNormalisation or OperatorKind.BatchNormalisation or OperatorKind.LocalResponseNormalisation
            or OperatorKind.Quantise or OperatorKind.Dequantise => false,
    };

    // Two products and a softmax for each score, spread over the outputs of its head.
    private static long AttentionPerOutput(Node node)
    {
        int heads = ((AttentionAttributes)node.Attributes).Heads, own = node.Input(0).Shape[2] / heads, results = node.Output.Shape[2] / heads;
        long perScore = (Multiply * (own + results)) + Function + Divide;
        return ((node.Input(1).Shape[1] * perScore) + results - 1) / results;
    }

    private static long Taps(Window window) => (long)window.KernelHeight * window.KernelWidth;

    private static int Of(BinaryFunction function) => function switch
    {
        BinaryFunction.Add or BinaryFunction.Subtract or BinaryFunction.Multiply or BinaryFunction.Minimum or BinaryFunction.Maximum => 1,
        BinaryFunction.SquaredDifference => 2,
        BinaryFunction.Divide => Divide,
        BinaryFunction.Power => Power,
    };

    private static int Of(UnaryFunction function) => function switch
    {
        UnaryFunction.Sigmoid or UnaryFunction.Tanh or UnaryFunction.Erf or UnaryFunction.Gelu or UnaryFunction.GeluTanh or UnaryFunction.Exp
            or UnaryFunction.Log or UnaryFunction.Swish or UnaryFunction.Elu or UnaryFunction.Softplus or UnaryFunction.Sine
            or UnaryFunction.Cosine => Function,
        UnaryFunction.Sqrt or UnaryFunction.Rsqrt or UnaryFunction.Reciprocal or UnaryFunction.HardSwish or UnaryFunction.HardSigmoid => Divide,
        UnaryFunction.Negate or UnaryFunction.Absolute or UnaryFunction.Square or UnaryFunction.LeakyRelu or UnaryFunction.Floor
            or UnaryFunction.Ceiling or UnaryFunction.Round => 1,
    };
}
