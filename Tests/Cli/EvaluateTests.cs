using System.Text.Json;
using NpuSim.Cli;
using NpuSim.Tests.Workloads.Data;
using NpuSim.Workloads.Export;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Interpret;
using Xunit;

namespace NpuSim.Tests.Cli;

public sealed class EvaluateTests : IDisposable
{
    private const int Samples = 12;
    private readonly ScratchFolder _folder = new();
    private readonly string _model;
    private readonly string _data;
    private readonly int[] _classes;

    public EvaluateTests()
    {
        var graph = SmallModels.Classifier();
        _model = _folder.Path("small.onnx");
        OnnxExporter.Save(graph, _model);
        var random = new Random(5);
        byte[] inputs = new byte[Samples * graph.Inputs[0].Bytes];
        random.NextBytes(inputs);
        _data = _folder.Write("x.bin", inputs);
        _classes = [.. inputs.Chunk((int)graph.Inputs[0].Bytes).Select(input => ClassOf(graph, input))];
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Labels_that_the_model_itself_gives_are_met_by_the_npu_on_every_sample()
    {
        using var json = Evaluate("--labels", Labels(_classes));
        var accuracy = json.RootElement.GetProperty("accuracy");
        Assert.Equal(Samples, accuracy.GetProperty("samples").GetInt32());
        Assert.Equal(1, accuracy.GetProperty("top1").GetDouble());
        Assert.Equal(1, accuracy.GetProperty("referenceTop1").GetDouble());
        Assert.Equal(1, accuracy.GetProperty("agreement").GetDouble());
        Assert.Equal(0, accuracy.GetProperty("mse").GetDouble());
        Assert.Equal(0, accuracy.GetProperty("maxError").GetDouble());
        Assert.Equal(JsonValueKind.Null, accuracy.GetProperty("sqnrDb").ValueKind);
        Assert.Equal(1, accuracy.GetProperty("cosine").GetDouble(), 12);
        Assert.True(json.RootElement.GetProperty("cycles").GetInt64() > 0);
    }

    [Fact]
    public void Wrong_labels_count_against_it_and_the_wanted_accuracy_fails_the_run()
    {
        int[] wrong = [.. _classes.Select((label, sample) => sample < 3 ? (label + 1) % 5 : label)];
        using var json = Evaluate("--labels", Labels(wrong));
        Assert.Equal(0.75, json.RootElement.GetProperty("accuracy").GetProperty("top1").GetDouble());
        Assert.Equal(ExitCodes.Done, CommandLine.Run("evaluate", _model, "--data", _data, "--labels", Labels(wrong), "--min-accuracy", "0.75", "--quiet").ExitCode);
        var failed = CommandLine.Run("evaluate", _model, "--data", _data, "--labels", Labels(wrong), "--min-accuracy", "0.76", "--quiet");
        Assert.Equal(ExitCodes.Failed, failed.ExitCode);
        Assert.Contains("0.75", failed.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Fewer_samples_are_the_first_ones()
    {
        int[] wrong = [.. _classes.Select((label, sample) => sample < 3 ? (label + 1) % 5 : label)];
        using var json = Evaluate("--labels", Labels(wrong), "--samples", "4");
        Assert.Equal(4, json.RootElement.GetProperty("accuracy").GetProperty("samples").GetInt32());
        Assert.Equal(0.25, json.RootElement.GetProperty("accuracy").GetProperty("top1").GetDouble());
    }

    [Fact]
    public void Without_labels_there_is_agreement_but_no_top_1()
    {
        using var json = Evaluate();
        Assert.Equal(JsonValueKind.Null, json.RootElement.GetProperty("accuracy").GetProperty("top1").ValueKind);
        Assert.Equal(1, json.RootElement.GetProperty("accuracy").GetProperty("agreement").GetDouble());
    }

    [Fact]
    public void Threads_change_nothing_and_the_summary_shows_the_accuracy()
    {
        using var one = Evaluate("--threads", "1");
        using var four = Evaluate("--threads", "4");
        Assert.Equal(one.RootElement.GetProperty("accuracy").GetRawText(), four.RootElement.GetProperty("accuracy").GetRawText());
        string text = CommandLine.Run("evaluate", _model, "--data", _data, "--labels", Labels(_classes)).Output;
        Assert.All(["12 samples of x.bin", "top-1", "100.00 %", "bit for bit", "latency", "energy"], word => Assert.Contains(word, text, StringComparison.Ordinal));
    }

    private JsonDocument Evaluate(params string[] args)
    {
        var result = CommandLine.Run(["evaluate", _model, "--data", _data, .. args, "--json", "-"]);
        Assert.True(result.ExitCode == ExitCodes.Done, result.Error);
        return JsonDocument.Parse(result.Output);
    }

    private string Labels(int[] classes) => _folder.Write("y.csv", string.Join('\n', classes));

    private static int ClassOf(Graph graph, byte[] input)
    {
        sbyte[] logits = Array.ConvertAll(new Interpreter(graph).Run(new Dictionary<string, byte[]> { ["x"] = input })["y"], value => (sbyte)value);
        return Array.IndexOf(logits, logits.Max());
    }
}
