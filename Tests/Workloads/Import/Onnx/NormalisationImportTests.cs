using NpuSim.Workloads.Graphs;
using Xunit;

namespace NpuSim.Tests.Workloads.Import.Onnx;

/// <summary>Normalisations and softmax against their formulas.</summary>
public class NormalisationImportTests
{
    [Fact]
    public void Batch_normalisation_is_per_channel()
    {
        var model = new OnnxSketch().Input("x", 1, 2, 1, 2).Floats("s", [2, 3], 2).Floats("b", [1, -1], 2).Floats("m", [1, 2], 2).Floats("v", [4, 16], 2)
            .Node("BatchNormalization", "x s b m v", "y", ("epsilon", 0f));
        Numbers.AssertClose([1, 2, -2.5f, 0.5f], model.Run(("x", [1, 2, 0, 4])));
    }

    [Fact]
    public void Layer_normalisation_works_along_the_last_dimensions()
    {
        var model = new OnnxSketch(17).Input("x", 2, 2).Floats("g", [1, 2], 2).Floats("b", [0, 1], 2).Node("LayerNormalization", "x g b", "y", ("epsilon", 0f));
        Numbers.AssertClose([-1, 3, 1, -1], model.Run(("x", [1, 3, 8, 2])));
    }

    [Fact]
    public void Instance_normalisation_works_per_image_and_channel()
    {
        var model = new OnnxSketch().Input("x", 1, 2, 1, 2).Floats("s", [1, 2], 2).Floats("b", [0, 5], 2).Node("InstanceNormalization", "x s b", "y", ("epsilon", 0f));
        Numbers.AssertClose([-1, 1, 7, 3], model.Run(("x", [1, 3, 8, 2])));
    }

    [Fact]
    public void Local_response_normalisation_looks_at_neighbouring_channels()
    {
        var model = new OnnxSketch().Input("x", 1, 3, 1, 1).Node("LRN", "x", "y", ("size", 3), ("alpha", 3f), ("beta", 1f), ("bias", 1f));
        Numbers.AssertClose([1 / 6f, 2 / 15f, 3 / 14f], model.Run(("x", [1, 2, 3])));
    }

    [Theory]
    [InlineData(11, 1, 4)]
    [InlineData(11, 2, 2)]
    [InlineData(13, 2, 2)]
    [InlineData(13, 1, 2)]
    public void Softmax_counts_all_later_dimensions_as_one_until_opset_13(int opset, int axis, int among)
    {
        // Equal values have equal shares, so a share tells how many it is among.
        var model = new OnnxSketch(opset).Input("x", 1, 2, 2).Node("Softmax", "x", "y", ("axis", axis));
        Numbers.AssertClose([1f / among, 1f / among, 1f / among, 1f / among], model.Run(("x", [7, 7, 7, 7])));
    }

    [Fact]
    public void Coercing_softmax_of_single_pixels_is_along_channels()
    {
        var model = new OnnxSketch(9).Input("x", 1, 3, 1, 1).Node("Softmax", "x", "y");
        Numbers.AssertClose([0.09003057f, 0.24472848f, 0.66524094f], model.Run(("x", [1, 2, 3])));
        Assert.Equal([1, 3, 1, 1], model.Import().Outputs[0].Shape);
    }

    [Fact]
    public void Logarithmic_softmax_is_marked() => Assert.True(Assert.IsType<SoftmaxAttributes>(
        Assert.Single(new OnnxSketch().Input("x", 1, 3).Node("LogSoftmax", "x", "y").Import().Nodes).Attributes).Log);

    [Fact]
    public void Training_is_refused() => Assert.Contains("training_mode",
        new OnnxSketch(15).Input("x", 1, 1, 2, 2).Floats("p", [1], 1).Node("BatchNormalization", "x p p p p", "y", ("training_mode", 1)).Refusal(),
        StringComparison.Ordinal);
}
