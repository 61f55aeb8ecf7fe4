using System.Runtime.InteropServices;
using NpuSim.Isa.Program;
using NpuSim.Tests.Workloads.Compress;
using NpuSim.Workloads.Compress;
using NpuSim.Workloads.Export;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Import;
using NpuSim.Workloads.Interpret;
using Xunit;

namespace NpuSim.Tests.Workloads.OnnxRuntime;

/// <summary>Whole models against ONNX Runtime.</summary>
public sealed class OnnxRuntimeComparisonTests
{
    private const int Samples = 8;

    /// <param name="file">A QDQ model.</param>
    /// <param name="range">Magnitude of its drawn inputs.</param>
    [OnnxRuntimeTheory]
    [InlineData("ad01_int8_kaijiang.onnx", 10)]
    [InlineData("ic_resnet8_int8_kaijiang.onnx", 128)]
    [InlineData("kws_dscnn_int8_kaijiang.onnx", 100)]
    [InlineData("vww_mobilenet025_int8_kaijiang.onnx", 1)]
    public void Quantised_models_are_within_one_output_step(string file, float range)
    {
        var path = SharedFolder.File("models", file);
        var graph = Preparation.Prepare(ModelFile.Load(path), new PreparationOptions()).Graph;
        var (interpreter, runtime) = (new Interpreter(graph), new OnnxRuntimeLibrary());
        for (var sample = 0; sample < Samples; sample++)
        {
            var inputs = Drawn(graph, range, sample);
            var actual = interpreter.Run(inputs.ToDictionary(input => input.Tensor.Name, input => input.Data));
            var expected = runtime.Run(path, inputs, graph.Outputs);
            foreach (var (output, content) in graph.Outputs.Zip(expected))
                Assert.InRange(LargestDifference(content, actual[output.Name]), 0, Step(graph, output) * 1.0001f);
        }
    }

    [OnnxRuntimeTheory]
    [InlineData("ic_resnet8_fp32_kaijiang.onnx", 128)]
    [InlineData("vww_mobilenet025_fp32_kaijiang.onnx", 1)]
    [InlineData("st_yamnet_256_64x96_fp32.onnx", 2)]
    [InlineData("light_squeezenet.onnx", 1)]
    public void Float_models_are_equal_up_to_rounding(string file, float range)
    {
        var path = SharedFolder.File("models", file);
        var graph = ModelFile.Load(path);
        var inputs = Drawn(graph, range, 0);
        var actual = new Interpreter(graph).Run(inputs.ToDictionary(input => input.Tensor.Name, input => input.Data));
        var expected = new OnnxRuntimeLibrary().Run(path, inputs, graph.Outputs);
        foreach (var (output, content) in graph.Outputs.Zip(expected))
            Assert.InRange(LargestDifference(content, actual[output.Name]), 0, 1e-5f);
    }

    [OnnxRuntimeTheory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void Exported_networks_run_there_with_the_same_result(ulong seed)
    {
        var graph = RandomNetwork.Create(seed);
        var path = Path.Combine(Path.GetTempPath(), $"npusim-exported-{Environment.ProcessId}-{seed}.onnx");
        try
        {
            OnnxExporter.Save(graph, path);
            var inputs = Drawn(graph, 1, (int)seed);
            var actual = new Interpreter(graph).Run(inputs.ToDictionary(input => input.Tensor.Name, input => input.Data));
            var expected = new OnnxRuntimeLibrary().Run(path, inputs, graph.Outputs);
            foreach (var (output, content) in graph.Outputs.Zip(expected))
                Assert.InRange(LargestDifference(content, actual[output.Name]), 0, 1e-4f * (1 + Largest(content)));
        }
        finally
        {
            File.Delete(path);
        }
    }

    /// <summary>Scale of the last quantised tensor before an output.</summary>
    private static float Step(Graph graph, Tensor output)
    {
        var tensor = output;
        while (tensor.Quantisation is null)
            tensor = graph.Nodes.Single(node => node.Outputs.Contains(tensor)).Input(0);
        return tensor.Quantisation.Scale;
    }

    private static List<(Tensor Tensor, byte[] Data)> Drawn(Graph graph, float range, int seed)
    {
        var random = new Random(seed);
        return [.. graph.Inputs.Select(input =>
        {
            Assert.Equal(ElementType.Float32, input.Type);
            float[] values = [.. Enumerable.Range(0, (int)input.Elements).Select(_ => random.NextSingle() * 2 * range - range)];
            return (input, MemoryMarshal.AsBytes<float>(values).ToArray());
        })];
    }

    private static float LargestDifference(byte[] a, byte[] b)
    {
        var (x, y) = (MemoryMarshal.Cast<byte, float>(a).ToArray(), MemoryMarshal.Cast<byte, float>(b).ToArray());
        Assert.Equal(x.Length, y.Length);
        return x.Zip(y, (p, q) => Math.Abs(p - q)).Max();
    }

    private static float Largest(byte[] a) => MemoryMarshal.Cast<byte, float>(a).ToArray().Max(Math.Abs);
}
