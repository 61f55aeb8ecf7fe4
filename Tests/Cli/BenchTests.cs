using System.Text.Json;
using NpuSim.Kernels;
using Xunit;

namespace NpuSim.Tests.Cli;

/// <summary>Figures differ from host to host, so only their presence and structure are checked.</summary>
public sealed class BenchTests
{
    [Fact]
    public void Every_level_of_this_host_is_measured_for_the_kernel_asked_for()
    {
        using var json = Measure("bench", "--kernel", "look-up", "--quick", "--json", "-");
        var levels = json.RootElement.GetProperty("kernels").EnumerateArray().Select(row => row.GetProperty("level").GetString()).ToList();
        Assert.Equal("scalar", levels[0]);
        Assert.Equal(Simd.Supported.Count, levels.Count);
        Assert.Equal(levels, json.RootElement.GetProperty("ceilings").EnumerateArray().Select(row => row.GetProperty("level").GetString()));
    }

    [Fact]
    public void A_rate_is_a_share_of_the_ceiling_of_its_level()
    {
        string level = NameOf(Simd.Supported[^1]);
        using var json = Measure("bench", "--kernel", "matrix", "--simd", level, "--quick", "--json", "-");
        double integer = json.RootElement.GetProperty("ceilings")[0].GetProperty("integerGmacs").GetDouble();
        var rows = json.RootElement.GetProperty("kernels").EnumerateArray().ToList();
        Assert.Contains(rows, row => row.GetProperty("format").GetString() == "int8");
        Assert.All(rows, row =>
        {
            double rate = row.GetProperty("rate").GetDouble(), ceiling = row.GetProperty("ceiling").GetDouble();
            Assert.True(rate > 0 && ceiling > 0);
            Assert.Equal(rate / ceiling, row.GetProperty("share").GetDouble(), 0.01);
            Assert.Equal("GMAC/s", row.GetProperty("unit").GetString());
            Assert.Equal(level, row.GetProperty("level").GetString());
        });
        Assert.Contains(rows, row => Math.Abs(row.GetProperty("ceiling").GetDouble() - integer) < 0.01);
    }

    [Fact]
    public void A_depthwise_kernel_is_held_against_the_lower_of_multiply_adds_and_reads()
    {
        using var json = Measure("bench", "--kernel", "depthwise", "--simd", NameOf(Simd.Supported[^1]), "--quick", "--json", "-");
        var ceilings = json.RootElement.GetProperty("ceilings")[0];
        double integer = ceilings.GetProperty("integerGmacs").GetDouble(), read = ceilings.GetProperty("l2ReadGBs").GetDouble();
        Assert.True(read > 0);
        Assert.All(json.RootElement.GetProperty("kernels").EnumerateArray(), row =>
        {
            double ceiling = row.GetProperty("ceiling").GetDouble();
            Assert.True(ceiling <= integer + 0.001);
            Assert.Equal(ceiling < integer - 0.001 ? "L2 read" : "multiply-add", row.GetProperty("bound").GetString());
        });
    }

    [Fact]
    public void A_requantisation_is_held_against_the_lower_of_its_arithmetic_and_a_copy()
    {
        using var json = Measure("bench", "--kernel", "requantise", "--quick", "--json", "-");
        var rows = json.RootElement.GetProperty("kernels").EnumerateArray().ToList();
        Assert.All(rows, row =>
        {
            // The scalar level has no arithmetic of its own, so it is held against the copy.
            double copy = rows.First(other => other.GetProperty("level").GetString() == "scalar"
                && other.GetProperty("shape").GetString() == row.GetProperty("shape").GetString()).GetProperty("ceiling").GetDouble();
            double ceiling = row.GetProperty("ceiling").GetDouble();
            Assert.Equal(ceiling < copy - 0.001 ? "arithmetic" : "copy", row.GetProperty("bound").GetString());
        });
    }

    [Fact]
    public void The_event_loop_is_measured_alone_and_allocates_nothing()
    {
        using var json = Measure("bench", "--kernel", "event-loop", "--quick", "--json", "-");
        Assert.Equal(0, json.RootElement.GetProperty("kernels").GetArrayLength());
        var loop = json.RootElement.GetProperty("eventLoop");
        Assert.True(loop.GetProperty("events").GetInt64() > 1000);
        Assert.True(loop.GetProperty("eventsPerSecond").GetDouble() > 0);
        Assert.Equal(0, loop.GetProperty("allocatedBytesPerEvent").GetDouble());
    }

    [Fact]
    public void A_sweep_is_measured_where_it_is_asked_for()
    {
        using var json = Measure("bench", "--kernel", "sweep", "--quick", "--json", "-");
        Assert.Equal(0, json.RootElement.GetProperty("kernels").GetArrayLength());
        Assert.False(json.RootElement.TryGetProperty("eventLoop", out _));
        var sweep = json.RootElement.GetProperty("sweep");
        double rate = sweep.GetProperty("pointsPerSecond").GetDouble(), cold = sweep.GetProperty("coldRunSeconds").GetDouble();
        Assert.InRange(sweep.GetProperty("simulatedPoints").GetInt32(), 1, 32);
        Assert.InRange(sweep.GetProperty("estimatedPoints").GetInt32(), 1000, 2160);
        Assert.True(rate > 0 && cold > 0 && sweep.GetProperty("estimatesPerSecond").GetDouble() > rate);
        Assert.InRange(sweep.GetProperty("pointsPerColdRun").GetDouble() / (rate * cold), 0.98, 1.02);
    }

    [Fact]
    public void Tables_name_the_kernel_and_its_unit()
    {
        var result = CommandLine.Run("bench", "--kernel", "requantise", "--simd", NameOf(Simd.Supported[^1]), "--quick");
        Assert.Equal(0, result.ExitCode);
        Assert.Equal(4, result.Output.Split('\n').Count(line => line.StartsWith("requantise", StringComparison.Ordinal)
            && line.Contains("GB/s", StringComparison.Ordinal) && line.TrimEnd().EndsWith('%')));
    }

    [Theory]
    [InlineData("--simd", "vector1024")]
    [InlineData("--kernel", "matrxi")]
    public void An_unknown_word_is_refused(string option, string word)
    {
        var result = CommandLine.Run("bench", option, word);
        Assert.Equal(2, result.ExitCode);
        Assert.Contains($"{option}: found '{word}'", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_level_that_the_processor_lacks_is_refused()
    {
        foreach (var level in Enum.GetValues<SimdLevel>().Except(Simd.Supported))
        {
            var result = CommandLine.Run("bench", "--simd", NameOf(level));
            Assert.Equal(2, result.ExitCode);
            Assert.Contains("which this processor cannot run", result.Error, StringComparison.Ordinal);
        }
    }

    private static JsonDocument Measure(params string[] args)
    {
        var result = CommandLine.Run(args);
        Assert.Equal(0, result.ExitCode);
        return JsonDocument.Parse(result.Output);
    }

    private static string NameOf(SimdLevel level) => level == SimdLevel.AvxVnni ? "avx-vnni" : level.ToString().ToLowerInvariant();
}
