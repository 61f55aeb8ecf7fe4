using NpuSim.Cli;
using Xunit;

namespace NpuSim.Tests.Cli;

public sealed class DebugTests
{
    [Theory]
    [InlineData("--set core.array.dataflow=weightStationary", "(w)", "15 cycles")]
    [InlineData("--set core.array.dataflow=outputStationary", "↓s", "28 cycles")]
    [InlineData("--set core.array.dataflow=inputStationary", "(x)", "28 cycles")]
    [InlineData("--set core.array.shadowRegisters=true --set core.array.dataflow=inputStationary", "(x)", "18 cycles")]
    public void A_systolic_array_is_shown_until_the_formulas_last_cycle(string options, string legend, string cycles)
    {
        var result = CommandLine.Run(["debug", "--array", "--shape", "5x4x4", .. options.Split(' ')]);
        Assert.Equal((ExitCodes.Done, ""), (result.ExitCode, result.Error));
        Assert.Contains(legend, result.Output, StringComparison.Ordinal);
        Assert.Contains($"\n{cycles}; in: ", result.Output, StringComparison.Ordinal);
        Assert.Contains($"the timing formula gives {cycles} too", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_element_of_every_cycle_is_there_and_the_sums_add_up()
    {
        string[] lines = CommandLine.Run("debug", "--array", "--set", "core.array.rows=2", "--set", "core.array.columns=3", "--shape", "3x3x4").Output.Split('\n');
        // Two folds of 2 + 3 + 2 + 3 − 2 cycles.
        Assert.Equal(16, lines.Count(line => line.StartsWith("cycle ", StringComparison.Ordinal)));
        Assert.Equal(16, lines.Count(line => line.StartsWith("  r1 ", StringComparison.Ordinal)));
        Assert.Equal(18, lines.Count(line => line.StartsWith("    y[", StringComparison.Ordinal)));
        int[] added = [.. lines.Where(line => line.StartsWith("    y[1,2] += ", StringComparison.Ordinal)).Select(line => int.Parse(line[14..], null))];
        string results = lines[Array.IndexOf(lines, "results y [m, n]") + 2];
        Assert.Equal(results.Split(' ', StringSplitOptions.RemoveEmptyEntries)[2], added.Sum().ToString(System.Globalization.CultureInfo.InvariantCulture));
    }

    [Fact]
    public void A_range_of_cycles_is_printed_and_all_are_simulated()
    {
        string output = CommandLine.Run("debug", "--array", "--cycles", "6-7").Output;
        Assert.Equal(["cycle 6", "cycle 7"], output.Split('\n').Where(line => line.StartsWith("cycle ", StringComparison.Ordinal)));
        Assert.Contains("the timing formula gives 15 cycles too", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Dot_products_have_a_plane_per_pixel()
    {
        var result = CommandLine.Run(
            "debug", "--array", "--machine", "edge", "--set", "core.array.rows=2", "--set", "core.array.columns=2", "--set", "core.array.pixels=2", "--shape",
            "3x2x2x2");
        Assert.True(result.ExitCode == ExitCodes.Done, result.Error);
        Assert.Contains("\n  p1  c0", result.Output, StringComparison.Ordinal);
        Assert.Contains("cycles too", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_seed_gives_the_same_picture_and_another_one_others()
    {
        string first = CommandLine.Run("debug", "--array").Output;
        Assert.Equal(first, CommandLine.Run("debug", "--array", "--seed", "1").Output);
        Assert.NotEqual(first, CommandLine.Run("debug", "--array", "--seed", "2").Output);
    }

    // A formula that knows more than the registers would end with exit code 1.
    [Theory]
    [MemberData(nameof(Presets))]
    public void A_preset_is_shown_cycle_for_cycle_or_refused(string preset)
    {
        string[] small = ["--set", "core.array.rows=4", "--set", "core.array.columns=4"];
        var result = CommandLine.Run(["debug", "--array", "--machine", preset, .. small, "--shape", "3x2x5x2"]);
        Assert.True(result.ExitCode is ExitCodes.Done or ExitCodes.BadInput, result.Error);
    }

    public static TheoryData<string> Presets => [.. NpuSim.Isa.Machine.MachineFile.PresetNames()];

    [Theory]
    [InlineData("", "expected --array")]
    [InlineData("--array --machine tpu-128", "8 × 8")]
    [InlineData("--array --machine eyeriss", "found core.array.kind=rowStationary")]
    [InlineData("--array --machine ethos-u55-32", "found core.array.blocks")]
    [InlineData("--array --machine gemmini-16", "found core.array.commandVectors")]
    [InlineData("--array --shape 5x4", "found '5x4', expected MxNxK")]
    [InlineData("--array --shape 5x4x0", "found '5x4x0'")]
    [InlineData("--array --shape 5x4x65", "from 1 to 64")]
    [InlineData("--array --shape 64x64x64", "at most; choose some of")]
    [InlineData("--array --cycles 9-3", "found '9-3'")]
    [InlineData("--array --cycles 99", "found 99, expected 1 to 15")]
    [InlineData("--array --cycles x", "found 'x'")]
    [InlineData("program.npu", "unexpected 'program.npu'")]
    public void What_cannot_be_shown_is_refused_in_one_line(string options, string expected)
    {
        var result = CommandLine.Run(["debug", .. options.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);
        Assert.Equal(ExitCodes.BadInput, result.ExitCode);
        Assert.Empty(result.Output);
        Assert.Contains(expected, Assert.Single(result.ErrorLines), StringComparison.Ordinal);
    }
}
