using System.Text;

namespace NpuSim.Cli.Reports;

/// <summary>A column of a printed table.</summary>
/// <param name="Title">Its head.</param>
/// <param name="Numbers">Numbers stand to the right.</param>
/// <param name="Wraps">Whether it may be broken over lines; others are as wide as their widest cell.</param>
internal sealed record TableColumnSpec(string Title, bool Numbers = false, bool Wraps = false);

/// <summary>Tables on the session's output.</summary>
/// <remarks>Spectre.Console did this before; it took a third of the start-up of a short command, and dropped columns in narrow terminals.</remarks>
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
        session.Output.WriteLine(new string('─', Total(widths)));
        foreach (var row in rows)
        {
            PrintRow(session.Output, columns, widths, row);
        }
    }

    private static int Total(int[] widths)
    {
        int total = Gap * (widths.Length - 1);
        foreach (int width in widths)
        {
            total += width;
        }

        return total;
    }

    private static int[] Widths(int available, IReadOnlyList<TableColumnSpec> columns, IReadOnlyList<IReadOnlyList<string>> rows)
    {
        int[] widths = new int[columns.Count];
        for (int index = 0; index < widths.Length; index++)
        {
            widths[index] = columns[index].Title.Length;
            foreach (var row in rows)
            {
                widths[index] = Math.Max(widths[index], row[index].Length);
            }
        }

        int excess = Total(widths) - available;
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
        var cellLines = new List<List<string>>();
        int height = 0;
        for (int index = 0; index < widths.Length; index++)
        {
            cellLines.Add(columns[index].Wraps ? Wrapped(cells[index], widths[index]) : [cells[index]]);
            height = Math.Max(height, cellLines[index].Count);
        }

        var text = new StringBuilder();
        for (int line = 0; line < height; line++)
        {
            text.Clear();
            for (int index = 0; index < widths.Length; index++)
            {
                string part = line < cellLines[index].Count ? cellLines[index][line] : "";
                text.Append(columns[index].Numbers ? part.PadLeft(widths[index]) : part.PadRight(widths[index])).Append(' ', Gap);
            }

            output.WriteLine(text.ToString().TrimEnd());
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
