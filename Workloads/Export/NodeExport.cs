using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Export;

/// <summary>Writes one node of the graph as ONNX nodes.</summary>
internal static class NodeExport
{
    public static void Write(OnnxWriter writer, Node node) => Writer(writer, node)();

    private static Action Writer(OnnxWriter writer, Node node) => node.Kind switch
    {
        OperatorKind.Convolution => () => ProductExport.Convolution(writer, node, (ConvolutionAttributes)node.Attributes),
        OperatorKind.DepthwiseConvolution => () => ProductExport.Depthwise(writer, node, (DepthwiseAttributes)node.Attributes),
        OperatorKind.FullyConnected => () => ProductExport.FullyConnected(writer, node, (FullyConnectedAttributes)node.Attributes),
        OperatorKind.MatrixMultiply => () => ProductExport.MatrixMultiply(writer, node, (MatrixMultiplyAttributes)node.Attributes),
        OperatorKind.Attention => throw new ModelException($"node {node.Name}: fused attention has no ONNX form; --precision int8 leaves it unfused"),
        OperatorKind.Binary => () => ElementwiseExport.Binary(writer, node, (BinaryAttributes)node.Attributes),
        OperatorKind.Unary => () => ElementwiseExport.Unary(writer, node, (UnaryAttributes)node.Attributes),
        OperatorKind.Clamp => () =>
            new OperatorChain(writer, node, writer.Real(node.Input(0))).Clamp(((ClampAttributes)node.Attributes).Bounds).End(),
        OperatorKind.MaxPool => () => PoolExport.MaxPool(writer, node, (MaxPoolAttributes)node.Attributes),
        OperatorKind.AveragePool => () => PoolExport.AveragePool(writer, node, (AveragePoolAttributes)node.Attributes),
        OperatorKind.Reduce => () => PoolExport.Reduce(writer, node, (ReduceAttributes)node.Attributes),
        OperatorKind.Resize => () => PoolExport.Resize(writer, node, (ResizeAttributes)node.Attributes),
        OperatorKind.Softmax => () => NormalisationExport.Softmax(writer, node, (SoftmaxAttributes)node.Attributes),
        OperatorKind.LayerNormalisation => () => NormalisationExport.Layer(writer, node, (LayerNormalisationAttributes)node.Attributes),
        OperatorKind.BatchNormalisation => () => NormalisationExport.Batch(writer, node, (BatchNormalisationAttributes)node.Attributes),
        OperatorKind.LocalResponseNormalisation => () =>
            NormalisationExport.LocalResponse(writer, node, (LocalResponseAttributes)node.Attributes),
        OperatorKind.Concatenate => () => MoveExport.Concatenate(writer, node, (ConcatenateAttributes)node.Attributes),
        OperatorKind.Slice => () => MoveExport.Slice(writer, node, (SliceAttributes)node.Attributes),
        OperatorKind.Pad => () => MoveExport.Pad(writer, node, (PadAttributes)node.Attributes),
        OperatorKind.Transpose => () => MoveExport.Transpose(writer, node, (TransposeAttributes)node.Attributes),
        OperatorKind.Reshape => () => MoveExport.Reshape(writer, node),
        OperatorKind.Gather => () => MoveExport.Gather(writer, node, (GatherAttributes)node.Attributes),
        OperatorKind.Quantise or OperatorKind.Dequantise or OperatorKind.Requantise => () => MoveExport.Convert(writer, node),
        OperatorKind.Cast => () => MoveExport.Cast(writer, node),
    };
}
