using System.Text.Json;
using System.Text.Json.Nodes;
using NpuSim.Cli;
using NpuSim.Isa.Program;
using NpuSim.Tests.Workloads.Data;
using Xunit;

namespace NpuSim.Tests.Cli;

public sealed class DiffTests : IDisposable
{
    private readonly ScratchFolder _folder = new();
    private readonly string _program;

    public DiffTests() => _program = _folder.Write("small.npu", ProgramFile.Encode(SmallModels.Program()));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Changes_of_layers_add_up_to_the_run_and_owners_to_their_engines()
    {
        var diff = Diff(Result("a"), Result("b", "--set", "memory.dram.bandwidthMBps=200"));
        long change = diff.GetProperty("figures").GetProperty("cycles").GetProperty("change").GetInt64();
        Assert.True(change > 0);
        var layers = diff.GetProperty("layers").EnumerateArray().ToArray();
        Assert.Equal(change, layers.Sum(layer => layer.GetProperty("change").GetInt64()));
        Assert.All(layers, layer => Assert.Equal(
            layer.GetProperty("change").GetInt64(), layer.GetProperty("busyChange").GetInt64() + layer.GetProperty("waitChange").GetInt64()));
        Assert.Equal(layers.Select(layer => Math.Abs(layer.GetProperty("change").GetInt64())).OrderDescending(), layers.Select(layer => Math.Abs(layer.GetProperty("change").GetInt64())));
        var array = diff.GetProperty("owners").EnumerateArray().Where(row => row.GetProperty("engine").GetString() == "array");
        Assert.Equal(change, array.Sum(row => row.GetProperty("change").GetInt64()));
        double energy = diff.GetProperty("figures").GetProperty("energyUj").GetProperty("change").GetDouble();
        Assert.Equal(energy, diff.GetProperty("energy").EnumerateArray().Sum(part => part.GetProperty("changeUj").GetDouble()), 1e-9);
        Assert.True(diff.GetProperty("sameModel").GetBoolean());
        Assert.False(diff.GetProperty("sameMachine").GetBoolean());
    }

    [Fact]
    public void A_run_does_not_differ_from_itself_and_a_folder_is_as_good_as_its_file()
    {
        string folder = _folder.Path("out");
        Assert.Equal(ExitCodes.Done, CommandLine.Run("run", _program, "--mode", "timing", "--quiet", "--out", folder).ExitCode);
        var diff = Diff(Result("a"), folder);
        Assert.All(diff.GetProperty("figures").EnumerateObject(), figure => Assert.Equal(0, figure.Value.GetProperty("change").GetDouble()));
        Assert.All(diff.GetProperty("layers").EnumerateArray(), layer => Assert.Equal(0, layer.GetProperty("change").GetInt64()));
        string text = CommandLine.Run("diff", folder, folder).Output;
        Assert.Contains("the same model on the same machine", text, StringComparison.Ordinal);
        Assert.Contains("all layers: 0 cycles", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Renamed_layers_are_found_by_operator_and_order_and_new_ones_are_told()
    {
        string before = Result("a");
        var json = JsonNode.Parse(File.ReadAllText(before))!;
        json["modelHash"] = "another";
        json["layers"]![0]!["name"] = "renamed";
        json["layers"]![1]!["name"] = "new";
        json["layers"]![1]!["operator"] = "Pool";
        string after = _folder.Write("after.json", json.ToJsonString());
        var layers = Diff(before, after).GetProperty("layers").EnumerateArray().ToDictionary(layer => layer.GetProperty("name").GetString()!, layer => layer);
        Assert.Equal("order", layers["renamed"].GetProperty("match").GetString());
        Assert.Equal("conv", layers["renamed"].GetProperty("before").GetProperty("name").GetString());
        Assert.Equal("afterOnly", layers["new"].GetProperty("match").GetString());
        Assert.Equal("beforeOnly", layers["dense"].GetProperty("match").GetString());
        string text = CommandLine.Run("diff", before, after).Output;
        Assert.Contains("different models", text, StringComparison.Ordinal);
        Assert.Contains("dense (A only)", text, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_result_is_refused_in_one_line()
    {
        string good = Result("a"), noise = _folder.Write("noise.json", "{\"schema\": \"npusim.sweep/1\"}"), text = _folder.Write("text.txt", "layers");
        foreach (string bad in new[] { noise, text, _folder.Path("absent.json"), _folder.Path("") })
        {
            var result = CommandLine.Run("diff", good, bad);
            Assert.Equal(ExitCodes.BadInput, result.ExitCode);
            Assert.Contains(bad, Assert.Single(result.ErrorLines), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void The_csv_has_a_row_per_layer_and_guards_names()
    {
        string before = Result("a");
        string after = _folder.Write("after.json", File.ReadAllText(before).Replace("\"conv\"", "\"=cmd(1)\"", StringComparison.Ordinal));
        string[] lines = CommandLine.Run("diff", before, after, "--csv", "-").Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(3, lines.Length);
        Assert.StartsWith("name,operator,match,cyclesBefore,cyclesAfter,change", lines[0], StringComparison.Ordinal);
        Assert.Contains(lines, line => line.StartsWith("'=cmd(1),", StringComparison.Ordinal));
    }

    private string Result(string name, params string[] options)
    {
        string file = _folder.Path($"{name}.json");
        Assert.Equal(ExitCodes.Done, CommandLine.Run(["run", _program, "--mode", "timing", "--quiet", "--json", file, .. options]).ExitCode);
        return file;
    }

    private static JsonElement Diff(string before, string after)
    {
        var result = CommandLine.Run("diff", before, after, "--json", "-");
        Assert.True(result.ExitCode == ExitCodes.Done, result.Error);
        using var json = JsonDocument.Parse(result.Output);
        Assert.Equal("npusim.diff/1", json.RootElement.GetProperty("schema").GetString());
        return json.RootElement.Clone();
    }
}
