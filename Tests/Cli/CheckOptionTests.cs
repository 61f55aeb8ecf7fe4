using System.Text.Json;
using NpuSim.Cli;
using NpuSim.Tests.Workloads.Data;
using Xunit;

namespace NpuSim.Tests.Cli;

/// <summary><c>--check</c> on the command line.</summary>
public sealed class CheckOptionTests : IDisposable
{
    private const string Head = """
        .npuasm version=1
        .program name="hand" machine="edge"
        .plan dram=65536 flash=0 global=0 act=65536 wgt=0 acc=0
        .tensor index=0 name="in" role=input at=dram[0x0] type=int8 shape=[4096] scale=1 zero=0 firstLayer=0 lastLayer=0
        .core index=0
            v.shape rows=1 columns=64 pitchA=64 pitchB=0 pitchOut=64
            dma.shape dma=0 bytes=64 count1=1 count2=1 count3=1
            dma.src dma=0 stride1=0 stride2=0 stride3=0
            dma.dst dma=0 stride1=0 stride2=0 stride3=0

        """;

    private const string Load = "dma.load dma=0 destination=act[0x0] source=dram[0x0]";
    private const string Clamp = "v.clamp a=act[0x0] out=act[0x100] format=int8Fixed low=-1 high=1";

    private readonly ScratchFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_program_with_a_race_fails_only_where_it_is_checked()
    {
        string program = Write($"{Load}\n{Clamp}");
        Assert.Equal(ExitCodes.Done, CommandLine.Run("run", program).ExitCode);
        var result = CommandLine.Run("run", program, "--check");
        Assert.Equal(ExitCodes.Failed, result.ExitCode);
        Assert.Equal("npusim: --check: 7 instructions: 1 race, no uninitialised read, no deadlock", result.ErrorLines[0]);
        Assert.StartsWith("race, read after write: core 0 dma0 instruction 4 (dma.load) writes", result.ErrorLines[1], StringComparison.Ordinal);
        Assert.Contains("check       7 instructions: 1 race", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Findings_are_in_the_json_with_instructions_and_bytes()
    {
        var check = Check(CommandLine.Run("run", Write($"{Load}\n{Clamp}\nv.clamp a=act[0x200] out=act[0x100] format=int8Fixed low=-1 high=1"), "--check", "--json", "-"));
        Assert.Equal((1, 1, 0), (Number(check, "races"), Number(check, "uninitialisedReads"), Number(check, "deadlocks")));
        var race = check.GetProperty("findings")[0];
        Assert.Equal(("race", "act", "0x0", "0x3f"), (Text(race, "kind"), Text(race, "space"), Text(race, "firstByte"), Text(race, "lastByte")));
        Assert.Equal("vector must wait, at or before instruction 5, for dma0 to end instruction 4", Text(race, "missing"));
        Assert.Equal(["dma.load", "v.clamp"], race.GetProperty("instructions").EnumerateArray().Select(instruction => Text(instruction, "mnemonic")));
        Assert.Equal(("uninitialisedRead", "0x200"), (Text(check.GetProperty("findings")[1], "kind"), Text(check.GetProperty("findings")[1], "firstByte")));
    }

    [Fact]
    public void Many_findings_are_shown_by_a_few_and_the_count()
    {
        var result = CommandLine.Run("run", Write(string.Join('\n', Enumerable.Repeat($"{Load}\n{Clamp}", 40))), "--check", "--quiet");
        Assert.Equal(ExitCodes.Failed, result.ExitCode);
        Assert.True(result.ErrorLines.Count <= 6);
        Assert.EndsWith("more; --json FILE holds the first 100", result.ErrorLines[^1], StringComparison.Ordinal);
        Assert.Equal("", result.Output);
    }

    [Fact]
    public void A_deadlock_under_check_leaves_its_chain_and_the_other_findings()
    {
        string program = Write($"{Clamp}\n{Load} wait=2 signal=1\n{Clamp} wait=1 signal=2");
        var plain = CommandLine.Run("run", program);
        Assert.Equal((ExitCodes.Failed, 2), (plain.ExitCode, plain.ErrorLines.Count));
        var result = CommandLine.Run("run", program, "--check", "--json", "-");
        Assert.Equal(ExitCodes.Failed, result.ExitCode);
        var check = Check(result);
        Assert.Equal((0, 1, 1), (Number(check, "races"), Number(check, "uninitialisedReads"), Number(check, "deadlocks")));
        var deadlock = check.GetProperty("findings")[0];
        Assert.Equal("deadlock", Text(deadlock, "kind"));
        Assert.Contains("waits for semaphore 1 (has 0 of 1) of core 0 dma0 instruction 5 (dma.load)", Text(deadlock, "message"), StringComparison.Ordinal);
        Assert.Equal(2, deadlock.GetProperty("instructions").GetArrayLength());
    }

    [Fact]
    public void Models_and_layer_tables_are_checked_too()
    {
        var model = CommandLine.Run("run", "glyphnet", "--check", "--mode", "timing");
        Assert.Equal(ExitCodes.Done, model.ExitCode);
        Assert.Contains("no race, no uninitialised read, no deadlock", model.Output, StringComparison.Ordinal);
        string table = _folder.Write("two.csv", "name,M,N,K\na,8,8,8\nb,16,16,16\n"u8.ToArray());
        var rows = Check(CommandLine.Run("run", table, "--check", "--mode", "timing", "--json", "-"));
        Assert.Equal(0, rows.GetProperty("findings").GetArrayLength());
        Assert.True(Number(rows, "instructions") > 10);
        var evaluated = CommandLine.Run("evaluate", "glyphnet", "--samples", "2", "--check");
        Assert.Equal(ExitCodes.Done, evaluated.ExitCode);
        Assert.Contains("no race, no uninitialised read, no deadlock", evaluated.Output, StringComparison.Ordinal);
    }

    private static JsonElement Check(CommandResult result)
    {
        using var json = JsonDocument.Parse(result.Output);
        return json.RootElement.GetProperty("check").Clone();
    }

    private static long Number(JsonElement json, string key) => json.GetProperty(key).GetInt64();

    private static string Text(JsonElement json, string key) => json.GetProperty(key).GetString()!;

    private string Write(string stream) => _folder.Write("hand.npuasm", System.Text.Encoding.UTF8.GetBytes($"{Head}{stream}\nhalt\n"));
}
