using NpuSim.Workloads.Graphs;
using Xunit;

namespace NpuSim.Tests.Workloads.Import.Onnx;

/// <summary>Operators that move elements.</summary>
public class MovementImportTests
{
    private static readonly float[] Six = [1, 2, 3, 4, 5, 6];

    [Fact]
    public void Transpose_reverses_where_it_is_not_told() =>
        Assert.Equal([1, 4, 2, 5, 3, 6], new OnnxSketch().Input("x", 2, 3).Node("Transpose", "x", "y").Run(("x", Six)));

    [Theory]
    [InlineData(new long[] { 3, -1 }, new[] { 3, 2 })]
    [InlineData(new long[] { 0, 3, 1 }, new[] { 2, 3, 1 })]
    [InlineData(new long[] { -1 }, new[] { 6 })]
    public void Reshape_fills_in_what_is_left_open(long[] wanted, int[] shape)
    {
        var model = new OnnxSketch().Input("x", 2, 3).Longs("s", wanted).Node("Reshape", "x s", "y");
        Assert.Equal(Six, model.Run(("x", Six)));
        Assert.Equal(shape, model.Import().Outputs[0].Shape);
    }

    [Theory]
    [InlineData(0L, 4L)]
    [InlineData(-1L, -1L)]
    [InlineData(-2L, 3L)]
    [InlineData(5L, 1L)]
    public void Reshapes_that_do_not_fit_are_refused(long first, long second) => Assert.Contains("target shape",
        new OnnxSketch().Input("x", 2, 3).Longs("s", first, second).Node("Reshape", "x s", "y").Refusal(), StringComparison.Ordinal);

    [Fact]
    public void Dimensions_of_one_come_and_go()
    {
        Assert.Equal([2, 3], new OnnxSketch(11).Input("x", 2, 1, 3).Node("Squeeze", "x", "y", ("axes", new[] { -2 })).Import().Outputs[0].Shape);
        Assert.Equal([2, 3], new OnnxSketch(13).Input("x", 2, 1, 3).Node("Squeeze", "x", "y").Import().Outputs[0].Shape);
        Assert.Equal([1, 2, 3, 1], new OnnxSketch(13).Input("x", 2, 3).Longs("a", 0, -1).Node("Unsqueeze", "x a", "y").Import().Outputs[0].Shape);
        Assert.Equal([2, 12], new OnnxSketch(13).Input("x", 2, 3, 4).Node("Flatten", "x", "y").Import().Outputs[0].Shape);
        Assert.Contains("extent 2 in dimension 0",
            new OnnxSketch(13).Input("x", 2, 1, 3).Longs("a", 0).Node("Squeeze", "x a", "y").Refusal(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0L, 2L, 1L, new float[] { 1, 2, 4, 5 })]
    [InlineData(-1L, -100L, -1L, new float[] { 3, 2, 1, 6, 5, 4 })]
    [InlineData(-1L, long.MinValue, -2L, new float[] { 3, 1, 6, 4 })]
    [InlineData(1L, long.MaxValue, 1L, new float[] { 2, 3, 5, 6 })]
    [InlineData(0L, 3L, long.MaxValue, new float[] { 1, 4 })]
    public void Slices_are_clamped_and_may_run_backwards(long start, long end, long step, float[] expected) => Assert.Equal(expected,
        new OnnxSketch().Input("x", 2, 3).Longs("s", start).Longs("e", end).Longs("a", 1).Longs("t", step).Node("Slice", "x s e a t", "y").Run(("x", Six)));

    [Fact]
    public void Slices_of_older_opsets_have_attributes() => Assert.Equal([2, 5],
        new OnnxSketch(9).Input("x", 2, 3).Node("Slice", "x", "y", ("starts", new[] { 1 }), ("ends", new[] { -1 }), ("axes", new[] { 1 })).Run(("x", Six)));

    [Fact]
    public void A_split_is_several_slices()
    {
        var graph = new OnnxSketch().Input("x", 2, 3).Longs("s", 1, 2).Node("Split", "x s", "a b", ("axis", 1)).Import();
        Assert.Equal([[2, 1], [2, 2]], graph.Outputs.Select(output => output.Shape.ToArray()));
        Assert.All(graph.Nodes, node => Assert.Equal(OperatorKind.Slice, node.Kind));
        var uneven = new OnnxSketch(18).Input("x", 2, 3).Node("Split", "x", "a b", ("axis", 1), ("num_outputs", 2)).Import();
        Assert.Equal([[2, 2], [2, 1]], uneven.Outputs.Select(output => output.Shape.ToArray()));
        Assert.Contains("parts", new OnnxSketch().Input("x", 2, 3).Longs("s", 1, 3).Node("Split", "x s", "a b", ("axis", 1)).Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void Gathering_one_index_is_a_slice_and_an_embedding_is_not()
    {
        var one = new OnnxSketch().Input("x", 2, 3).Constant("i", NpuSim.Workloads.Import.Onnx.Proto.TensorProto.Types.DataType.Int64, BitConverter.GetBytes(-1L))
            .Node("Gather", "x i", "y", ("axis", 1));
        Assert.Equal([3, 6], one.Run(("x", Six)));
        Assert.Equal([OperatorKind.Slice, OperatorKind.Reshape], one.Import().Nodes.Select(node => node.Kind));
        var embedding = new OnnxSketch().Input("i", NpuSim.Workloads.Import.Onnx.Proto.TensorProto.Types.DataType.Int64, 2).Floats("t", Six, 3, 2)
            .Node("Gather", "t i", "y");
        var bytes = embedding.RunBytes(("i", [2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]));
        Assert.Equal([5f, 6, 1, 2], Enumerable.Range(0, 4).Select(i => BitConverter.ToSingle(bytes, 4 * i)));
        Assert.Contains("index 3", new OnnxSketch().Input("x", 2, 3).Longs("i", 0, 3).Node("Gather", "x i", "y", ("axis", 1)).Refusal(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("constant", new float[] { 9, 9, 1, 2, 3, 9 })]
    [InlineData("reflect", new float[] { 3, 2, 1, 2, 3, 2 })]
    [InlineData("edge", new float[] { 1, 1, 1, 2, 3, 3 })]
    public void Padding_fills_as_its_mode_says(string mode, float[] expected)
    {
        Assert.Equal(expected, new OnnxSketch(7).Input("x", 3).Node("Pad", "x", "y", ("mode", mode), ("pads", new[] { 2, 1 }), ("value", 9f)).Run(("x", [1, 2, 3])));
        Assert.Equal(expected, new OnnxSketch().Input("x", 3).Longs("p", 2, 1).Scalar("v", 9).Node("Pad", "x p v", "y", ("mode", mode)).Run(("x", [1, 2, 3])));
    }

    [Fact]
    public void Concatenation_expansion_and_tiling_repeat_what_they_are_given()
    {
        Assert.Equal([1, 2, 7, 3, 4, 8], new OnnxSketch().Input("x", 2, 2).Floats("c", [7, 8], 2, 1).Node("Concat", "x c", "y", ("axis", -1)).Run(("x", [1, 2, 3, 4])));
        Assert.Equal([1, 1, 2, 2], new OnnxSketch().Input("x", 2, 1).Longs("s", 2, 2).Node("Expand", "x s", "y").Run(("x", [1, 2])));
        Assert.Equal([1, 2, 1, 2, 1, 2, 1, 2], new OnnxSketch().Input("x", 1, 2).Longs("s", 2, 2).Node("Tile", "x s", "y").Run(("x", [1, 2])));
    }

    [Theory]
    [InlineData("nearest", "asymmetric", "floor", new float[] { 1, 1, 2, 2 }, ResizeMode.NearestFloor)]
    [InlineData("nearest", "half_pixel", "round_prefer_floor", new float[] { 1, 1, 2, 2 }, ResizeMode.NearestFloor)]
    [InlineData("linear", "half_pixel", "floor", new float[] { 1, 1.25f, 1.75f, 2 }, ResizeMode.BilinearHalfPixel)]
    [InlineData("linear", "align_corners", "floor", new float[] { 1, 4 / 3f, 5 / 3f, 2 }, ResizeMode.BilinearAlignCorners)]
    [InlineData("linear", "asymmetric", "floor", new float[] { 1, 1.5f, 2, 2 }, ResizeMode.BilinearAsymmetric)]
    public void Resizing_samples_as_its_attributes_say(string mode, string coordinates, string rounding, float[] expected, ResizeMode graphMode)
    {
        (string, object)[] attributes = [("mode", mode), ("coordinate_transformation_mode", coordinates), ("nearest_mode", rounding)];
        var scaled = new OnnxSketch().Input("x", 1, 1, 1, 2).Floats("s", [1, 1, 1, 2], 4).Node("Resize", "x - s", "y", attributes);
        Numbers.AssertClose(expected, scaled.Run(("x", [1, 2])));
        Assert.Contains(scaled.Import().Nodes, node => node.Attributes is ResizeAttributes resize && resize.Mode == graphMode);
        var sized = new OnnxSketch().Input("x", 1, 1, 1, 2).Longs("s", 1, 1, 1, 4).Node("Resize", "x - - s", "y", attributes);
        Numbers.AssertClose(expected, sized.Run(("x", [1, 2])));
    }

    [Fact]
    public void Nearest_sampling_that_the_graph_has_no_mode_for_is_refused() => Assert.Contains("nearest sampling",
        new OnnxSketch().Input("x", 1, 1, 1, 3).Longs("s", 1, 1, 1, 7).Node("Resize", "x - - s", "y", ("coordinate_transformation_mode", "asymmetric"),
            ("nearest_mode", "ceil")).Refusal(), StringComparison.Ordinal);

    [Fact]
    public void Upsampling_of_older_opsets_repeats_pixels() =>
        Assert.Equal([1, 1, 2, 2], new OnnxSketch(7).Input("x", 1, 1, 1, 2).Node("Upsample", "x", "y", ("scales", new float[] { 1, 1, 1, 2 })).Run(("x", [1, 2])));
}
