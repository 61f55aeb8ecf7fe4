namespace NpuSim.Cli.Pages;

/// <summary>A column of a table on a page.</summary>
/// <param name="Head">Its heading.</param>
/// <param name="Numbers">Whether it holds numbers, which stand to the right.</param>
internal readonly record struct PageColumn(string Head, bool Numbers = false);

/// <summary>A cell: its text, and for sorting its number. A name comes from a model or a file; a share is also drawn as a bar.</summary>
internal readonly record struct PageCell(string Text, double? Value = null, bool IsName = false, double? Share = null)
{
    public static implicit operator PageCell(string text) => new(text);

    /// <summary>A name from a model.</summary>
    public static PageCell Name(string name) => new(name, IsName: true);
}

/// <summary>Tables on pages.</summary>
internal static class PageTables
{
    /// <summary>Writes a table; one whose cells have values can be sorted by a click on a heading.</summary>
    public static void Write(Html html, string caption, IReadOnlyList<PageColumn> columns, IEnumerable<IReadOnlyList<PageCell>> rows, bool isSortable = false)
    {
        html.Open("div", ("class", "scroll"), ("tabindex", "0"), ("role", "region"), ("aria-label", caption));
        html.Open("table", ("class", isSortable ? "sortable" : null)).Element("caption", caption).Open("thead").Open("tr");
        foreach (var column in columns)
        {
            html.Element("th", column.Head, ("scope", "col"), ("class", column.Numbers ? "number" : null));
        }

        html.Close().Close().Open("tbody");
        foreach (var row in rows)
        {
            WriteRow(html, columns, row);
        }

        html.Close().Close().Close();
    }

    private static void WriteRow(Html html, IReadOnlyList<PageColumn> columns, IReadOnlyList<PageCell> row)
    {
        html.Open("tr");
        for (int i = 0; i < row.Count; i++)
        {
            var cell = row[i];
            string? value = cell.Value is { } number ? ScriptText.Number(number) : null;
            html.Open(i == 0 ? "th" : "td", ("scope", i == 0 ? "row" : null), ("class", columns[i].Numbers ? "number" : null), ("data-value", value));
            if (cell.IsName)
            {
                html.Name(cell.Text);
            }
            else
            {
                html.Text(cell.Text);
            }

            if (cell.Share is { } share)
            {
                Bar(html, share);
            }

            html.Close();
        }

        html.Close();
    }

    // A drawing instead of an element with a width, since a page allows no style of its own elements.
    private static void Bar(Html html, double share) => html.Raw(FormattableString.Invariant(
        $"<svg class=\"bar\" viewBox=\"0 0 100 6\" preserveAspectRatio=\"none\" aria-hidden=\"true\"><rect width=\"{Math.Clamp(share, 0, 1) * 100:0.##}\" height=\"6\"/></svg>"));
}
