using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Interpret;

/// <summary>Nodes on quantised int8 values.</summary>
internal static class QuantisedOperators
{
    /// <summary>Executes a node in integers, or, where that is not defined, through <see cref="DequantisedExecution"/>.</summary>
    public static void Execute(NodeCall call)
    {
        if (!TryExecute(call))
        {
            DequantisedExecution.Execute(call);
        }
    }

    private static bool TryExecute(NodeCall call) => call.Node.Kind switch
    {
        OperatorKind.Convolution or OperatorKind.DepthwiseConvolution or OperatorKind.FullyConnected or OperatorKind.MatrixMultiply =>
            QuantisedProducts.TryExecute(call),
        OperatorKind.Binary => BinaryOperators.TryQuantised(call),
        OperatorKind.Unary or OperatorKind.Clamp => UnaryOperators.TryQuantised(call),
        OperatorKind.MaxPool or OperatorKind.AveragePool => PoolOperators.TryQuantised(call),
        OperatorKind.Reduce => ReduceOperators.TryQuantised(call),
        OperatorKind.Softmax or OperatorKind.LayerNormalisation => NormalisationOperators.TryQuantised(call),
        OperatorKind.Attention or OperatorKind.BatchNormalisation or OperatorKind.LocalResponseNormalisation => false,
        OperatorKind.Concatenate => Move(call, MoveOperators.Concatenate),
        OperatorKind.Slice => Move(call, MoveOperators.Slice),
        OperatorKind.Pad => Move(call, MoveOperators.Pad),
        OperatorKind.Transpose => Move(call, MoveOperators.Transpose),
        OperatorKind.Reshape => Move(call, MoveOperators.Reshape),
        OperatorKind.Gather => Move(call, MoveOperators.Gather),
        OperatorKind.Resize => ResizeOperators.IsMove(((ResizeAttributes)call.Node.Attributes).Mode) && Move(call, ResizeOperators.Resize),
        OperatorKind.Requantise => Move(call, ConversionOperators.Requantise),
        OperatorKind.Cast => Move(call, ConversionOperators.Cast),
        OperatorKind.Quantise or OperatorKind.Dequantise => throw new InvalidOperationException($"a {call.Node.Kind} has a float32 side"),
    };

    private static bool Move(NodeCall call, Action<NodeCall> move)
    {
        move(call);
        return true;
    }
}
