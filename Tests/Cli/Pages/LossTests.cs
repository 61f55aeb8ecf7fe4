using System.Text.Json;
using Xunit;

namespace NpuSim.Tests.Cli.Pages;

/// <summary>Where the array's cycles and the run's latency go, as a result of <c>--html</c> keeps it: nothing is lost, nothing counts twice.</summary>
public sealed class LossTests : IDisposable
{
    private const int Useful = 0;
    private const int Depthwise = 2;
    private const int Host = 7;
    private const double Rounding = 0.02;

    private readonly string _folder = Directory.CreateTempSubdirectory("losses").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("edge")]
    [InlineData("tpu-128")]
    [InlineData("gemmini-16")]
    [InlineData("ethos-u55-128")]
    [InlineData("nvdla-small")]
    [InlineData("eyeriss")]
    public void Losses_of_every_layer_add_up_to_its_cycles(string machine)
    {
        using var result = Run("glyphnet", "--machine", machine);
        var losses = Rows(result);
        var layers = result.RootElement.GetProperty("layers").EnumerateArray().ToList();

        Assert.Equal(layers.Count, losses.Count);
        Assert.All(losses.Zip(layers), pair => Assert.Equal(pair.Second.GetProperty("cycles").GetInt64(), pair.First.Sum(), Rounding));
        Assert.All(losses, layer => Assert.All(layer, cycles => Assert.True(cycles >= 0)));
    }

    [Theory]
    [InlineData("edge", "4")]
    [InlineData("tpu-128", "1")]
    public void Useful_cycles_are_the_multiply_accumulates_at_the_peak_rate(string machine, string cores)
    {
        using var result = Run("glyphnet", "--machine", machine, "--set", $"cores={cores}", "--precision", "int8");
        var root = result.RootElement;

        double useful = Rows(result).Sum(layer => layer[Useful]);

        // Utilisation is the same ratio, of the whole run.
        Assert.Equal(root.GetProperty("utilization").GetDouble() * root.GetProperty("cycles").GetInt64(), useful, 0.5);
    }

    [Fact]
    public void Only_depthwise_layers_lose_to_being_depthwise()
    {
        string table = Path.Combine(_folder, "t.csv");
        File.WriteAllText(table, "name,W,H,C,K,R,S,stride,pad,groups\nplain,16,16,32,32,3,3,1,1,1\ndepthwise,16,16,32,32,3,3,1,1,32\n");
        using var result = Run(table);
        var losses = Rows(result);

        Assert.Equal(0, losses[0][Depthwise]);
        Assert.True(losses[1][Depthwise] > losses[1][Useful]);
    }

    [Fact]
    public void Parts_of_the_latency_add_up_and_the_host_has_its_own()
    {
        using var result = Run("glyphnet", "--set", "core.vector.float32=false", "--precision", "int8");
        var root = result.RootElement;
        var parts = root.GetProperty("insight").GetProperty("latency");
        long Part(string name) => parts.GetProperty(name).GetInt64();

        Assert.Equal(root.GetProperty("cycles").GetInt64(), Part("host") + Part("compute") + Part("transfer") + Part("control"));
        Assert.True(Part("compute") > 0);
        Assert.Equal(root.GetProperty("host").GetProperty("operators").GetInt32() > 0, Part("host") > 0);
        Assert.Equal(Part("host") > 0, Rows(result).Sum(layer => layer[Host]) > 0);
    }

    [Fact]
    public void The_machine_as_it_is_comes_out_as_the_run_and_refused_changes_say_why()
    {
        using var result = Run("glyphnet", "--machine", "gemmini-16", "--set", "core.activation.sizeKiB=1048576");
        var root = result.RootElement;
        var whatIfs = root.GetProperty("insight").GetProperty("whatIfs").EnumerateArray().ToList();

        Assert.Equal(root.GetProperty("cycles").GetInt64(), whatIfs[0].GetProperty("cycles").GetInt64());
        var refused = whatIfs.Where(item => item.GetProperty("refusal").ValueKind == JsonValueKind.String).ToList();
        Assert.Contains(refused, item => item.GetProperty("refusal").GetString()!.Contains("core.activation.sizeKiB", StringComparison.Ordinal));
        Assert.Contains(whatIfs, item => item.GetProperty("name").GetString()!.Contains("clock", StringComparison.Ordinal) && item.GetProperty("latencyMs").GetDouble() > 0);
    }

    [Fact]
    public void A_timeline_has_every_busy_cycle_of_the_engines()
    {
        using var result = Run("glyphnet");
        var root = result.RootElement;
        long end = root.GetProperty("cycles").GetInt64();
        var tracks = root.GetProperty("insight").GetProperty("timeline").GetProperty("tracks").EnumerateArray().ToList();

        Assert.NotEmpty(tracks);
        Assert.All(tracks, track =>
        {
            long[] Column(string name) => [.. track.GetProperty(name).EnumerateArray().Select(item => item.GetInt64())];
            long busy = Column("busy").Sum();
            Assert.InRange(busy, 1, Column("lengths").Sum());
            Assert.InRange(Column("gaps").Sum() + Column("lengths").Sum(), 1, end);
            Assert.All(Column("gaps"), gap => Assert.True(gap >= 0));
        });
    }

    private static IReadOnlyList<double[]> Rows(JsonDocument result) =>
        [.. result.RootElement.GetProperty("insight").GetProperty("losses").EnumerateArray().Select(row => row.EnumerateArray().Select(item => item.GetDouble()).ToArray())];

    private JsonDocument Run(string model, params string[] more)
    {
        string json = Path.Combine(_folder, "r.json");
        var run = CommandLine.Run(["run", model, "--mode", "timing", "--quiet", "--html", Path.Combine(_folder, "p.html"), "--json", json, .. more]);
        Assert.Equal(("", 0), (run.Error, run.ExitCode));
        return JsonDocument.Parse(File.ReadAllText(json));
    }
}
