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
    private const int NarrowestWrapped = 24;

    /// <summary>Prints a table without lines but the one below its head. A table that is wider than the session's width sticks out:
    /// what a terminal folds can still be read.</summary>
    /// <param name="session">Where to.</param>
    /// <param name="columns">Heads; at most one wraps.</param>
    /// <param name="rows">As many cells each as there are columns.</param>
    public static void Print(Session session, IReadOnlyList<TableColumnSpec> columns, IReadOnlyList<IReadOnlyList<string>> rows)
    {
        int[] widths = Widths(session.Width, columns, rows);
        PrintRow(session.Output, columns, widths, [.. columns.Select(column => column.Title)]);
        session.Output.WriteLine(new string('─', widths.Sum() + Gap * (widths.Length - 1)));
        foreach (var row in rows)
        {
            PrintRow(session.Output, columns, widths, row);
        }
    }

    private static int[] Widths(int available, IReadOnlyList<TableColumnSpec> columns, IReadOnlyList<IReadOnlyList<string>> rows)
    {
        int[] widths = [.. columns.Select((column, index) => rows.Select(row => row[index].Length).Append(column.Title.Length).Max())];
        int excess = widths.Sum() + Gap * (widths.Length - 1) - available;
        for (int index = 0; index < widths.Length; index++)
        {
            if (columns[index].Wraps && excess > 0)
            {
                widths[index] = Math.Max(widths[index] - excess, Math.Min(widths[index], NarrowestWrapped));
            }
        }

        return widths;
    }

    private static void PrintRow(TextWriter output, IReadOnlyList<TableColumnSpec> columns, int[] widths, IReadOnlyList<string> cells)
    {
        var lines = cells.Select((cell, index) => columns[index].Wraps ? Wrapped(cell, widths[index]) : [cell]).ToList();
        for (int line = 0; line < lines.Max(cell => cell.Count); line++)
        {
            var parts = lines.Select((cell, index) =>
            {
                string text = line < cell.Count ? cell[line] : "";
                return columns[index].Numbers ? text.PadLeft(widths[index]) : text.PadRight(widths[index]);
            });
            output.WriteLine(string.Join(new string(' ', Gap), parts).TrimEnd());
        }
    }

    // A word that is longer than a line is left whole.
    private static List<string> Wrapped(string text, int width)
    {
        var lines = new List<string> { "" };
        foreach (string word in text.Split(' '))
        {
            if (lines[^1].Length == 0)
            {
                lines[^1] = word;
            }
            else if (lines[^1].Length + 1 + word.Length <= width)
            {
                lines[^1] += " " + word;
            }
            else
            {
                lines.Add(word);
            }
        }

        return lines;
    }
}
