namespace NpuSim.Cli.Plots;

/// <summary>What all charts have: title, a line of explanation under it, and a key.</summary>
internal static class ChartFrame
{
    /// <summary>Left edge of titles and keys.</summary>
    public const int Margin = 16;

    /// <summary>Size of ordinary text.</summary>
    public const double TextSize = 11;

    private const double TitleSize = 16;
    private const double KeyGap = 18;
    private const double Swatch = 11;
    private const int TitleLine = 26;
    private const int NoteLine = 45;
    private const int KeyTop = 58;
    private const int KeyHeight = 18;
    private const int AfterKey = 14;

    /// <summary>Height above the chart itself.</summary>
    public static int HeadHeight(IReadOnlyList<(string Name, string Colour)> key, int width) => KeyTop + (Rows(key, width) * KeyHeight) + AfterKey;

    /// <summary>A picture with its head.</summary>
    public static SvgDrawing Begin(int width, int height, string title, string note, IReadOnlyList<(string Name, string Colour)> key)
    {
        var drawing = new SvgDrawing(width, height, title, ChartColours.Style);
        drawing.Text(Margin, TitleLine, TextExtent.Fit(title, TitleSize, width - (2 * Margin)), size: TitleSize, fill: ChartColours.Ink);
        drawing.Text(Margin, NoteLine, TextExtent.Fit(note, TextSize, width - (2 * Margin)), size: TextSize, fill: ChartColours.Quiet);
        foreach (var (name, colour, x, row) in Placed(key, width))
        {
            double top = KeyTop + (row * KeyHeight);
            drawing.Rectangle(x, top, Swatch, Swatch, colour);
            drawing.Text(x + Swatch + 5, top + Swatch - 1, name, size: TextSize, fill: ChartColours.Ink);
        }

        return drawing;
    }

    /// <summary>Marks of an upright grid with labels below.</summary>
    public static void Columns(SvgDrawing drawing, LinearAxis axis, double top, double bottom, int most, Func<double, string> label)
    {
        foreach (double mark in axis.Marks(most))
        {
            double x = axis.Position(mark);
            drawing.Line(x, top, x, bottom, ChartColours.Grid);
            drawing.Text(x, bottom + 15, label(mark), TextAnchor.Middle, TextSize, ChartColours.Quiet);
        }
    }

    private static int Rows(IReadOnlyList<(string Name, string Colour)> key, int width) => key.Count == 0 ? 0 : Placed(key, width).Max(item => item.Row) + 1;

    private static IEnumerable<(string Name, string Colour, double X, int Row)> Placed(IReadOnlyList<(string Name, string Colour)> key, int width)
    {
        double x = Margin;
        int row = 0;
        foreach (var (name, colour) in key)
        {
            double room = Swatch + 5 + TextExtent.Width(name, TextSize) + KeyGap;
            if (x + room > width && x > Margin)
            {
                (x, row) = (Margin, row + 1);
            }

            yield return (name, colour, x, row);
            x += room;
        }
    }
}
