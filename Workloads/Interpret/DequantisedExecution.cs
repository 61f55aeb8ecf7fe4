using System.Runtime.InteropServices;
using NpuSim.Isa.Program;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Quantised;

namespace NpuSim.Workloads.Interpret;

/// <summary>Quantised nodes that have no integer definition: inputs are dequantised, the float32 operator is applied, outputs are
/// quantised by division
/// by the scale and rounding half to even.</summary>
internal static class DequantisedExecution
{
    public static void Execute(NodeCall call)
    {
        var node = call.Prepare(() => FloatTwin(call.Node));
        var inputs = new ReadOnlyMemory<byte>[call.Node.Inputs.Count];
        for (var input = 0; input < inputs.Length; input++)
        {
            inputs[input] = Input(call, input);
        }

        var result = new byte[node.Output.Bytes];
        FloatOperators.Execute(new NodeCall(call.Graph, node, inputs, [result], call.Prepared));
        ConversionOperators.Quantise(MemoryMarshal.Cast<byte, float>(result), call.Node.Output, call.Output());
    }

    private static Node FloatTwin(Node node) => new(
        node.Name, node.Attributes, [.. node.Inputs.Select((tensor, index) => Twin(node, tensor, index))], [.. node.Outputs.Select(Twin)]);

    private static Tensor? Twin(Node node, Tensor? tensor, int input) => tensor is null || !IsQuantised(node, input) ? tensor : Twin(tensor);

    private static Tensor Twin(Tensor tensor) => new(tensor.Name, ElementType.Float32, tensor.Shape);

    private static bool IsQuantised(Node node, int input) =>
        node.Inputs[input] is { } tensor && (QuantisedNodes.IsQuantised(tensor) || IsBias(node, input));

    private static bool IsBias(Node node, int input) => input == 2 && node.Kind switch
    {
        OperatorKind.Convolution or OperatorKind.DepthwiseConvolution or OperatorKind.FullyConnected => true,
        OperatorKind.MatrixMultiply or OperatorKind.Attention or OperatorKind.Binary or OperatorKind.Unary or OperatorKind.Clamp or OperatorKind.MaxPool
            or OperatorKind.AveragePool or OperatorKind.Reduce or OperatorKind.Softmax or OperatorKind.LayerNormalisation
            or OperatorKind.BatchNormalisation or OperatorKind.LocalResponseNormalisation or OperatorKind.Concatenate or OperatorKind.Slice
            or OperatorKind.Pad or OperatorKind.Transpose or OperatorKind.Reshape or OperatorKind.Resize or OperatorKind.Gather
            or OperatorKind.Quantise or OperatorKind.Dequantise or OperatorKind.Requantise or OperatorKind.Cast => false,
    };

    private static ReadOnlyMemory<byte> Input(NodeCall call, int input)
    {
        if (!call.Has(input))
        {
            return default;
        }

        if (!IsQuantised(call.Node, input))
        {
            return call.Input(input).ToArray();
        }

        var tensor = IsBias(call.Node, input) ? ScaledBias(call.Node) : call.Node.Input(input);
        var real = new byte[tensor.Elements * sizeof(float)];
        ConversionOperators.Dequantise(tensor, call.Input(input), MemoryMarshal.Cast<byte, float>(real.AsSpan()));
        return real;
    }

    // A bias without a quantisation of its own has the scale of the products that it is added to.
    private static Tensor ScaledBias(Node node)
    {
        var bias = node.Input(2);
        var (input, weights) = (node.Input(0).Quantisation!, node.Input(1).Quantisation!);
        return new Tensor(bias.Name, bias.Type, bias.Shape)
        {
            Quantisation = bias.Quantisation
                ?? new Quantisation([.. weights.Scales.Select(scale => input.Scale * scale)], [.. weights.Scales.Select(_ => 0)]),
        };
    }
}
