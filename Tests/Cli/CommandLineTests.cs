using NpuSim.Cli;
using NpuSim.Tests.Workloads.Data;
using Xunit;

namespace NpuSim.Tests.Cli;

public sealed class CommandLineTests
{
    private static readonly string[] Commands = ["run", "evaluate", "compile", "disasm", "asm", "machines", "models", "schema", "serve", "sweep", "bench", "validate", "debug", "report", "diff", "version"];

    [Fact]
    public void Without_arguments_it_says_what_it_is_and_three_commands_to_try()
    {
        var result = CommandLine.Run();
        Assert.Equal(ExitCodes.Done, result.ExitCode);
        Assert.Equal(3, result.Output.Split('\n').Count(line => line.StartsWith("  npusim ", StringComparison.Ordinal)));
        Assert.Empty(result.Error);
    }

    [Fact]
    public void Help_lists_the_commands_there_are_and_no_other()
    {
        var result = CommandLine.Run("--help");
        Assert.Equal(ExitCodes.Done, result.ExitCode);
        string[] listed = [.. result.Output[result.Output.IndexOf("Commands:", StringComparison.Ordinal)..].Split('\n').Skip(1)
            .Where(line => line.StartsWith("  ", StringComparison.Ordinal) && line[2] != ' ').Select(line => line.Trim().Split(' ')[0])];
        Assert.Equal(Commands.Order(), listed.Order());
    }

    [Theory]
    [InlineData("run")]
    [InlineData("evaluate")]
    [InlineData("compile")]
    [InlineData("disasm")]
    [InlineData("asm")]
    [InlineData("machines")]
    [InlineData("models")]
    [InlineData("schema")]
    [InlineData("debug")]
    [InlineData("diff")]
    [InlineData("validate")]
    [InlineData("version")]
    public void Every_command_has_help_that_fits_a_screen(string command)
    {
        var result = CommandLine.Run(command, "--help");
        Assert.Equal(ExitCodes.Done, result.ExitCode);
        Assert.Contains($"npusim {command}", result.Output, StringComparison.Ordinal);
        Assert.InRange(result.Output.Split('\n').Length, 5, 48);
    }

    [Theory]
    [InlineData("rnu", "'rnu'", "did you mean 'run'")]
    [InlineData("run x --mdoe full", "'--mdoe'", "did you mean '--mode'")]
    [InlineData("run x --mode fulll", "'fulll'", "did you mean 'full'")]
    [InlineData("run x --page page.html", "'--page'", "expected --machine")]
    [InlineData("run x --threads 0", "'0'", "from 1 to 1024")]
    [InlineData("compare spec.json", "'compare'", "expected run, evaluate")]
    public void A_refusal_names_what_was_found_and_what_is_expected(string line, string found, string expected)
    {
        var result = CommandLine.Run(line.Split(' '));
        Assert.Equal(ExitCodes.BadInput, result.ExitCode);
        Assert.Contains(found, result.Error, StringComparison.Ordinal);
        Assert.Contains(expected, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void An_interrupted_run_ends_with_130_and_leaves_no_file()
    {
        using var folder = new ScratchFolder();
        using var interruption = new CancellationTokenSource();
        interruption.Cancel();
        string program = folder.Write("small.npu", NpuSim.Isa.Program.ProgramFile.Encode(SmallModels.Program()));
        var result = CommandLine.Run(interruption.Token, "run", program, "--json", folder.Path("x.json"), "--out", folder.Path("out"));
        Assert.Equal(ExitCodes.Interrupted, result.ExitCode);
        Assert.Empty(result.Output);
        Assert.Equal([program], Directory.GetFileSystemEntries(folder.Path("")));
    }

    [Fact]
    public void Machines_are_listed_and_one_is_printed_as_the_file_that_reads_back()
    {
        var list = CommandLine.Run("machines");
        Assert.Equal(ExitCodes.Done, list.ExitCode);
        Assert.All(NpuSim.Isa.Machine.MachineFile.PresetNames(), name => Assert.Contains(name, list.Output, StringComparison.Ordinal));
        var one = CommandLine.Run("machines", "edge", "--set", "core.array.rows=16");
        var machine = NpuSim.Isa.Machine.MachineFile.Parse(one.Output, "printed");
        Assert.Equal(16, machine.Core.Array.Rows);
    }

    [Fact]
    public void The_schema_and_the_version_are_printed()
    {
        Assert.StartsWith("{", CommandLine.Run("schema").Output, StringComparison.Ordinal);
        Assert.Matches("^npusim [0-9]+\\.[0-9]+\\.[0-9]+\n$", CommandLine.Run("version").Output);
    }
}
