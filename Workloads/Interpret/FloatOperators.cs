using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Interpret;

/// <summary>Nodes on float32 values, moves of any type, and conversions.</summary>
internal static class FloatOperators
{
    public static void Execute(NodeCall call)
    {
        Action<NodeCall> execute = call.Node.Kind switch
        {
            OperatorKind.Convolution => FloatProducts.Convolution,
            OperatorKind.DepthwiseConvolution => FloatProducts.Depthwise,
            OperatorKind.FullyConnected => FloatProducts.FullyConnected,
            OperatorKind.MatrixMultiply => FloatProducts.MatrixMultiply,
            OperatorKind.Attention => FloatAttention.Execute,
            OperatorKind.Binary => BinaryOperators.Float,
            OperatorKind.Unary => UnaryOperators.Float,
            OperatorKind.Clamp => UnaryOperators.Clamp,
            OperatorKind.MaxPool => PoolOperators.FloatMax,
            OperatorKind.AveragePool => PoolOperators.FloatAverage,
            OperatorKind.Reduce => ReduceOperators.Float,
            OperatorKind.Softmax => NormalisationOperators.FloatSoftmax,
            OperatorKind.LayerNormalisation => NormalisationOperators.FloatLayerNormalisation,
            OperatorKind.BatchNormalisation => NormalisationOperators.BatchNormalisation,
            OperatorKind.LocalResponseNormalisation => NormalisationOperators.LocalResponse,
            OperatorKind.Concatenate => MoveOperators.Concatenate,
            OperatorKind.Slice => MoveOperators.Slice,
            OperatorKind.Pad => MoveOperators.Pad,
            OperatorKind.Transpose => MoveOperators.Transpose,
            OperatorKind.Reshape => MoveOperators.Reshape,
            OperatorKind.Resize => ResizeOperators.Resize,
            OperatorKind.Gather => MoveOperators.Gather,
            OperatorKind.Quantise => ConversionOperators.Quantise,
            OperatorKind.Dequantise => ConversionOperators.Dequantise,
            OperatorKind.Requantise => ConversionOperators.Requantise,
            OperatorKind.Cast => ConversionOperators.Cast,
        };
        execute(call);
    }
}
