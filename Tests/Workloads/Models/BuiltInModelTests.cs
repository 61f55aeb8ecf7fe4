using System.Runtime.InteropServices;
using NpuSim.Isa.Program;
using NpuSim.Workloads.Compress;
using NpuSim.Workloads.Export;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Import.Onnx;
using NpuSim.Workloads.Interpret;
using NpuSim.Workloads.Models;
using Xunit;

namespace NpuSim.Tests.Workloads.Models;

public sealed class BuiltInModelTests
{
    public static TheoryData<string> All => [.. BuiltInModels.Names];

    /// <summary>Those that run in a moment.</summary>
    public static TheoryData<string> Small => ["litenet-mlp", "litenet-cnn", "resnet8", "resnet20", "ds-cnn", "autoencoder", "bert-tiny"];

    // Published parameters count scale and shift of batch normalisation as two a channel, here folded into one bias. Those of mobilenet-v1-0.25, so thin that
    // this matters, are counted from its layers.
    [Theory]
    [InlineData("litenet-mlp", 203_264, 203_530)]
    [InlineData("litenet-cnn", 480_500, 21_840)]
    [InlineData("resnet8", 12_501_632, 77_706)]
    [InlineData("resnet18", 1_814_073_344, 11_689_512)]
    [InlineData("resnet20", 40_813_184, 272_474)]
    [InlineData("resnet50", 4_089_184_256, 25_557_032)]
    [InlineData("mobilenet-v1", 568_740_352, 4_231_976)]
    [InlineData("mobilenet-v1-0.25", 7_489_664, 210_850)]
    [InlineData("mobilenet-v2", 300_774_272, 3_504_872)]
    [InlineData("alexnet", 714_188_480, 61_100_840)]
    [InlineData("vgg16", 15_470_264_320, 138_357_544)]
    [InlineData("ds-cnn", 2_656_768, 22_604)]
    [InlineData("autoencoder", 264_192, 265_864)]
    [InlineData("bert-tiny", 58_736_640, 4_336_640)]
    [InlineData("vit-tiny", 1_253_683_200, 5_717_416)]
    public void Sizes_are_the_published_ones(string name, long macs, long parameters)
    {
        var graph = BuiltInModels.Create(name);
        GraphVerifier.Verify(graph);
        var size = ModelSize.Of(graph);
        Assert.Equal(macs, size.Macs);
        Assert.InRange(size.Parameters, 0.995 * parameters, 1.0001 * parameters);
        Assert.Equal(name, graph.Name);
    }

    [Theory]
    [MemberData(nameof(Small))]
    [InlineData("mobilenet-v1")]
    [InlineData("resnet50")]
    [InlineData("vit-tiny")]
    public void The_same_seed_gives_the_same_weights_and_another_seed_others(string name)
    {
        var first = GraphHash.Compute(BuiltInModels.Create(name, 7));
        Assert.Equal(first, GraphHash.Compute(BuiltInModels.Create(name, 7)));
        Assert.NotEqual(first, GraphHash.Compute(BuiltInModels.Create(name, 8)));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Every_layer_keeps_a_sensible_range(string name)
    {
        var graph = BuiltInModels.Create(name);
        new Interpreter(graph).Run(DrawnInputs.Draw(graph, 99), (node, outputs) =>
        {
            foreach (var (tensor, data) in outputs)
            {
                if (tensor.Type != ElementType.Float32)
                    continue;
                // A largest magnitude of 0 is a dead layer: nothing after it would depend on the input.
                var largest = LargestMagnitude(MemoryMarshal.Cast<byte, float>(data));
                Assert.True(largest is > 1e-3f and < 1e3f, $"{node.Name} ({node.Kind}): largest magnitude {largest}");
            }
        });
    }

    [Fact]
    public void The_list_names_what_it_builds()
    {
        foreach (var model in BuiltInModels.All)
        {
            var input = model.Build(BuiltInModels.DefaultSeed).Inputs.Single();
            Assert.Equal(model.Input, string.Join('×', input.Shape) + (input.Type == ElementType.Float32 ? "" : " " + input.Type.ToString().ToLowerInvariant()));
        }

        Assert.Equal(BuiltInModels.Names.Count, BuiltInModels.Names.Distinct().Count());
    }

    [Theory]
    [MemberData(nameof(Small))]
    [InlineData("mobilenet-v2")]
    public void Quantised_models_are_close_to_float(string name)
    {
        var graph = BuiltInModels.Create(name);
        var prepared = Preparation.Prepare(graph, new PreparationOptions()).Graph;
        Assert.All(prepared.Nodes.Where(node => node.Kind != OperatorKind.Dequantise), node => Assert.Equal(ElementType.Int8, node.Output.Type));
        var (expected, actual) = (Output(graph), Output(prepared));
        var noise = expected.Zip(actual, (a, b) => ((double)a - b) * ((double)a - b)).Sum();
        Assert.InRange(expected.Sum(value => (double)value * value) / noise, 100, double.MaxValue);
        Assert.InRange(expected.Max(Math.Abs), 0.01, 100);
    }

    [Theory]
    [MemberData(nameof(Small))]
    public void An_exported_model_computes_the_same(string name)
    {
        var graph = BuiltInModels.Create(name);
        using var stream = new MemoryStream();
        OnnxExporter.Save(graph, stream);
        stream.Position = 0;
        var read = Preparation.Prepare(OnnxImporter.Load(stream, name), new PreparationOptions { Quantise = false }).Graph;
        var (expected, actual) = (Output(graph), Output(read));
        Assert.All(expected.Zip(actual), pair => Assert.InRange(Math.Abs(pair.First - pair.Second), 0, 1e-4));
    }

    [Fact]
    public void An_unknown_name_is_refused_with_those_there_are()
    {
        var refusal = Assert.Throws<ModelException>(() => BuiltInModels.Create("resnet51"));
        Assert.Contains("resnet51", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("resnet50", refusal.Message, StringComparison.Ordinal);
    }

    /// <summary>NaN where a value is NaN.</summary>
    private static float LargestMagnitude(ReadOnlySpan<float> values)
    {
        var largest = 0f;
        foreach (var value in values)
            largest = MathF.Max(largest, MathF.Abs(value));
        return largest;
    }

    private static float[] Output(Graph graph)
    {
        var outputs = new Interpreter(graph).Run(DrawnInputs.Draw(graph, 99));
        return MemoryMarshal.Cast<byte, float>(outputs[graph.Outputs[0].Name]).ToArray();
    }
}
