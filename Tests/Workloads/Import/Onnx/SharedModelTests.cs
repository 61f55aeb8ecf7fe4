using NpuSim.Isa.Program;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Import;
using NpuSim.Workloads.Import.Onnx;
using Xunit;

namespace NpuSim.Tests.Workloads.Import.Onnx;

/// <summary>Real models.</summary>
public class SharedModelTests
{
    [SharedTheory]
    [InlineData("ad01_int8_kaijiang", 1, 640)]
    [InlineData("ic_resnet8_fp32_kaijiang", 1, 10)]
    [InlineData("ic_resnet8_int8_kaijiang", 1, 10)]
    [InlineData("kws_dscnn_int8_kaijiang", 1, 12)]
    [InlineData("light_bvlc_alexnet", 1, 1000)]
    [InlineData("light_densenet121", 1, 1000, 1, 1)]
    [InlineData("light_inception_v1", 1, 1000)]
    [InlineData("light_resnet50", 1, 1000)]
    [InlineData("light_shufflenet", 1, 1000)]
    [InlineData("light_squeezenet", 1, 1000, 1, 1)]
    [InlineData("st_yamnet_256_64x96_fp32", 1, 10)]
    [InlineData("vww_mobilenet025_fp32_kaijiang", 1, 2)]
    [InlineData("vww_mobilenet025_int8_kaijiang", 1, 2)]
    public void A_real_model_is_imported_with_its_output_shape(string name, params int[] shape) => Check(name, shape);

    [SharedTheory]
    [Trait("Category", "Slow")]
    [InlineData("light_vgg19", 1, 1000)]
    public void A_model_with_half_a_gigabyte_of_weights_is_imported(string name, params int[] shape) => Check(name, shape);

    [SharedFact]
    public void The_model_with_recurrent_and_conditional_operators_is_refused()
    {
        var refusal = Assert.Throws<ModelException>(() => ModelFile.Load(SharedFolder.File("models", "silero_vad_16k_op15.onnx")));
        Assert.Contains("dynamic dimension 1 'sequence'", refusal.Message, StringComparison.Ordinal);
        Assert.True(refusal.Message.Split('\n').Length <= 2);
        var dimensions = new Dictionary<string, int> { ["sequence"] = 512 };
        refusal = Assert.Throws<ModelException>(() => OnnxImporter.Load(SharedFolder.File("models", "silero_vad_16k_op15.onnx"), dimensions));
        Assert.Contains("('If')", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("no control flow", refusal.Message, StringComparison.Ordinal);
    }

    private static void Check(string name, int[] shape)
    {
        var graph = ModelFile.Load(SharedFolder.File("models", $"{name}.onnx"));
        Assert.Equal(name, graph.Name);
        Assert.Equal(Arithmetic.Float, graph.Arithmetic);
        var output = Assert.Single(graph.Outputs);
        Assert.Equal(shape, output.Shape);
        Assert.Equal(ElementType.Float32, output.Type);
        Assert.All(graph.Nodes.SelectMany(node => node.Outputs), tensor => Assert.All(tensor.Shape, extent => Assert.True(extent >= 1)));
    }
}
