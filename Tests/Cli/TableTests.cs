using NpuSim.Cli;
using Xunit;

namespace NpuSim.Tests.Cli;

public sealed class TableTests
{
    [Theory]
    [InlineData(30)]
    [InlineData(110)]
    [InlineData(160)]
    public void The_last_column_wraps_to_the_width_and_loses_nothing(int width)
    {
        string[] lines = Lines("machines", width);
        int text = lines[0].IndexOf("what it is", StringComparison.Ordinal);
        Assert.All(lines[..^1], line => Assert.True(line.Length <= Math.Max(width, text + 24), line));
        string[] edge = [.. lines.SkipWhile(line => !line.StartsWith("edge ", StringComparison.Ordinal)).Select((line, index) => (line, index))
            .TakeWhile(row => row.index == 0 || row.line.StartsWith(' ')).Select(row => row.line[text..])];
        Assert.Equal(NpuSim.Isa.Machine.MachineFile.Load("edge", []).Description, string.Join(' ', edge));
    }

    [Fact]
    public void Numbers_stand_to_the_right_under_a_rule_as_wide_as_the_table()
    {
        string[] lines = Lines("models", 160);
        int end = lines[0].IndexOf("MACs", StringComparison.Ordinal) + 4;
        Assert.All(lines[2..], line => Assert.True(char.IsAsciiDigit(line[end - 1]) && line[end] == ' '));
        Assert.Equal(new string('─', lines.Max(line => line.Length)), lines[1]);
        Assert.All(lines, line => Assert.Equal(line.TrimEnd(), line));
    }

    private static string[] Lines(string command, int width)
    {
        using var output = new StringWriter { NewLine = "\n" };
        Assert.Equal(0, CliApplication.Run([command], new Session(output, TextWriter.Null) { Width = width }));
        return output.ToString().TrimEnd('\n').Split('\n');
    }
}
