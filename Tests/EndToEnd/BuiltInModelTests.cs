using System.Text.Json;
using NpuSim.Cli;
using NpuSim.Tests.Cli;
using Xunit;

namespace NpuSim.Tests.EndToEnd;

/// <summary>Commands on the models that ship.</summary>
public sealed class BuiltInModelTests
{
    [Fact]
    [Trait("Category", "Slow")]
    public void ResNet_50_on_a_TPU_gives_the_same_json_twice_with_all_cycles_owned()
    {
        string first = Run("resnet50", "--machine", "tpu-128"), second = Run("resnet50", "--machine", "tpu-128", "--threads", "1");
        Assert.Equal(WithoutSimulation(first), WithoutSimulation(second));
        using var json = JsonDocument.Parse(first);
        long total = json.RootElement.GetProperty("cycles").GetInt64();
        Assert.All(json.RootElement.GetProperty("engines").EnumerateArray(), engine => Assert.Equal(total, engine.GetProperty("cycles").EnumerateObject().Sum(owner => owner.Value.GetInt64())));
        Assert.Equal(total, json.RootElement.GetProperty("layers").EnumerateArray().Sum(layer => layer.GetProperty("cycles").GetInt64()));
        Assert.Equal(4_089_184_256, json.RootElement.GetProperty("macs").GetInt64());
        var energy = json.RootElement.GetProperty("energy");
        double parts = new[] { "arrayUj", "vectorUj", "sramUj", "dramUj", "networkUj", "controlUj", "leakageUj", "hostUj" }.Sum(part => energy.GetProperty(part).GetDouble());
        Assert.Equal(energy.GetProperty("totalUj").GetDouble(), parts, 6);
    }

    [Theory]
    [InlineData("litenet-mlp")]
    [InlineData("litenet-cnn")]
    [InlineData("resnet8")]
    [InlineData("ds-cnn")]
    [InlineData("autoencoder")]
    [InlineData("bert-tiny")]
    public void A_small_built_in_model_runs_on_every_kind_of_array(string model)
    {
        foreach (string machine in new[] { "edge", "gemmini-16", "ethos-u55-128" })
        {
            using var json = JsonDocument.Parse(Run(model, "--machine", machine, "--mode", "timing"));
            Assert.True(json.RootElement.GetProperty("cycles").GetInt64() > 0);
        }
    }

    [Fact]
    public void An_exported_model_runs_as_the_built_in_one_does()
    {
        using var folder = new Workloads.Data.ScratchFolder();
        string file = folder.Path("litenet-cnn.onnx");
        Assert.Equal(ExitCodes.Done, CommandLine.Run("models", "export", "litenet-cnn", "-o", file).ExitCode);
        using var own = JsonDocument.Parse(Run("litenet-cnn", "--mode", "timing"));
        using var exported = JsonDocument.Parse(Run(file, "--mode", "timing"));
        Assert.Equal(own.RootElement.GetProperty("macs").GetInt64(), exported.RootElement.GetProperty("macs").GetInt64());
    }

    [Fact]
    public void A_compiled_program_gives_the_outputs_and_cycles_of_the_model_itself()
    {
        using var folder = new Workloads.Data.ScratchFolder();
        string program = folder.Path("resnet8.npu"), input = folder.Write("x.bin", [.. Enumerable.Range(0, 3072).SelectMany(index => BitConverter.GetBytes(index % 97 / 97f))]);
        Assert.Equal(ExitCodes.Done, CommandLine.Run("compile", "resnet8", "-o", program).ExitCode);
        using var model = JsonDocument.Parse(Run("resnet8", "--input", input));
        using var compiled = JsonDocument.Parse(Run(program, "--input", input));
        Assert.Equal(model.RootElement.GetProperty("outputs").GetRawText(), compiled.RootElement.GetProperty("outputs").GetRawText());
        Assert.Equal(model.RootElement.GetProperty("cycles").GetInt64(), compiled.RootElement.GetProperty("cycles").GetInt64());
    }

    private static string Run(params string[] args)
    {
        var result = CommandLine.Run(["run", .. args, "--json", "-"]);
        Assert.True(result.ExitCode == ExitCodes.Done, result.Error);
        return result.Output;
    }

    private static string WithoutSimulation(string json) => json[..json.IndexOf("\"simulation\"", StringComparison.Ordinal)];
}
