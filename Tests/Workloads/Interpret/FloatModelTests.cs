using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Import;
using NpuSim.Workloads.Interpret;
using Xunit;
using static NpuSim.Tests.Workloads.Interpret.TestTensors;

namespace NpuSim.Tests.Workloads.Interpret;

public sealed class FloatModelTests
{
    [SharedTheory]
    [InlineData("ic_resnet8_fp32.tflite", "ic_resnet8_fp32_kaijiang.onnx")]
    [InlineData("vww_mobilenet025_fp32.tflite", "vww_mobilenet025_fp32_kaijiang.onnx")]
    public void A_float_network_gives_the_same_from_either_format(string first, string second)
    {
        var (a, b) = (Run(first), Run(second));

        Assert.Equal(a.Length, b.Length);
        Assert.All(a.Zip(b), pair => Assert.Equal(pair.First, pair.Second, 1e-4f));
        Assert.Equal(1, a.Sum(), 1e-4f);
    }

    [SharedTheory]
    [InlineData("kwt1_transformer_fp32.tflite")]
    [InlineData("st_yamnet_256_64x96_fp32.onnx")]
    [InlineData("ad01_fp32.tflite")]
    public void A_float_network_runs_to_finite_outputs(string model) => Assert.All(Run(model), value => Assert.True(float.IsFinite(value)));

    [SharedTheory]
    [InlineData("ad01_int8_kaijiang.onnx")]
    [InlineData("ic_resnet8_int8_kaijiang.onnx")]
    [InlineData("kws_dscnn_int8_kaijiang.onnx")]
    [InlineData("vww_mobilenet025_int8_kaijiang.onnx")]
    public void A_quantised_network_with_float_borders_runs_to_finite_outputs(string model) =>
        Assert.All(Run(model), value => Assert.True(float.IsFinite(value)));

    private static float[] Run(string model)
    {
        var graph = ModelFile.Load(SharedFolder.File("models", model));
        var values = RandomFloats(1, (int)graph.Inputs[0].Elements, 0, 1);
        if (graph.Inputs[0].Shape is [1, 3, var height, var width])
        {
            // The same image with channels first.
            values = [.. Enumerable.Range(0, values.Length).Select(i => values[i % (height * width) * 3 + i / (height * width)])];
        }

        var outputs = new Interpreter(graph).Run(new Dictionary<string, byte[]> { [graph.Inputs[0].Name] = Bytes(values) });
        return Values<float>(outputs[graph.Outputs[0].Name]);
    }
}
