using NpuSim.Isa.Program;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Quantised;

namespace NpuSim.Workloads.Compile.Lowering;

/// <summary>Which lowering a node takes. What none takes goes to the host with the reason.</summary>
internal static class NodeLowering
{
    /// <summary>True for a node that only gives its input another shape, so that both can share memory.</summary>
    public static bool IsAlias(Node node) => node.Kind == OperatorKind.Reshape && !node.Input(0).IsConstant && node.Input(0).Type == node.Output.Type;

    public static LayerPlan Lower(LoweringContext context, Node node) => node.Kind switch
    {
        OperatorKind.Convolution or OperatorKind.DepthwiseConvolution => ConvolutionLowering.Lower(context, node),
        OperatorKind.FullyConnected => ConvolutionLowering.Lower(context, node),
        OperatorKind.MatrixMultiply => MatrixLowering.Lower(context, node),
        OperatorKind.Attention => AttentionLowering.Lower(context, node),
        OperatorKind.Binary => ElementwiseLowering.Lower(context, node),
        OperatorKind.Unary or OperatorKind.Clamp when FloatNodes.Run(context, node) => FunctionLowering.Lower(context, node),
        OperatorKind.Unary or OperatorKind.Clamp or OperatorKind.Requantise => LookupLowering.Lower(context, node),
        OperatorKind.MaxPool or OperatorKind.AveragePool => PoolLowering.Lower(context, node),
        OperatorKind.Reduce when FloatNodes.Run(context, node) => FloatReduceLowering.Lower(context, node),
        OperatorKind.Reduce => ReduceLowering.Lower(context, node),
        OperatorKind.Softmax => SoftmaxLowering.Lower(context, node),
        OperatorKind.LayerNormalisation => LayerNormalisationLowering.Lower(context, node),
        OperatorKind.Quantise => ConversionLowering.Quantise(context, node),
        OperatorKind.Dequantise => ConversionLowering.Dequantise(context, node),
        OperatorKind.Concatenate => MovementLowering.Concatenate(context, node),
        OperatorKind.Slice => MovementLowering.Slice(context, node),
        OperatorKind.Pad => MovementLowering.Pad(context, node),
        OperatorKind.Transpose => TransposeLowering.Lower(context, node),
        OperatorKind.Reshape => MovementLowering.Copy(context, node),
        OperatorKind.Resize => ResizeLowering.Lower(context, node),
        OperatorKind.BatchNormalisation or OperatorKind.LocalResponseNormalisation or OperatorKind.Gather or OperatorKind.Cast =>
            new HostPlan($"the NPU has no instruction for {node.Kind}"),
    };
}
