using System.Globalization;
using System.Text.Json;
using NpuSim.Tests.Workloads.Data;
using Xunit;

namespace NpuSim.Tests.Cli;

/// <summary>The data-dependent energy as users see it.</summary>
public sealed class DataEnergyTests : IDisposable
{
    private readonly ScratchFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Rows_of_a_layer_table_have_the_zeros_that_they_declare_and_cost_the_less_the_more_they_have()
    {
        string table = _folder.Write("t.csv", """
            name,W,H,C,K,R,S,stride,pad,groups,set:energy.activity.zeros
            none,13,13,64,64,3,3,1,1,1,0
            half,13,13,64,64,3,3,1,1,1,0.5
            most,13,13,64,64,3,3,1,1,1,0.8

            """);
        using var json = JsonDocument.Parse(CommandLine.Run("run", table, "--machine", "eyeriss", "--mode", "timing", "--json", "-").Output);
        var layers = json.RootElement.GetProperty("layers").EnumerateArray().ToList();
        Assert.Equal([0, 0.5, 0.8], layers.Select(layer => layer.GetProperty("zeroShare").GetDouble()));
        double[] data = [.. layers.Select(layer => layer.GetProperty("dataEnergyUj").GetDouble())];
        Assert.True(data[0] > data[1] && data[1] > data[2]);
        // The saving goes with the share of zeros; what the tables say does not.
        Assert.Equal((data[0] - data[1]) / 0.5, (data[0] - data[2]) / 0.8, data[0] * 1e-9);
        Assert.Single(layers.Select(layer => layer.GetProperty("energyUj").GetDouble()).Distinct());
        var whole = json.RootElement.GetProperty("energy").GetProperty("dataDependent");
        Assert.Equal("declared", whole.GetProperty("source").GetString());
        Assert.Equal(data.Sum(), whole.GetProperty("totalUj").GetDouble(), data.Sum() * 1e-9);
        Assert.Equal(1.3 / 3, whole.GetProperty("zeroActivationShare").GetDouble(), 1e-9);
    }

    [Fact]
    public void Halved_switching_halves_what_goes_with_data()
    {
        double Total(string toggles)
        {
            string output = CommandLine.Run(
                "run", "resnet8", "--mode", "timing", "--json", "-", "--set", $"energy.activity.toggles={toggles}").Output;
            using var json = JsonDocument.Parse(output);
            var energy = json.RootElement.GetProperty("energy");
            Assert.Contains("activity memoryFixed", energy.GetProperty("dataDependent").GetProperty("rows").EnumerateArray().Select(row => row.GetString()));
            Assert.Contains(energy.GetProperty("assumed").EnumerateArray(), row => row.GetString()!.StartsWith("activity multiplierFixed: ", StringComparison.Ordinal));
            double sum = energy.GetProperty("actions").EnumerateArray().Sum(
                line => line.GetProperty("uj").GetDouble() * line.GetProperty("dataShare").GetDouble());
            double total = energy.GetProperty("dataDependent").GetProperty("totalUj").GetDouble();
            Assert.Equal(total, sum, total * 1e-9);
            return total;
        }

        double still = Total("0"), half = Total("0.5"), whole = Total("1");
        Assert.Equal((still + whole) / 2, half, whole * 1e-9);
        Assert.True(still < 0.9 * whole);
    }

    [Fact]
    public void The_summary_says_what_the_operands_make_of_the_energy()
    {
        string operands = Words("run", "glyphnet", "--machine", "eyeriss"), declared = Words("run", "glyphnet", "--mode", "timing");
        Assert.Matches(@"with these operands \S+ µJ \(between .*\): \S+ % of the products have a zero activation, [\d,]+ products gated; bits that change: activations ", operands);
        Assert.Matches("with the data that the machine declares .* bits that change: 50.0 %", declared);
        static string Words(params string[] line) =>
            string.Join(' ', CommandLine.Run(line).Output.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries)).ToString(CultureInfo.InvariantCulture);
    }
}
