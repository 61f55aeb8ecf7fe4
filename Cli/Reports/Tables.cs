using System.Text;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace NpuSim.Cli.Reports;

/// <summary>A column of a printed table.</summary>
/// <param name="Title">Its head.</param>
/// <param name="Numbers">Numbers stand to the right.</param>
/// <param name="Wraps">Whether it may be broken over lines; others are as wide as their widest cell.</param>
internal sealed record TableColumnSpec(string Title, bool Numbers = false, bool Wraps = false);

/// <summary>Tables on the session's output.</summary>
internal static class Tables
{
    private const int Gap = 2;

    /// <summary>Prints a table without lines but the one below its head.</summary>
    /// <param name="session">Where to.</param>
    /// <param name="columns">Heads.</param>
    /// <param name="rows">As many cells each as there are columns.</param>
    public static void Print(Session session, IReadOnlyList<TableColumnSpec> columns, IReadOnlyList<IReadOnlyList<string>> rows)
    {
        var table = new Table { Border = new HeadRule() };
        for (int index = 0; index < columns.Count; index++)
        {
            table.AddColumn(Column(columns, index, rows));
        }

        foreach (var row in rows)
        {
            table.AddRow([.. row.Select(cell => new Text(cell))]);
        }

        Print(session, table);
    }

    private static TableColumn Column(IReadOnlyList<TableColumnSpec> columns, int index, IReadOnlyList<IReadOnlyList<string>> rows)
    {
        var column = columns[index];
        return new TableColumn(new Text(column.Title))
        {
            Padding = new Padding(0, 0, index == columns.Count - 1 ? 0 : Gap, 0),
            Alignment = column.Numbers ? Justify.Right : Justify.Left,
            Width = column.Wraps ? null : rows.Select(row => row[index].Length).Append(column.Title.Length).Max(),
            NoWrap = !column.Wraps,
        };
    }

    private static void Print(Session session, Table table)
    {
        using var text = new StringWriter { NewLine = "\n" };
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.No,
            ColorSystem = ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Out = new FixedWidthOutput(text, session.Width),
        });
        console.Write(table);
        foreach (string line in text.ToString().Split('\n').Select(line => line.TrimEnd()).Where(line => line.Length > 0))
        {
            session.Output.WriteLine(line[1..]);
        }
    }

    // The left edge is one blank, which Print takes away.
    private sealed class HeadRule : TableBorder
    {
        public override string GetPart(TableBorderPart part) => part switch
        {
            TableBorderPart.HeaderBottom => "─",
            TableBorderPart.HeaderBottomSeparator => "",
            TableBorderPart.HeaderLeft or TableBorderPart.CellLeft or TableBorderPart.HeaderBottomLeft => " ",
            TableBorderPart.HeaderTop or TableBorderPart.FooterBottom or TableBorderPart.FooterTop => " ",
            var _ => "",
        };
    }

    private sealed class FixedWidthOutput(TextWriter writer, int width) : IAnsiConsoleOutput
    {
        public TextWriter Writer => writer;

        public bool IsTerminal => false;

        public int Width => width;

        public int Height => 24;

        public void SetEncoding(Encoding encoding)
        {
        }
    }
}
