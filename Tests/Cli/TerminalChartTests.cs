using NpuSim.Cli;
using NpuSim.Isa.Program;
using NpuSim.Tests.Workloads.Data;
using Xunit;

namespace NpuSim.Tests.Cli;

public sealed class TerminalChartTests : IDisposable
{
    private const string Escape = "\e";

    private readonly ScratchFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(60)]
    [InlineData(80)]
    [InlineData(200)]
    public void Bars_fit_the_terminal_and_the_longest_layer_has_the_longest_bar(int width)
    {
        var bars = Bars(Run(Program("conv"), Console(terminal: true) with { Width = width }));
        Assert.All(bars, bar => Assert.InRange(bar.Length, 1, width));
        int[] lengths = [.. bars.Take(2).Select(bar => bar.Count(letter => letter is '█' or '░'))];
        Assert.True(lengths[0] > lengths[1] && lengths[1] > 0);
    }

    [Fact]
    public void They_are_drawn_for_terminals_and_where_asked_for()
    {
        string program = Program("conv");
        Assert.Contains("layers that take most", Run(program, Console(terminal: true)), StringComparison.Ordinal);
        Assert.DoesNotContain("layers that take most", Run(program, Console(terminal: false)), StringComparison.Ordinal);
        Assert.Contains("layers that take most", Run(program, Console(terminal: false), "--chart"), StringComparison.Ordinal);
        Assert.DoesNotContain("layers that take most", Run(program, Console(terminal: true), "--quiet"), StringComparison.Ordinal);
    }

    [Fact]
    public void Colours_are_there_only_where_the_session_takes_them()
    {
        string program = Program("conv");
        Assert.Contains($"{Escape}[34m█", Run(program, Console(terminal: true) with { UsesColour = true }), StringComparison.Ordinal);
        Assert.DoesNotContain(Escape, Run(program, Console(terminal: true)), StringComparison.Ordinal);
    }

    [Fact]
    public void Wide_characters_keep_bars_in_line_and_no_name_commands_the_terminal()
    {
        string output = Run(Program($"日本語{Escape}[2J"), Console(terminal: true));
        Assert.DoesNotContain(Escape, output, StringComparison.Ordinal);
        var bars = Bars(output);
        Assert.StartsWith("  日本語?[2J  ", bars[0], StringComparison.Ordinal);
        Assert.StartsWith("  dense       ", bars[1], StringComparison.Ordinal);
    }

    private static Session Console(bool terminal) => new(new StringWriter { NewLine = "\n" }, TextWriter.Null) { OutputIsTerminal = terminal };

    private static string Run(string program, Session session, params string[] options)
    {
        Assert.Equal(ExitCodes.Done, CliApplication.Run(["run", program, "--mode", "timing", .. options], session));
        return session.Output.ToString()!;
    }

    // The lines between the first head and the empty line behind its bars.
    private static string[] Bars(string output)
    {
        string[] lines = output.Split('\n');
        int head = Array.FindIndex(lines, line => line.StartsWith("layers that take most", StringComparison.Ordinal));
        return [.. lines.Skip(head + 1).TakeWhile(line => line.Length > 0)];
    }

    private string Program(string name)
    {
        var program = SmallModels.Program();
        return _folder.Write("small.npu", ProgramFile.Encode(program with { Layers = [.. program.Layers.Select(layer => layer.Name == "conv" ? layer with { Name = name } : layer)] }));
    }
}
