using System.Text.Json;
using NpuSim.Cli;
using NpuSim.Isa.Program;
using NpuSim.Tests.Workloads.Data;
using Xunit;

namespace NpuSim.Tests.Cli;

public sealed class DutyCycleTests : IDisposable
{
    private static readonly string[] Idle = ["--set", "host.idleMilliwatts=2"];

    private readonly ScratchFolder _folder = new();
    private readonly string _program;

    public DutyCycleTests() => _program = _folder.Write("small.npu", ProgramFile.Encode(SmallModels.Program()));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Idle_at_one_inference_a_second_leakage_memory_and_host_take_nearly_all()
    {
        using var json = Json([.. Idle, "--duty", "1"]);
        var (duty, energy) = (json.RootElement.GetProperty("dutyCycle"), json.RootElement.GetProperty("energy"));
        var parts = duty.GetProperty("parts");
        Assert.All(["array", "vector", "sram", "network", "control"], part => Assert.Equal(Real(energy, $"{part}Uj") / 1000, Real(parts, $"{part}Mw"), 1e-12));
        Assert.All(["leakage", "dram", "host"], part => Assert.True(Real(parts, $"{part}Mw") > 100 * Real(energy, $"{part}Uj") / 1000));
        // LPDDR4 of 12.8 GB/s: two devices of 6.4 GB/s that refresh themselves at 1.2 mW each; docs/energy/tables.md.
        Assert.Equal(2 * 1.2, Real(parts, "dramMw"), 0.01);
        Assert.Equal(2, Real(parts, "hostMw"), 0.01);
        Assert.Equal(Real(duty, "averageMw"), parts.EnumerateObject().Sum(part => part.Value.GetDouble()), 9);
    }

    [Fact]
    public void Standby_leaks_the_share_that_power_gating_leaves()
    {
        using var gated = Json("--duty", "1");
        using var powered = Json("--duty", "1", "--set", "energy.gating.sleepLeakageShare=1");
        double Leakage(JsonDocument json) => Real(json.RootElement.GetProperty("dutyCycle").GetProperty("parts"), "leakageMw");
        Assert.Equal(0.05, Leakage(gated) / Leakage(powered), 0.0005);
        // With all power on it leaks as at work.
        double seconds = Real(powered.RootElement, "latencyMs") / 1000;
        using var ungated = Json("--set", "energy.gating.idleLeakageShare=1");
        Assert.Equal(Real(ungated.RootElement.GetProperty("energy"), "leakageUj") / seconds / 1000, Leakage(powered), Leakage(powered) * 1e-9);
    }

    [Fact]
    public void Energy_of_an_inference_falls_towards_that_of_the_run_with_the_rate()
    {
        using var run = Json();
        double latency = Real(run.RootElement, "latencyMs"), energy = Real(run.RootElement.GetProperty("energy"), "totalUj");
        double PerInference(double rate)
        {
            using var json = Json("--duty", rate.ToString("R", System.Globalization.CultureInfo.InvariantCulture));
            return Real(json.RootElement.GetProperty("dutyCycle"), "energyUjPerInference");
        }

        Assert.Equal(energy, PerInference(1000 / latency * 0.999999999), energy * 1e-6);
        Assert.True(PerInference(10) > PerInference(100) && PerInference(100) > energy);
    }

    [Fact]
    public void A_battery_lasts_its_energy_over_the_power_behind_the_regulator()
    {
        using var json = Json("--duty", "5", "--battery", "220@3.0", "--set", "energy.regulatorEfficiency=0.9");
        var duty = json.RootElement.GetProperty("dutyCycle");
        Assert.Equal(220 * 3 * 0.9 / Real(duty, "averageMw"), Real(duty.GetProperty("battery"), "hours"), 9);
        Assert.Equal(220 * 3 * 0.9 / Real(duty, "highMw"), Real(duty.GetProperty("battery"), "lowHours"), 9);
        Assert.Contains("battery of 220 mAh at 3.00 V: ", CommandLine.Run("run", _program, "--duty", "5", "--battery", "220@3").Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("expected at most", "--duty", "100000000")]
    [InlineData("--battery: found without a rate", "--battery", "220@3")]
    [InlineData("--battery: found '220', expected MAH@VOLTS", "--battery", "220", "--duty", "1")]
    [InlineData("--battery: found '220@0', expected MAH@VOLTS", "--battery", "220@0", "--duty", "1")]
    [InlineData("--duty: found '0', expected a number", "--duty", "0")]
    public void What_cannot_be_is_refused(string message, params string[] options)
    {
        var result = CommandLine.Run(["run", _program, "--mode", "timing", .. options]);
        Assert.Equal(ExitCodes.BadInput, result.ExitCode);
        Assert.Contains(message, Assert.Single(result.ErrorLines), StringComparison.Ordinal);
    }

    private JsonDocument Json(params string[] more) => JsonDocument.Parse(CommandLine.Run(["run", _program, "--mode", "timing", "--json", "-", .. more]).Output);

    private static double Real(JsonElement element, string key) => element.GetProperty(key).GetDouble();
}
