using System.Globalization;
using System.Text.Json;
using NpuSim.Cli;
using NpuSim.Isa.Program;
using NpuSim.Tests.Workloads.Data;
using Xunit;

namespace NpuSim.Tests.Cli;

public sealed class PowerOptionTests : IDisposable
{
    private readonly ScratchFolder _folder = new();
    private readonly string _program;

    public PowerOptionTests() => _program = _folder.Write("small.npu", ProgramFile.Encode(SmallModels.Program()));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_integral_of_the_written_curve_is_the_energy_of_the_json_part_by_part()
    {
        using var json = Json("--power", _folder.Path("power.csv"), "--power-window", "50");
        var energy = json.RootElement.GetProperty("energy");
        var rows = Rows(_folder.Path("power.csv"));
        double nanoseconds = 1e6 * Real(json.RootElement, "latencyMs") / json.RootElement.GetProperty("cycles").GetInt64();
        Assert.All(["array", "vector", "sram", "dram", "network", "control", "leakage", "host", "total"], part => Assert.Equal(
            Real(energy, $"{part}Uj"), rows.Sum(row => row[$"{part}Mw"] * (row["endCycle"] - row["startCycle"]) * nanoseconds * 1e-6), 1e-9));
        Assert.Equal(rows.Max(row => row["totalMw"]), Real(json.RootElement.GetProperty("power"), "peakMw"));
        Assert.Equal(rows.Max(row => row["supplyMa"]), Real(json.RootElement.GetProperty("power"), "peakCurrentMa"));
    }

    [Fact]
    public void The_peak_is_the_same_whether_the_curve_is_written_or_not()
    {
        using var plain = Json();
        using var written = Json("--power", _folder.Path("power.csv"));
        Assert.Equal(plain.RootElement.GetProperty("power").GetRawText(), written.RootElement.GetProperty("power").GetRawText());
        Assert.Equal(1000, plain.RootElement.GetProperty("power").GetProperty("peakWindowCycles").GetInt64());
    }

    [Fact]
    public void Rates_follow_from_latency_and_energy_and_a_regulator_takes_its_share_of_the_supply()
    {
        using var json = Json("--set", "energy.regulatorEfficiency=0.8");
        var power = json.RootElement.GetProperty("power");
        double microjoules = Real(json.RootElement.GetProperty("energy"), "totalUj");
        Assert.Equal(1000 / Real(json.RootElement, "latencyMs"), Real(power, "inferencesPerSecond"), 9);
        Assert.Equal(1e6 / microjoules, Real(power, "inferencesPerJoule"), 6);
        Assert.Equal(2 * Real(json.RootElement, "macs") / microjoules / 1e6, Real(power, "topsPerWatt"), 12);
        Assert.Equal(Real(power, "averageMw") / 0.8, Real(power, "supplyMw"), 9);
    }

    [Fact]
    public void Leakage_alone_goes_with_the_temperature()
    {
        using var table = Json();
        using var hot = Json("--set", "energy.temperatureC=111.5");
        double ratio = Real(hot.RootElement.GetProperty("energy"), "leakageUj") / Real(table.RootElement.GetProperty("energy"), "leakageUj");
        Assert.Equal(Math.Exp(0.02 * (111.5 - 76.85)), ratio, 9);
        Assert.All(["arrayUj", "sramUj", "dramUj", "hostUj"], key =>
            Assert.Equal(Real(table.RootElement.GetProperty("energy"), key), Real(hot.RootElement.GetProperty("energy"), key)));
    }

    [Fact]
    public void A_folder_of_everything_holds_the_curve()
    {
        Assert.Equal(ExitCodes.Done, CommandLine.Run("run", _program, "--mode", "timing", "--quiet", "--out", _folder.Path("all")).ExitCode);
        Assert.NotEmpty(Rows(Path.Combine(_folder.Path("all"), "power.csv")));
    }

    [Fact]
    public void A_layer_table_has_the_highest_peak_of_its_rows_but_no_curve()
    {
        string table = _folder.Write("t.csv", "name,M,N,K\na,64,64,64\nb,8,8,8\n"), one = _folder.Write("one.csv", "name,M,N,K\na,64,64,64\n");
        double Peak(string file)
        {
            using var json = JsonDocument.Parse(CommandLine.Run("run", file, "--mode", "timing", "--json", "-").Output);
            return Real(json.RootElement.GetProperty("power"), "peakMw");
        }

        Assert.Equal(Peak(one), Peak(table));
        Assert.Contains("--power: ", Assert.Single(CommandLine.Run("run", table, "--power", _folder.Path("x.csv")).ErrorLines), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--power-window", "0", "expected a whole number from 1")]
    [InlineData("--power", "no/such/folder/p.csv", "does not exist")]
    public void What_cannot_be_is_refused(string option, string value, string message)
    {
        var result = CommandLine.Run("run", _program, option, value);
        Assert.Equal(ExitCodes.BadInput, result.ExitCode);
        Assert.Contains(message, Assert.Single(result.ErrorLines), StringComparison.Ordinal);
    }

    private JsonDocument Json(params string[] more) => JsonDocument.Parse(CommandLine.Run(["run", _program, "--mode", "timing", "--json", "-", .. more]).Output);

    private static List<Dictionary<string, double>> Rows(string file)
    {
        string[] lines = File.ReadAllLines(file), heads = lines[0].Split(',');
        return [.. lines.Skip(1).Select(line => line.Split(',').Select((cell, column) => (heads[column], double.Parse(cell, CultureInfo.InvariantCulture))).ToDictionary())];
    }

    private static double Real(JsonElement element, string key) => element.GetProperty(key).GetDouble();
}
