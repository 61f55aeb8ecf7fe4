using System.Security.Cryptography;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Import;
using NpuSim.Workloads.Interpret;
using Xunit;

namespace NpuSim.Tests.Workloads.Interpret;

public sealed class ReferenceOutputsTests
{
    [SharedTheory]
    [InlineData("ic_resnet8_int8", "rand")]
    [InlineData("vww_mobilenet025_int8", "rand")]
    [InlineData("tflm_person_detect", "rand")]
    [InlineData("tflm_mobilenet_v2_quantized_1x3x224x224", "rand")]
    [InlineData("kws_dscnn_int8", "rand")]
    [InlineData("sww_int8", "rand")]
    [InlineData("ad01_int8", "rand")]
    [InlineData("tflm_hello_world_int8", "all256")]
    public void Every_operator_equals_the_reference_kernels(string model, string set)
    {
        var reference = ReferenceOutputs.Load(model, set);
        var graph = ModelFile.Load(reference.ModelPath);
        var hashes = new Dictionary<string, string>();
        Run(graph, reference.Input(0), (_, outputs) =>
        {
            foreach (var (tensor, data) in outputs)
            {
                hashes[tensor.Name] = Convert.ToHexStringLower(SHA256.HashData(data))[..16];
            }
        });

        var compared = reference.Layers().Where(layer => hashes.ContainsKey(layer.Tensor)).ToList();
        Assert.True(compared.Count >= reference.Layers().Count / 2, $"{compared.Count} of {reference.Layers().Count} layers have their tensor");
        foreach (var (tensor, hash) in compared)
        {
            Assert.True(hashes[tensor] == hash, $"{model}: the first wrong tensor is {tensor}");
        }
    }

    [SharedTheory]
    [InlineData("ic_resnet8_int8", "rand")]
    [InlineData("vww_mobilenet025_int8", "rand")]
    [InlineData("kws_dscnn_int8", "rand")]
    [InlineData("kws_dscnn_int8", "real")]
    [InlineData("sww_int8", "rand")]
    [InlineData("sww_int8", "real")]
    [InlineData("ad01_int8", "rand")]
    [InlineData("tflm_hello_world_int8", "all256")]
    [InlineData("tflm_person_detect", "rand")]
    [InlineData("tflm_person_detect", "real")]
    public void Outputs_of_all_samples_equal_the_reference_kernels(string model, string set) => Compare(model, set);

    [SharedTheory]
    [Trait("Category", "Slow")]
    [InlineData("tflm_mobilenet_v2_quantized_1x3x224x224", "rand")]
    public void Outputs_of_a_large_model_equal_the_reference_kernels(string model, string set) => Compare(model, set);

    // TFLite's built-in kernels were run on the same inputs; how many of their outputs differ from the reference kernels' is known.
    [SharedTheory]
    [InlineData("kws_dscnn_int8", "rand", 20)]
    [InlineData("vww_mobilenet025_int8", "rand", 26)]
    [InlineData("ic_resnet8_int8", "rand", 124)]
    [InlineData("ad01_int8", "rand", 10106)]
    [InlineData("sww_int8", "real", 2)]
    public void Single_rounding_changes_as_many_outputs_as_the_built_in_kernels_do(string model, string set, int expected)
    {
        var reference = ReferenceOutputs.Load(model, set);
        var graph = ModelFile.Load(reference.ModelPath);
        graph.Arithmetic = Arithmetic.TfliteRuy;
        var interpreter = new Interpreter(graph);
        var changed = 0;
        for (var sample = 0; sample < reference.Samples; sample++)
        {
            var outputs = interpreter.Run(new Dictionary<string, byte[]> { [graph.Inputs[0].Name] = reference.Input(sample) });
            changed += reference.Output(sample).Zip(outputs[graph.Outputs[0].Name]).Count(pair => pair.First != pair.Second);
        }

        Assert.Equal(expected, changed);
    }

    private static void Compare(string model, string set)
    {
        var reference = ReferenceOutputs.Load(model, set);
        var graph = ModelFile.Load(reference.ModelPath);
        var interpreter = new Interpreter(graph);
        var softmax = graph.Nodes.LastOrDefault(node => node.Kind == OperatorKind.Softmax);
        for (var sample = 0; sample < reference.Samples; sample++)
        {
            byte[]? logits = null;
            var outputs = interpreter.Run(
                new Dictionary<string, byte[]> { [graph.Inputs[0].Name] = reference.Input(sample) },
                (_, computed) => logits = computed.FirstOrDefault(output => output.Tensor == softmax?.Inputs[0]).Data ?? logits);
            if (reference.LogitsOf(sample) is { } expected)
            {
                Assert.True(logits is not null && expected.SequenceEqual(logits), $"{model}: logits of sample {sample} differ");
            }

            var output = outputs[graph.Outputs[0].Name];
            var wrong = reference.Output(sample).Zip(output).Count(pair => pair.First != pair.Second);
            Assert.True(wrong == 0 && output.Length == reference.Output(sample).Length, $"{model}: {wrong} bytes of sample {sample} differ");
        }
    }

    private static void Run(Graph graph, byte[] input, NodeObserver observer) =>
        new Interpreter(graph).Run(new Dictionary<string, byte[]> { [graph.Inputs[0].Name] = input }, observer);
}
