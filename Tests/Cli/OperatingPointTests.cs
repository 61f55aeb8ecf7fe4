using System.Text.Json;
using NpuSim.Cli;
using NpuSim.Isa.Program;
using NpuSim.Tests.Workloads.Data;
using Xunit;

namespace NpuSim.Tests.Cli;

public sealed class OperatingPointTests : IDisposable
{
    private readonly ScratchFolder _folder = new();
    private readonly string _program;

    public OperatingPointTests() => _program = _folder.Write("small.npu", ProgramFile.Encode(SmallModels.Program()));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_range_of_voltages_runs_each_at_the_highest_clock_that_it_allows()
    {
        var points = Points("0.6:0.8:0.05");
        Assert.Equal([0.6, 0.65, 0.7, 0.75, 0.8], points.Select(point => Real(point, "voltage")));
        Assert.Equal(points.Select(point => Math.Floor(Real(point, "highestClockMHz") + 1e-6)), points.Select(point => Real(point, "clockMHz")));
        Assert.True(Ascends(points, "clockMHz") && Ascends(points, "energyUj") && Ascends(points, "averageMw"));
        Assert.True(Ascends([.. points.Reverse()], "latencyMs") && Ascends([.. points.Reverse()], "inferencesPerJoule"));
    }

    [Fact]
    public void The_machines_own_point_gives_the_figures_of_the_run_itself()
    {
        using var run = Json("--dvfs", "0.8@1000");
        var point = run.RootElement.GetProperty("operatingPoints")[0];
        Assert.Equal(Real(run.RootElement, "latencyMs"), Real(point, "latencyMs"));
        Assert.Equal(Real(run.RootElement.GetProperty("energy"), "totalUj"), Real(point, "energyUj"));
        Assert.Equal(Real(run.RootElement.GetProperty("power"), "peakMw"), Real(point, "peakMw"));
    }

    // External memory has its own supply and clock: its energy stays, and so does what it needs of the time.
    [Fact]
    public void At_the_same_voltage_half_the_clock_takes_less_than_twice_the_time_and_leaks_for_as_much_longer()
    {
        var points = Points("0.8@1000,0.8@500");
        double time = Real(points[1], "latencyMs") / Real(points[0], "latencyMs");
        Assert.InRange(time, 1.3, 1.999);
        Assert.True(Real(points[1], "energyUj") > Real(points[0], "energyUj"));
        Assert.True(Real(points[1], "averageMw") < Real(points[0], "averageMw"));
    }

    [Fact]
    public void A_clock_beyond_what_the_voltage_allows_is_reported()
    {
        using var json = Json("--set", "energy.voltage=0.6");
        Assert.Contains("1000 MHz is beyond the 686.", json.RootElement.GetProperty("power").GetProperty("warning").GetString(), StringComparison.Ordinal);
        Assert.Contains("silicon could not run so", CommandLine.Run("run", _program, "--set", "energy.voltage=0.6").Output, StringComparison.Ordinal);
        Assert.Contains("beyond the 686 MHz", CommandLine.Run("run", _program, "--dvfs", "0.6@1000").Output, StringComparison.Ordinal);
        using var own = Json();
        Assert.False(own.RootElement.GetProperty("power").TryGetProperty("warning", out _));
    }

    [Theory]
    [InlineData("0.6:0.5:0.1", "found '0.6:0.5:0.1', expected LOW:HIGH:STEP")]
    [InlineData("0.6:0.9:0", "expected LOW:HIGH:STEP")]
    [InlineData("0.6:0.9:0.0001", "at most 1000 points")]
    [InlineData("0.1:0.9:0.1", "0.3 to 1.5 ascending")]
    [InlineData("0.8", "expected LOW:HIGH:STEP")]
    [InlineData("0.8@", "found '0.8@', expected VOLTS@MHZ")]
    [InlineData("0.8@500,x@3", "found 'x@3', expected VOLTS@MHZ")]
    [InlineData("0.3:0.5:0.1", "0.3 V allows 0 MHz on edge")]
    public void What_is_no_range_or_list_of_points_is_refused(string text, string message)
    {
        var result = CommandLine.Run("run", _program, "--dvfs", text);
        Assert.Equal(ExitCodes.BadInput, result.ExitCode);
        Assert.Contains(message, Assert.Single(result.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public void A_layer_table_has_no_operating_points()
    {
        string table = _folder.Write("t.csv", "name,M,N,K\na,8,8,8\n");
        Assert.Contains("--dvfs: ", Assert.Single(CommandLine.Run("run", table, "--dvfs", "0.8@1000").ErrorLines), StringComparison.Ordinal);
    }

    private JsonElement[] Points(string range)
    {
        using var json = Json("--dvfs", range);
        return [.. json.RootElement.Clone().GetProperty("operatingPoints").EnumerateArray()];
    }

    private JsonDocument Json(params string[] more) => JsonDocument.Parse(CommandLine.Run(["run", _program, "--mode", "timing", "--json", "-", .. more]).Output);

    private static double Real(JsonElement element, string key) => element.GetProperty(key).GetDouble();

    private static bool Ascends(JsonElement[] points, string key) => points.Zip(points.Skip(1)).All(pair => Real(pair.First, key) < Real(pair.Second, key));
}
