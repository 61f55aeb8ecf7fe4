using System.Text.Json;
using Xunit;

namespace NpuSim.Tests.Cli;

/// <summary>The example of the array's formats shows what its text says.</summary>
public sealed class FormatExampleTests
{
    [Fact]
    public void Narrower_formats_take_fewer_cycles_and_less_energy()
    {
        var result = CommandLine.Run("run", RepositoryFolder.File("docs/examples/formats.npuasm"), "--json", "-", "--quiet");
        Assert.Equal(0, result.ExitCode);
        using var json = JsonDocument.Parse(result.Output);
        var layers = json.RootElement.GetProperty("layers").EnumerateArray().ToDictionary(layer => layer.GetProperty("name").GetString()!);
        long Cycles(string name) => layers[name].GetProperty("computeCycles").GetInt64();
        double Energy(string name) => layers[name].GetProperty("energyUj").GetDouble();
        Assert.True(Cycles("binary") < Cycles("int4") && Cycles("int4") < Cycles("int8") && Cycles("int8") < Cycles("int16"));
        Assert.Equal(Cycles("int4"), Cycles("log2"));
        Assert.True(Energy("binary") < Energy("int4") && Energy("int4") < Energy("int8") && Energy("int8") < Energy("int16"));
    }

    [Fact]
    public void A_machine_without_the_formats_refuses_it()
    {
        var result = CommandLine.Run("run", RepositoryFolder.File("docs/examples/formats.npuasm"), "--machine", "gemmini-16", "--quiet");
        Assert.Equal(2, result.ExitCode);
        Assert.True(result.ErrorLines.Count <= 2);
        Assert.Contains("found format=Int4", result.Error, StringComparison.Ordinal);
    }
}
