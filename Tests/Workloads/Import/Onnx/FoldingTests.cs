using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Import.Onnx.Proto;
using Xunit;
using DataType = NpuSim.Workloads.Import.Onnx.Proto.TensorProto.Types.DataType;

namespace NpuSim.Tests.Workloads.Import.Onnx;

/// <summary>Shape arithmetic and other constants are evaluated while importing.</summary>
public class FoldingTests
{
    [Fact]
    public void A_shape_taken_apart_and_put_together_is_a_reshape()
    {
        var graph = new OnnxSketch().Input("x", 2, 3, 4)
            .Constant("zero", DataType.Int64, BitConverter.GetBytes(0L)).Longs("axis", 0).Longs("open", -1)
            .Node("Shape", "x", "shape").Node("Gather", "shape zero", "batch").Node("Unsqueeze", "batch axis", "b")
            .Node("Concat", "b open", "target", ("axis", 0)).Node("Reshape", "x target", "y").Import();
        Assert.Equal(OperatorKind.Reshape, Assert.Single(graph.Nodes).Kind);
        Assert.Equal([2, 12], graph.Outputs[0].Shape);
    }

    [Theory]
    [InlineData("Add", 7, 2, 9)]
    [InlineData("Sub", 7, 2, 5)]
    [InlineData("Mul", 7, 2, 14)]
    [InlineData("Div", -7, 2, -3)]
    [InlineData("Mod", -7, 3, 2)]
    [InlineData("Min", 7, 2, 2)]
    [InlineData("Max", 7, 2, 7)]
    public void Integers_are_computed(string name, long a, long b, long expected)
    {
        var model = new OnnxSketch().Input("x", 1).Longs("a", a).Longs("b", b).Node(name, "a b", "c").Node("Cast", "c", "f", ("to", (int)DataType.Float))
            .Node("Add", "x f", "y");
        Assert.Equal([expected], model.Run(("x", [0])));
    }

    [Theory]
    [InlineData("Equal", 1, 0)]
    [InlineData("Less", 0, 1)]
    [InlineData("LessOrEqual", 1, 1)]
    [InlineData("Greater", 0, 0)]
    [InlineData("GreaterOrEqual", 1, 0)]
    public void Comparisons_are_computed(string name, float same, float less)
    {
        var model = new OnnxSketch().Input("x", 2).Longs("a", 3, 2).Longs("b", 3).Node(name, "a b", "c").Node("Cast", "c", "f", ("to", (int)DataType.Float))
            .Node("Add", "x f", "y");
        Assert.Equal([same, less], model.Run(("x", [0, 0])));
    }

    [Fact]
    public void A_chain_of_constants_becomes_one_operand()
    {
        var three = new TensorProto { DataType = (int)DataType.Int64 };
        three.Dims.Add(1);
        three.Int64Data.Add(3);
        var model = new OnnxSketch().Input("x", 4)
            .Node("Constant", "", "start", ("value_int", 0)).Node("Constant", "", "limit", ("value_int", 6)).Node("Constant", "", "step", ("value_int", 1))
            .Longs("six", 6).Floats("minus", [-2], 1).Longs("one", 1).Longs("five", 5)
            .Node("Range", "start limit step", "r").Node("Cast", "r", "f", ("to", (int)DataType.Float))
            .Node("ConstantOfShape", "six", "k", ("value", three)).Node("Equal", "r k", "same").Node("Not", "same", "other")
            .Node("Where", "other minus f", "w").Node("Slice", "w one five", "s").Node("Expand", "s one", "e").Node("Add", "x e", "y");
        Assert.Equal([-2, -2, 3, -2], model.Run(("x", [0, 0, 0, 0])));
        Assert.Single(model.Import().Nodes);
    }

    [Theory]
    [InlineData(DataType.Float16, new byte[] { 0x00, 0x3C, 0x00, 0xC0 })]
    [InlineData(DataType.Bfloat16, new byte[] { 0x80, 0x3F, 0x00, 0xC0 })]
    [InlineData(DataType.Double, new byte[] { 0, 0, 0, 0, 0, 0, 0xF0, 0x3F, 0, 0, 0, 0, 0, 0, 0, 0xC0 })]
    [InlineData(DataType.Float, new byte[] { 0, 0, 0x80, 0x3F, 0, 0, 0, 0xC0 })]
    public void Real_types_are_read_as_float32(DataType type, byte[] data) =>
        Assert.Equal([1, -2], new OnnxSketch().Input("x", 2).Constant("c", type, data, 2).Node("Add", "x c", "y").Run(("x", [0, 0])));

    [Fact]
    public void Typed_fields_are_read_like_raw_data()
    {
        var model = new OnnxSketch().Input("x", 2).Node("Add", "x c", "y");
        var constant = new TensorProto { Name = "c", DataType = (int)DataType.Float };
        constant.Dims.Add(2);
        constant.FloatData.AddRange([3, 4]);
        model.Model.Graph.Initializer.Add(constant);
        Assert.Equal([3, 4], model.Run(("x", [0, 0])));
    }

    [Fact]
    public void Constants_of_shape_are_weights_too()
    {
        var one = new TensorProto { DataType = (int)DataType.Float };
        one.Dims.Add(1);
        one.FloatData.Add(0.5f);
        var model = new OnnxSketch(9).Input("x", 1, 2, 3, 3).Longs("s", 4, 2, 3, 3).Node("ConstantOfShape", "s", "w", ("value", one)).Node("Conv", "x w", "y");
        Assert.Equal([9, 9, 9, 9], model.Run(("x", [.. Enumerable.Repeat(1f, 18)])));
        Assert.Contains("Mul", new OnnxSketch(11).Input("x", 1, 2, 3, 3).Floats("c", [1, 2], 2).Node("Unsqueeze", "c", "d", ("axes", new[] { 1, 2 }))
            .Node("Mul", "x d", "y").Import().Nodes[0].Name, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Div", 0L)]
    [InlineData("Mod", 0L)]
    public void Division_by_zero_is_refused(string name, long divisor) => Assert.Contains("division by 0",
        new OnnxSketch().Input("x", 1).Longs("a", 1).Longs("b", divisor).Node(name, "a b", "c").Node("Reshape", "x c", "y").Refusal(), StringComparison.Ordinal);

    [Theory]
    [InlineData(46340L, 46340L)]
    [InlineData(1L << 40, 1L << 40)]
    [InlineData(-1L, 4L)]
    public void Constants_of_impossible_shapes_are_refused(long first, long second) => Assert.NotEmpty(
        new OnnxSketch().Input("x", 1).Longs("s", first, second).Node("ConstantOfShape", "s", "c").Node("Add", "x c", "y").Refusal());
}
