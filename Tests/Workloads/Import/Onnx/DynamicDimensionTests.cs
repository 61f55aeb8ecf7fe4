using Xunit;

namespace NpuSim.Tests.Workloads.Import.Onnx;

/// <summary>Dimensions that the file leaves open.</summary>
public class DynamicDimensionTests
{
    [Theory]
    [InlineData("batch 3", new[] { 1, 3 })]
    [InlineData("? 3", new[] { 1, 3 })]
    [InlineData("0 3", new[] { 1, 3 })]
    public void The_batch_is_one(string shape, int[] expected) =>
        Assert.Equal(expected, new OnnxSketch().DynamicInput("x", shape).Node("Relu", "x", "y").Import().Outputs[0].Shape);

    [Fact]
    public void The_batch_is_one_wherever_its_name_stands() =>
        Assert.Equal([2, 1], new OnnxSketch().DynamicInput("x", "n 3").DynamicInput("s", "2 n").Node("Relu", "s", "y").Import().Outputs[0].Shape);

    [Fact]
    public void A_named_dimension_takes_the_value_given_for_it() => Assert.Equal([4, 128],
        new OnnxSketch().DynamicInput("x", "batch length").Node("Relu", "x", "y").Import(new Dictionary<string, int> { ["length"] = 128, ["batch"] = 4 }).Outputs[0].Shape);

    [Fact]
    public void A_dimension_without_a_value_is_refused_by_name()
    {
        Assert.Contains("dynamic dimension 1 'length'", new OnnxSketch().DynamicInput("x", "batch length").Node("Relu", "x", "y").Refusal(), StringComparison.Ordinal);
        Assert.Contains("dynamic dimension 1 without a name", new OnnxSketch().DynamicInput("x", "batch ?").Node("Relu", "x", "y").Refusal(), StringComparison.Ordinal);
    }
}
