using NpuSim.Workloads.Compress;
using NpuSim.Workloads.Graphs;
using Xunit;
using DataType = NpuSim.Workloads.Import.Onnx.Proto.TensorProto.Types.DataType;

namespace NpuSim.Tests.Workloads.Import.Onnx;

/// <summary>Blocks of real networks as exporters write them, with their shape arithmetic.</summary>
public class BlockImportTests
{
    [Fact]
    public void Self_attention_with_computed_shapes_gives_what_its_formula_gives()
    {
        const int Length = 3, Heads = 2, Depth = 2, Width = Heads * Depth;
        float[] x = Numbers.Drawn(Length * Width, 1), wq = Numbers.Drawn(16, 2), wk = Numbers.Drawn(16, 3), wv = Numbers.Drawn(16, 4);
        var model = Attention().DynamicInput("x", "batch 3 4");
        foreach (var (name, values) in new[] { ("wq", wq), ("wk", wk), ("wv", wv) })
            model.Floats(name, values, Width, Width);
        var expected = new float[Length * Width];
        for (var h = 0; h < Heads; h++)
            for (var i = 0; i < Length; i++)
            {
                var scores = Enumerable.Range(0, Length).Select(j => Enumerable.Range(0, Depth)
                    .Sum(d => Projected(x, wq, i, h * Depth + d) * Projected(x, wk, j, h * Depth + d)) / 2).ToArray();
                var sum = scores.Sum(Math.Exp);
                for (var d = 0; d < Depth; d++)
                    expected[i * Width + h * Depth + d] = (float)scores.Select((score, j) => Math.Exp(score) / sum * Projected(x, wv, j, h * Depth + d)).Sum();
            }

        Numbers.AssertClose(expected, model.Run(("x", x)), 1e-4f);
        Assert.DoesNotContain(model.Import().Nodes, node => node.Kind is OperatorKind.Gather or OperatorKind.Concatenate or OperatorKind.Cast);

        static double Projected(float[] x, float[] w, int row, int column) => Enumerable.Range(0, 4).Sum(k => (double)x[row * 4 + k] * w[k * 4 + column]);
    }

    [Fact]
    public void A_causal_mask_is_applied_through_constants()
    {
        var model = new OnnxSketch().Input("x", 2, 2).Constant("tril", DataType.Bool, [1, 0, 1, 1], 2, 2).Scalar("low", float.MinValue)
            .Node("Where", "tril x low", "masked").Node("Softmax", "masked", "y", ("axis", -1));
        Numbers.AssertClose([1, 0, 0.5f, 0.5f], model.Run(("x", [3, 9, 7, 7])));
    }

    [Fact]
    public void Squeeze_and_excitation_multiplies_channels()
    {
        var model = new OnnxSketch().Input("x", 1, 2, 2, 2).Floats("w", [1, 0, 0, 1], 2, 2, 1, 1).Scalar("three", 3).Scalar("zero", 0).Scalar("six", 6)
            .Node("GlobalAveragePool", "x", "g").Node("Conv", "g w", "c").Node("Add", "c three", "a").Node("Clip", "a zero six", "k").Node("Div", "k six", "s")
            .Node("Mul", "x s", "y");
        Numbers.AssertClose([0, 2, 4, 6, -1 / 3f, -1 / 3f, -1 / 3f, -1 / 3f], model.Run(("x", [0, 2, 4, 6, -1, -1, -1, -1])));
    }

    [Fact]
    public void A_residual_block_prepares_without_transposes_between_its_operators()
    {
        var model = new OnnxSketch().Input("x", 1, 4, 8, 8).Floats("w", Numbers.Drawn(16 * 9, 1), 4, 4, 3, 3).Floats("one", [1, 1, 1, 1], 4)
            .Node("Conv", "x w", "a", ("pads", new[] { 1, 1, 1, 1 })).Node("BatchNormalization", "a one one one one", "b").Node("Relu", "b", "c")
            .Node("Conv", "c w", "d", ("pads", new[] { 1, 1, 1, 1 })).Node("Add", "d x", "e").Node("Relu", "e", "f").Node("MaxPool", "f", "g", ("kernel_shape", new[] { 2, 2 }))
            .Node("GlobalAveragePool", "g", "h").Node("Flatten", "h", "y").Import();
        var prepared = Preparation.Prepare(model, new PreparationOptions { Quantise = false }).Graph;
        Assert.Single(prepared.Nodes, node => node.Kind == OperatorKind.Transpose);
        Assert.DoesNotContain(prepared.Nodes, node => node.Kind is OperatorKind.BatchNormalisation or OperatorKind.Clamp);
    }

    [Theory]
    [InlineData(1L << 20, 1L << 12)]
    [InlineData(1L << 28, 1L << 3)]
    public void An_expansion_beyond_all_bounds_is_refused_at_once(long first, long second) => Assert.NotEmpty(
        new OnnxSketch().Input("x", 1, 1).Longs("s", first, second).Node("Expand", "x s", "y").Refusal());

    private static OnnxSketch Attention()
    {
        var model = new OnnxSketch(11).Constant("c0", DataType.Int64, BitConverter.GetBytes(0L)).Constant("c1", DataType.Int64, BitConverter.GetBytes(1L))
            .Longs("heads", 2).Longs("depth", 2).Longs("width", 4).Scalar("root", 2)
            .Node("Shape", "x", "shape").Node("Gather", "shape c0", "b").Node("Gather", "shape c1", "l")
            .Node("Unsqueeze", "b", "bu", ("axes", new[] { 0 })).Node("Unsqueeze", "l", "lu", ("axes", new[] { 0 }))
            .Node("Concat", "bu lu heads depth", "split", ("axis", 0)).Node("Concat", "bu lu width", "joined", ("axis", 0));
        foreach (var (part, permutation) in new[] { ("q", new[] { 0, 2, 1, 3 }), ("k", [0, 2, 3, 1]), ("v", [0, 2, 1, 3]) })
            model.Node("MatMul", $"x w{part}", $"{part}0").Node("Reshape", $"{part}0 split", $"{part}1").Node("Transpose", $"{part}1", part, ("perm", permutation));
        return model.Node("MatMul", "q k", "s0").Node("Div", "s0 root", "s1").Node("Softmax", "s1", "s2", ("axis", 3)).Node("MatMul", "s2 v", "o0")
            .Node("Transpose", "o0", "o1", ("perm", new[] { 0, 2, 1, 3 })).Node("Reshape", "o1 joined", "y");
    }
}
