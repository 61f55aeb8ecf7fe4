using System.Text.Json;
using NpuSim.Cli;
using NpuSim.Tests.Cli;
using NpuSim.Workloads.Import.LayerTables;
using Xunit;

namespace NpuSim.Tests.EndToEnd;

/// <summary>Commands on real models and tables.</summary>
public sealed class SharedCommandTests
{
    [SharedTheory]
    [InlineData("Resnet18")]
    [InlineData("Resnet50_mlperf")]
    [InlineData("alexnet")]
    [InlineData("gemm_sweep")]
    [InlineData("mobilenet")]
    [InlineData("vit_s")]
    public void A_table_of_SCALE_Sim_runs_as_it_is(string name)
    {
        string table = SharedFolder.File("reference", "scalesim", "topologies", $"{name}.csv");
        var result = CommandLine.Run("run", table, "--machine", "tpu-128", "--mode", "timing", "--json", "-");
        Assert.True(result.ExitCode == ExitCodes.Done, result.Error);
        using var json = JsonDocument.Parse(result.Output);
        var layers = json.RootElement.GetProperty("layers").EnumerateArray().ToList();
        Assert.Equal(LayerTable.Load(table).Rows.Select(row => row.Name), layers.Select(layer => layer.GetProperty("name").GetString()));
        Assert.All(layers, layer => Assert.True(layer.GetProperty("computeCycles").GetInt64() > 0));
        Assert.Equal(json.RootElement.GetProperty("cycles").GetInt64(), layers.Sum(layer => layer.GetProperty("cycles").GetInt64()));
    }

    [SharedFact]
    public void The_wake_word_model_recognises_its_samples_on_the_npu()
    {
        var result = CommandLine.Run(
            "evaluate", SharedFolder.File("models", "sww_int8.tflite"), "--data", SharedFolder.File("data", "sww_x_int8_45x30x1x40.bin"),
            "--labels", SharedFolder.File("data", "sww_y_u8_45.bin"), "--min-accuracy", "0.9", "--json", "-");
        Assert.True(result.ExitCode == ExitCodes.Done, result.Error);
        using var json = JsonDocument.Parse(result.Output);
        Assert.Equal(45, json.RootElement.GetProperty("accuracy").GetProperty("samples").GetInt32());
        Assert.Equal(1, json.RootElement.GetProperty("accuracy").GetProperty("agreement").GetDouble());
    }

    [SharedFact]
    public void A_float_model_is_compared_with_its_quantised_form()
    {
        string model = SharedFolder.File("models", "vww_mobilenet025_fp32.tflite");
        using var folder = new Workloads.Data.ScratchFolder();
        var random = new Random(2);
        byte[] pixels = new byte[3 * 96 * 96 * 3 * 4];
        for (int at = 0; at < pixels.Length; at += 4)
        {
            BitConverter.TryWriteBytes(pixels.AsSpan(at), random.NextSingle());
        }

        var result = CommandLine.Run("evaluate", model, "--data", folder.Write("x.bin", pixels), "--calibration", folder.Path("x.bin"), "--json", "-");
        Assert.True(result.ExitCode == ExitCodes.Done, result.Error);
        using var json = JsonDocument.Parse(result.Output);
        var accuracy = json.RootElement.GetProperty("accuracy");
        Assert.Equal("float", accuracy.GetProperty("reference").GetString());
        Assert.InRange(accuracy.GetProperty("cosine").GetDouble(), 0.95, 1);
        Assert.True(accuracy.GetProperty("mse").GetDouble() > 0);
    }
}
