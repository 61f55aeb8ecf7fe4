using System.Runtime.InteropServices;
using NpuSim.Isa.Program;
using NpuSim.Workloads.Graphs;
using Xunit;
using DataType = NpuSim.Workloads.Import.Onnx.Proto.TensorProto.Types.DataType;

namespace NpuSim.Tests.Workloads.Import.Onnx;

/// <summary>QDQ and QOperator models.</summary>
public class QuantisedImportTests
{
    [Fact]
    public void Dequantised_weights_are_laid_out_and_keep_their_scales()
    {
        var graph = new OnnxSketch().Input("x", 1, 2, 3, 3).Signed("w", [.. Enumerable.Range(0, 3 * 2 * 4).Select(i => (sbyte)i)], 3, 2, 2, 2)
            .Floats("s", [1, 2, 3], 3).Signed("z", new sbyte[3], 3).Node("DequantizeLinear", "w s z", "r", ("axis", 0)).Node("Conv", "x r", "y").Import();
        var convolution = Assert.Single(graph.Nodes, node => node.Kind == OperatorKind.Convolution);
        var dequantise = Assert.Single(graph.Nodes, node => node.Kind == OperatorKind.Dequantise);
        Assert.Same(dequantise.Output, convolution.Input(1));
        Assert.Equal([3, 2, 2, 2], dequantise.Input(0).Shape);
        Assert.Equal(0, dequantise.Input(0).Quantisation!.Axis);
        Assert.Equal([1f, 2, 3], dequantise.Input(0).Quantisation!.Scales);
        Assert.Equal(4, (sbyte)dequantise.Input(0).Data![1]);
    }

    [Fact]
    public void Depthwise_scales_move_to_the_last_dimension()
    {
        var graph = new OnnxSketch().Input("x", 1, 3, 3, 3).Signed("w", new sbyte[12], 3, 1, 2, 2).Floats("s", [1, 2, 3], 3).Signed("z", new sbyte[3], 3)
            .Node("DequantizeLinear", "w s z", "r", ("axis", 0)).Node("Conv", "x r", "y", ("group", 3)).Import();
        var weights = Assert.Single(graph.Nodes, node => node.Kind == OperatorKind.Dequantise).Input(0);
        Assert.Equal([2, 2, 3], weights.Shape);
        Assert.Equal(2, weights.Quantisation!.Axis);
    }

    [Fact]
    public void Columns_scales_become_row_scales_of_fully_connected_weights()
    {
        var graph = new OnnxSketch().Input("x", 1, 2).Signed("w", [1, 2, 3, 4, 5, 6], 2, 3).Floats("s", [1, 2, 3], 3).Signed("z", new sbyte[3], 3)
            .Node("DequantizeLinear", "w s z", "r", ("axis", 1)).Node("MatMul", "x r", "y").Import();
        var weights = Assert.Single(graph.Nodes, node => node.Kind == OperatorKind.Dequantise).Input(0);
        Assert.Equal([3, 2], weights.Shape);
        Assert.Equal(0, weights.Quantisation!.Axis);
        Assert.Equal([1, 4, 2, 5, 3, 6], weights.Data!);
    }

    [Fact]
    public void Unsigned_tensors_become_signed_between_borders_that_stay_unsigned()
    {
        var model = new OnnxSketch().Input("x", DataType.Uint8, 4).Scalar("s", 0.5f).Unsigned("z", [100]).Scalar("t", 0.25f)
            .Node("DequantizeLinear", "x s z", "r").Node("Relu", "r", "p").Node("QuantizeLinear", "p t z", "y");
        var graph = model.Import();
        Assert.Equal(ElementType.UInt8, graph.Inputs[0].Type);
        Assert.Equal((0.5f, 100), (graph.Inputs[0].Quantisation!.Scale, graph.Inputs[0].Quantisation!.Zero));
        Assert.Equal(
            [OperatorKind.Requantise, OperatorKind.Dequantise, OperatorKind.Clamp, OperatorKind.Quantise, OperatorKind.Requantise],
            graph.Nodes.Select(node => node.Kind));
        Assert.Equal((ElementType.Int8, -28), (graph.Nodes[0].Output.Type, graph.Nodes[0].Output.Quantisation!.Zero));
        Assert.Equal(("y", ElementType.UInt8, 100), (graph.Outputs[0].Name, graph.Outputs[0].Type, graph.Outputs[0].Quantisation!.Zero));
        Assert.Equal([100, 100, 104, 255], model.RunBytes(("x", [0, 100, 102, 255])));
    }

    [Fact]
    public void A_missing_zero_point_is_an_unsigned_zero()
    {
        var graph = new OnnxSketch().Input("x", 4).Scalar("s", 0.5f).Node("QuantizeLinear", "x s", "q").Node("DequantizeLinear", "q s", "y").Import();
        Assert.Equal(-128, graph.Nodes[0].Output.Quantisation!.Zero);
    }

    [Fact]
    public void Quantised_constants_are_folded_with_ties_to_even()
    {
        var model = new OnnxSketch().Input("x", 1, 1, 1, 5).Floats("w", [0.5f, 1.5f, -2.5f, 1000, -1000], 5, 1, 1, 1).Scalar("s", 1).Signed("z", [0])
            .Node("QuantizeLinear", "w s z", "q").Node("DequantizeLinear", "q s z", "r").Node("Conv", "x r", "y");
        var weights = Assert.Single(model.Import().Nodes, node => node.Kind == OperatorKind.Dequantise).Input(0);
        Assert.Equal([0, 2, -2, 127, -128], MemoryMarshal.Cast<byte, sbyte>(weights.Data).ToArray());
    }

    [Fact]
    public void A_quantisation_reaches_the_input_that_a_tensor_was_moved_from()
    {
        var graph = new OnnxSketch().Input("x", DataType.Int8, 2, 2).Scalar("s", 0.5f).Signed("z", [3])
            .Node("Transpose", "x", "t").Node("DequantizeLinear", "t s z", "y").Import();
        Assert.Equal((0.5f, 3), (graph.Inputs[0].Quantisation!.Scale, graph.Inputs[0].Quantisation!.Zero));
    }

    [Fact]
    public void A_tensor_dequantised_with_another_scale_is_refused() => Assert.Contains("those it was made with",
        new OnnxSketch().Input("x", 4).Scalar("s", 0.5f).Scalar("t", 0.25f).Signed("z", [0])
            .Node("QuantizeLinear", "x s z", "q").Node("DequantizeLinear", "q t z", "y").Refusal(), StringComparison.Ordinal);

    [Fact]
    public void A_quantised_convolution_is_one_node()
    {
        var model = new OnnxSketch().Input("x", DataType.Int8, 1, 1, 1, 2).Scalar("s", 0.5f).Signed("z", [1]).Signed("w", [2, -3], 2, 1, 1, 1)
            .Floats("ws", [0.5f, 0.25f], 2).Signed("wz", new sbyte[2], 2).Scalar("t", 1).Signed("u", [-1]).Constant("b", DataType.Int32, [4, 0, 0, 0, 8, 0, 0, 0], 2)
            .Node("QLinearConv", "x s z w ws wz t u b", "y");
        var node = Assert.Single(model.Import().Nodes, node => node.Kind == OperatorKind.Convolution);
        Assert.Equal([0.25f, 0.125f], node.Input(2).Quantisation!.Scales);
        // (5−1)·2 + 4 = 12 quarters, (−3−1)·2 + 4 = −4 quarters; 4·(−3) + 8 = −4 eighths, (−4)·(−3) + 8 = 20 eighths.
        Assert.Equal([2, -2, -1, 1], MemoryMarshal.Cast<byte, sbyte>(model.RunBytes(("x", [5, 253]))).ToArray());
    }

    [Theory]
    [InlineData("ms.QLinearAdd", new sbyte[] { 10, 2 })]
    [InlineData("ms.QLinearMul", new sbyte[] { 24, 0 })]
    public void Quantised_element_wise_operators_take_three_scales(string name, sbyte[] expected)
    {
        var model = new OnnxSketch().Input("a", DataType.Int8, 2).Scalar("s", 1).Signed("z", [0]).Signed("b", [8, 0], 2).Scalar("t", 0.5f)
            .Node(name, "a s z b t z s z", "y");
        Assert.Equal(expected, MemoryMarshal.Cast<byte, sbyte>(model.RunBytes(("a", [6, 2]))).ToArray());
    }

    [Fact]
    public void Quantised_concatenation_brings_operands_to_one_scale()
    {
        var model = new OnnxSketch().Input("a", DataType.Int8, 2).Input("b", DataType.Int8, 1).Scalar("s", 1).Scalar("t", 0.5f).Signed("z", [0])
            .Node("ms.QLinearConcat", "s z a s z b t z", "y", ("axis", 0));
        Assert.Equal([1, 2, 4], model.RunBytes(("a", [1, 2]), ("b", [8])));
    }

    [Fact]
    public void Quantised_matrix_products_have_row_major_weights()
    {
        var model = new OnnxSketch().Input("a", DataType.Int8, 1, 2).Signed("b", [1, 2, 3, 4], 2, 2).Scalar("s", 1).Signed("z", [0])
            .Node("QLinearMatMul", "a s z b s z s z", "y");
        Assert.Equal([7, 10], model.RunBytes(("a", [1, 2])));
        Assert.Equal(OperatorKind.FullyConnected, Assert.Single(model.Import().Nodes).Kind);
    }

    [Theory]
    [InlineData("ConvInteger")]
    [InlineData("MatMulInteger")]
    [InlineData("DynamicQuantizeLinear")]
    public void Dynamic_quantisation_is_refused_with_what_to_do(string name) => Assert.Contains("static quantisation",
        new OnnxSketch().Input("x", 1, 1, 2, 2).Node(name, "x x", "y").Refusal(), StringComparison.Ordinal);

    [Theory]
    [InlineData(0f)]
    [InlineData(-1f)]
    [InlineData(float.NaN)]
    public void Scales_must_be_positive(float scale) => Assert.Contains("scale",
        new OnnxSketch().Input("x", 4).Scalar("s", scale).Signed("z", [0]).Node("QuantizeLinear", "x s z", "y").Refusal(), StringComparison.Ordinal);
}
