using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Export;

/// <summary>Writes one node of the graph as ONNX nodes.</summary>
internal static class NodeExport
{
    public static void Write(OnnxWriter writer, Node node)
    {
        switch (node.Kind)
        {
            case OperatorKind.Convolution:
                ProductExport.Convolution(writer, node, (ConvolutionAttributes)node.Attributes);
                break;
            case OperatorKind.DepthwiseConvolution:
                ProductExport.Depthwise(writer, node, (DepthwiseAttributes)node.Attributes);
                break;
            case OperatorKind.FullyConnected:
                ProductExport.FullyConnected(writer, node, (FullyConnectedAttributes)node.Attributes);
                break;
            case OperatorKind.MatrixMultiply:
                ProductExport.MatrixMultiply(writer, node, (MatrixMultiplyAttributes)node.Attributes);
                break;
            case OperatorKind.Binary:
                ElementwiseExport.Binary(writer, node, (BinaryAttributes)node.Attributes);
                break;
            case OperatorKind.Unary:
                ElementwiseExport.Unary(writer, node, (UnaryAttributes)node.Attributes);
                break;
            case OperatorKind.Clamp:
                new OperatorChain(writer, node, writer.Real(node.Input(0))).Clamp(((ClampAttributes)node.Attributes).Bounds).End();
                break;
            case OperatorKind.MaxPool:
                PoolExport.MaxPool(writer, node, (MaxPoolAttributes)node.Attributes);
                break;
            case OperatorKind.AveragePool:
                PoolExport.AveragePool(writer, node, (AveragePoolAttributes)node.Attributes);
                break;
            case OperatorKind.Reduce:
                PoolExport.Reduce(writer, node, (ReduceAttributes)node.Attributes);
                break;
            case OperatorKind.Resize:
                PoolExport.Resize(writer, node, (ResizeAttributes)node.Attributes);
                break;
            case OperatorKind.Softmax:
                NormalisationExport.Softmax(writer, node, (SoftmaxAttributes)node.Attributes);
                break;
            case OperatorKind.LayerNormalisation:
                NormalisationExport.Layer(writer, node, (LayerNormalisationAttributes)node.Attributes);
                break;
            case OperatorKind.BatchNormalisation:
                NormalisationExport.Batch(writer, node, (BatchNormalisationAttributes)node.Attributes);
                break;
            case OperatorKind.LocalResponseNormalisation:
                NormalisationExport.LocalResponse(writer, node, (LocalResponseAttributes)node.Attributes);
                break;
            case OperatorKind.Concatenate:
                MoveExport.Concatenate(writer, node, (ConcatenateAttributes)node.Attributes);
                break;
            case OperatorKind.Slice:
                MoveExport.Slice(writer, node, (SliceAttributes)node.Attributes);
                break;
            case OperatorKind.Pad:
                MoveExport.Pad(writer, node, (PadAttributes)node.Attributes);
                break;
            case OperatorKind.Transpose:
                MoveExport.Transpose(writer, node, (TransposeAttributes)node.Attributes);
                break;
            case OperatorKind.Reshape:
                MoveExport.Reshape(writer, node);
                break;
            case OperatorKind.Gather:
                MoveExport.Gather(writer, node, (GatherAttributes)node.Attributes);
                break;
            case OperatorKind.Quantise or OperatorKind.Dequantise or OperatorKind.Requantise:
                MoveExport.Convert(writer, node);
                break;
            case OperatorKind.Cast:
                MoveExport.Cast(writer, node);
                break;
        }
    }
}
