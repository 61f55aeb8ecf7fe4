using NpuSim.Isa.Program;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Import.Tflite;
using NpuSim.Workloads.Interpret;
using Xunit;

namespace NpuSim.Tests.Workloads.Import.Tflite;

public sealed class TfliteOperatorTests
{
    private static FlatFields Options(params (int Field, object Value)[] fields)
    {
        var options = new FlatFields();
        foreach (var (field, value) in fields) options.With(field, value);
        return options;
    }

    private static Graph Import(TfliteModel model) => TfliteImporter.Read(model.ToBytes(), "model.tflite");

    /// <summary>Outputs for an input of 0, 1, 2, …</summary>
    private static float[][] Run(TfliteModel model)
    {
        var graph = Import(model);
        var inputs = graph.Inputs.ToDictionary(tensor => tensor.Name, tensor =>
            Enumerable.Range(0, (int)tensor.Elements).SelectMany(i => BitConverter.GetBytes((float)i)).ToArray());
        var outputs = new Interpreter(graph).Run(inputs);
        return [.. graph.Outputs.Select(tensor =>
            Enumerable.Range(0, (int)tensor.Elements).Select(i => BitConverter.ToSingle(outputs[tensor.Name], 4 * i)).ToArray())];
    }

    [Theory]
    [InlineData(5, 3, 2, 1, 1, 1, 3)] // total (3−1)·2+3−5 = 2
    [InlineData(6, 3, 2, 1, 0, 1, 3)] // total 1: the odd pixel after
    [InlineData(7, 3, 1, 2, 2, 2, 7)] // dilated
    [InlineData(4, 1, 3, 1, 0, 0, 2)] // never negative
    public void Same_padding_becomes_numbers(int input, int kernel, int stride, int dilation, int before, int after, int output)
    {
        var graph = Import(TfliteModel.Single(3, [1, input, input, 1], [1, output, output, 2],
            model => [model.Floats("w", [2, kernel, kernel, 1], new float[2 * kernel * kernel])],
            Options((0, (sbyte)0), (1, stride), (2, stride), (3, (sbyte)3), (4, dilation), (5, dilation)), 1));

        var convolution = Assert.IsType<ConvolutionAttributes>(graph.Nodes.Single().Attributes);
        Assert.Equal(new Window(kernel, kernel, stride, stride, dilation, dilation, new Padding(before, before, after, after)),
            convolution.Window);
        Assert.Equal(ActivationBounds.Relu6, convolution.Activation);
    }

    [Fact]
    public void Grouped_convolution_is_told_from_the_weights_shape()
    {
        var graph = Import(TfliteModel.Single(3, [1, 2, 2, 6], [1, 2, 2, 4], model => [model.Floats("w", [4, 1, 1, 3], new float[12])],
            Options((0, (sbyte)1), (1, 1), (2, 1)), 1));

        Assert.Equal(2, Assert.IsType<ConvolutionAttributes>(graph.Nodes.Single().Attributes).Groups);
    }

    [Fact]
    public void Depthwise_weights_lose_their_first_dimension_and_scales_move_to_the_last()
    {
        var model = new TfliteModel();
        var x = model.Tensor("x", TfliteModel.Int8, [1, 4, 4, 2], scales: [0.5f], zeros: [3]);
        var w = model.Tensor("w", TfliteModel.Int8, [1, 3, 3, 4], new byte[36], [0.1f, 0.2f, 0.3f, 0.4f], axis: 3);
        var b = model.Tensor("b", TfliteModel.Int32, [4], new byte[16], [1, 1, 1, 1], axis: 3);
        var y = model.Tensor("y", TfliteModel.Int8, [1, 2, 2, 4], scales: [0.25f]);
        (model.Inputs, model.Outputs) = ([x], [y]);
        model.Operator(4, [x, w, b], [y], Options((0, (sbyte)1), (1, 1), (2, 1), (3, 2), (4, (sbyte)1)), 2);

        var graph = Import(model);

        var node = graph.Nodes.Single();
        Assert.Equal(Arithmetic.TfliteReference, graph.Arithmetic);
        Assert.Equal((2, ActivationBounds.Relu),
            (((DepthwiseAttributes)node.Attributes).Multiplier, ((DepthwiseAttributes)node.Attributes).Activation));
        Assert.Equal([3, 3, 4], node.Input(1).Shape);
        Assert.Equal(2, node.Input(1).Quantisation!.Axis);
        Assert.Equal([0.5f * 0.1f, 0.5f * 0.2f, 0.5f * 0.3f, 0.5f * 0.4f], node.Input(2).Quantisation!.Scales);
        Assert.Equal("w", node.Input(1).Name);
    }

    [Fact]
    public void Unsigned_model_becomes_signed_with_unsigned_borders()
    {
        var model = new TfliteModel();
        var x = model.Tensor("x", TfliteModel.UInt8, [1, 2], scales: [0.5f], zeros: [128]);
        var w = model.Tensor("w", TfliteModel.UInt8, [1, 2], [200, 28], [0.25f], [100]);
        var y = model.Tensor("y", TfliteModel.UInt8, [1, 1], scales: [1], zeros: [10]);
        (model.Inputs, model.Outputs) = ([x], [y]);
        model.Operator(9, [x, w], [y], Options((0, (sbyte)0)), 8);

        var graph = Import(model);
        var outputs = new Interpreter(graph).Run(new Dictionary<string, byte[]> { ["x"] = [132, 124] });

        Assert.Equal([OperatorKind.Requantise, OperatorKind.FullyConnected, OperatorKind.Requantise],
            graph.Nodes.Select(node => node.Kind));
        Assert.Equal((ElementType.UInt8, ElementType.UInt8), (graph.Inputs[0].Type, graph.Outputs[0].Type));
        Assert.Equal(-28, graph.Nodes[1].Input(1).Quantisation!.Zero);
        // 2·25 + (−2)·(−18) = 86 real, zero point 10.
        Assert.Equal([96], outputs["y"]);
    }

    [Fact]
    public void Weights_of_a_float_model_may_be_int8_int4_or_float16()
    {
        var half = BitConverter.GetBytes((Half)1.5).Concat(BitConverter.GetBytes((Half)(-2))).ToArray();
        var forms = new (sbyte Type, byte[] Data, float[]? Scales)[]
        {
            (TfliteModel.Int8, [3, 0xFC], [0.5f]), (TfliteModel.Int4, [0xC3], [0.5f]), (TfliteModel.Float16, half, null),
        };
        foreach (var (type, data, scales) in forms)
        {
            var model = TfliteModel.Single(9, [1, 2], [1, 1], owner => [owner.Tensor("w", type, [1, 2], data, scales)]);

            Assert.Equal([[-2f]], Run(model)); // 0·1.5 + 1·(−2)
        }
    }

    [Fact]
    public void Fully_connected_flattens_leading_dimensions_and_takes_weights_computed_at_run_time()
    {
        var model = new TfliteModel();
        var x = model.Tensor("x", TfliteModel.Float32, [1, 2, 2]);
        var w = model.Tensor("w", TfliteModel.Float32, [3, 2]);
        var y = model.Tensor("y", TfliteModel.Float32, [2, 3]);
        var b = model.Floats("b", [3], 10, 20, -100);
        (model.Inputs, model.Outputs) = ([x, w], [y]);
        model.Operator(9, [x, w, b], [y], Options((0, (sbyte)1)), 8);

        // Rows (0 1) and (2 3) against (0 1), (2 3), (4 5), bias, ReLU.
        Assert.Equal([[11f, 23f, 0f, 13f, 33f, 0f]], Run(model));
    }

    [Fact]
    public void Fused_tanh_is_a_node_of_its_own()
    {
        var graph = Import(TfliteModel.Single(0, [2], [2], model => [model.Floats("b", [1], 1)], Options((0, (sbyte)4)), 11));

        Assert.Equal([OperatorKind.Binary, OperatorKind.Unary], graph.Nodes.Select(node => node.Kind));
        Assert.Equal("y", graph.Nodes[1].Name);
    }

    [Fact]
    public void Strided_slice_honours_masks_negative_indices_and_shrinking()
    {
        var shrunk = TfliteModel.Single(45, [3, 4], [2], m =>
            [m.Constant("b", -1, 1), m.Constant("e", 0, 9), m.Constant("s", 1, 2)], Options((4, 1)), 32);
        var masked = TfliteModel.Single(45, [3, 4], [3, 2], m =>
            [m.Constant("b", 2, 1), m.Constant("e", 0, 3), m.Constant("s", 1, 1)], Options((0, 1), (1, 1)), 32);
        var backward = TfliteModel.Single(45, [5], [3], m =>
            [m.Constant("b", 0), m.Constant("e", 0), m.Constant("s", -2)], Options((0, 1), (1, 1)), 32);
        var partial = TfliteModel.Single(45, [5], [2], m => [m.Constant("b", 3), m.Constant("e", 1), m.Constant("s", -1)], Options(), 32);

        Assert.Equal([[9f, 11f]], Run(shrunk));
        Assert.Equal([[1f, 2f, 5f, 6f, 9f, 10f]], Run(masked));
        Assert.Equal([[4f, 2f, 0f]], Run(backward));
        Assert.Equal([[3f, 2f]], Run(partial));
    }

    [Fact]
    public void Splits_and_unpacking_give_every_output()
    {
        var split = new TfliteModel();
        int axis = split.Constant("axis", -1), x = split.Tensor("x", TfliteModel.Float32, [2, 4]);
        int a = split.Tensor("a", TfliteModel.Float32, [2, 2]), b = split.Tensor("b", TfliteModel.Float32, [2, 2]);
        (split.Inputs, split.Outputs) = ([x], [a, b]);
        split.Operator(49, [axis, x], [a, b]);
        var unpack = new TfliteModel();
        int u = unpack.Tensor("x", TfliteModel.Float32, [2, 2]), c = unpack.Tensor("c", TfliteModel.Float32, [2]),
            d = unpack.Tensor("d", TfliteModel.Float32, [2]);
        (unpack.Inputs, unpack.Outputs) = ([u], [c, d]);
        unpack.Operator(88, [u], [c, d], Options((0, 2), (1, 1)), 64);

        Assert.Equal([[0f, 1f, 4f, 5f], [2f, 3f, 6f, 7f]], Run(split));
        Assert.Equal([[0f, 2f], [1f, 3f]], Run(unpack));
    }

    [Fact]
    public void Packing_repetition_and_blocks_move_elements_where_tensorflow_does()
    {
        var pack = TfliteModel.Single(83, [2], [2, 2], m => [m.Floats("c", [2], 8, 9)], Options((0, 2), (1, 1)), 59);
        var tile = TfliteModel.Single(69, [1, 2], [2, 4], m => [m.Constant("n", 2, 2)]);
        var broadcast = TfliteModel.Single(130, [2], [2, 2], m => [m.Constant("shape", 2, 2)]);
        var toDepth = TfliteModel.Single(26, [1, 2, 4, 1], [1, 1, 2, 4], null, Options((0, 2)), 19);
        var toSpace = TfliteModel.Single(5, [1, 1, 2, 4], [1, 2, 4, 1], null, Options((0, 2)), 94);
        var symmetric = TfliteModel.Single(100, [3], [7], m =>
            [m.Tensor("p", TfliteModel.Int32, [1, 2], [2, 0, 0, 0, 2, 0, 0, 0])], Options((0, (sbyte)1)), 77);
        var reflect = TfliteModel.Single(100, [3], [7], m =>
            [m.Tensor("p", TfliteModel.Int32, [1, 2], [2, 0, 0, 0, 2, 0, 0, 0])], Options((0, (sbyte)0)), 77);
        var padded = TfliteModel.Single(60, [2], [4], m =>
            [m.Tensor("p", TfliteModel.Int32, [1, 2], [1, 0, 0, 0, 1, 0, 0, 0]), m.Floats("v", [], 7)]);

        Assert.Equal([[0f, 8f, 1f, 9f]], Run(pack));
        Assert.Equal([[0f, 1f, 0f, 1f, 0f, 1f, 0f, 1f]], Run(tile));
        Assert.Equal([[0f, 1f, 0f, 1f]], Run(broadcast));
        Assert.Equal([[0f, 1f, 4f, 5f, 2f, 3f, 6f, 7f]], Run(toDepth));
        Assert.Equal([[0f, 1f, 4f, 5f, 2f, 3f, 6f, 7f]], Run(toSpace));
        Assert.Equal([[1f, 0f, 0f, 1f, 2f, 2f, 1f]], Run(symmetric));
        Assert.Equal([[2f, 1f, 0f, 1f, 2f, 1f, 0f]], Run(reflect));
        Assert.Equal([[7f, 0f, 1f, 7f]], Run(padded));
    }

    [Fact]
    public void Chain_from_shape_to_reshape_leaves_one_node()
    {
        var model = new TfliteModel();
        int x = model.Tensor("x", TfliteModel.Float32, [1, 2, 3]), shape = model.Tensor("shape", TfliteModel.Int32, [3]);
        int batch = model.Tensor("batch", TfliteModel.Int32, []), packed = model.Tensor("packed", TfliteModel.Int32, [2]);
        int six = model.Tensor("six", TfliteModel.Int32, [], BitConverter.GetBytes(6)), y = model.Tensor("y", TfliteModel.Float32, [1, 6]);
        (model.Inputs, model.Outputs) = ([x], [y]);
        model.Operator(77, [x], [shape]);
        model.Operator(45, [shape, model.Constant("b", 0), model.Constant("e", 1), model.Constant("s", 1)], [batch], Options((4, 1)), 32);
        model.Operator(83, [batch, six], [packed], Options((0, 2)), 59);
        model.Operator(22, [x, packed], [y]);

        Assert.Equal([OperatorKind.Reshape], Import(model).Nodes.Select(node => node.Kind));
        Assert.Equal([[0f, 1f, 2f, 3f, 4f, 5f]], Run(model));
    }

    [Fact]
    public void Folded_integers_steer_the_operators_that_use_them()
    {
        var model = new TfliteModel();
        int x = model.Tensor("x", TfliteModel.Float32, [2, 3]), shape = model.Tensor("shape", TfliteModel.Int32, [2]);
        int tiles = model.Tensor("tiles", TfliteModel.Int32, [2]), y = model.Tensor("y", TfliteModel.Float32, [2, 6]);
        (model.Inputs, model.Outputs) = ([x], [y]);
        model.Operator(77, [x], [shape]);
        model.Operator(41, [shape, model.Constant("one", 1)], [tiles], Options(), 28);
        model.Operator(69, [x, tiles], [y]);

        Assert.Equal([[0f, 1f, 2f, 0f, 1f, 2f, 3f, 4f, 5f, 3f, 4f, 5f]], Run(model));
    }

    [Theory]
    [InlineData("model/dense_1/MatMul;model/dense_1/BiasAdd", "dense_1")]
    [InlineData("functional_1/a/depthwise;functional_1/a/BiasAdd;functional_1/b/Conv2D;functional_1/a/BiasAdd/ReadVariableOp", "a")]
    [InlineData("StatefulPartitionedCall:0", "relu")]
    [InlineData("Identity_int8", "relu")]
    [InlineData("a/b/Relu;a/b/BiasAdd/ReadVariableOp/resource;a/b/Conv2D1", "a/b/Conv2D1")]
    [InlineData("", "relu")]
    [InlineData("x y,z", "x_y_z")]
    public void Node_is_named_after_its_output(string tensor, string expected)
    {
        var model = new TfliteModel();
        int x = model.Tensor("in", TfliteModel.Float32, [2]), y = model.Tensor(tensor, TfliteModel.Float32, [2]);
        (model.Inputs, model.Outputs) = ([x], [y]);

        Assert.Equal(expected, Import(model.Operator(19, [x], [y])).Nodes.Single().Name);
    }

    [Fact]
    public void Unknown_batch_is_one()
    {
        var model = TfliteModel.Single(19, [-1, 3], [-1, 3]);

        Assert.Equal([1, 3], Import(model).Inputs[0].Shape);
    }
}
