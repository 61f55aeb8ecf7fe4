namespace NpuSim.Cli.Plots;

/// <summary>A row of a timeline.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Colour">Of its marks.</param>
/// <param name="Shares">Share of each column in which it works, 0…1.</param>
internal sealed record TimelineRow(string Name, string Colour, IReadOnlyList<double> Shares);

/// <summary>A stretch of time with a name, over all rows.</summary>
internal sealed record TimelineStretch(string Name, double Start, double End);

/// <summary>When engines work, over a run: one row each, cut into columns; the height of a column is the share of its time in which the
/// engine works.</summary>
/// <param name="Title">Above.</param>
/// <param name="Note">Under the title.</param>
/// <param name="Microseconds">Length of the run.</param>
/// <param name="Stretches">Layers, in µs; those too short for a label have none.</param>
/// <param name="Rows">From top to bottom.</param>
internal sealed record TimelinePlot(
    string Title, string Note, double Microseconds, IReadOnlyList<TimelineStretch> Stretches, IReadOnlyList<TimelineRow> Rows)
{
    /// <summary>Columns of a row.</summary>
    public const int Columns = 1000;

    private const int Left = 130;
    private const int Right = 30;
    private const int Pitch = 38;
    private const int High = 30;
    private const int Band = 22;
    private const int Foot = 44;
    private const int Marks = 10;

    private static readonly string[] Bands = [ChartColours.Grid, ChartColours.Grey];

    /// <summary>The picture as SVG.</summary>
    public string ToSvg()
    {
        int width = Left + Columns + Right, head = ChartFrame.HeadHeight([], width), top = head + Band + 8, bottom = top + (Rows.Count * Pitch);
        var stretches = Stretches.Where(stretch => stretch.End > stretch.Start).ToList();
        var time = LinearAxis.Upto(Microseconds, Left, Left + Columns);
        int named = stretches.Count(stretch => Label(stretch, time).Length > 0);
        string note = named == stretches.Count ? Note : FormattableString.Invariant($"{Note} · {named} of {stretches.Count} layers are long enough for a name");
        var drawing = ChartFrame.Begin(width, bottom + Foot, Title, note, []);
        ChartFrame.Columns(drawing, time, top, bottom, Marks, mark => $"{LinearAxis.Label(mark)}");
        drawing.Text(Left + (Columns / 2.0), bottom + 34, "µs", TextAnchor.Middle, 12, ChartColours.Ink);
        DrawStretches(drawing, stretches, time, head);
        for (int index = 0; index < Rows.Count; index++)
        {
            Draw(drawing, Rows[index], top + (index * Pitch));
        }

        return drawing.ToString();
    }

    private static string Label(TimelineStretch stretch, LinearAxis time)
    {
        double room = time.Position(stretch.End) - time.Position(stretch.Start) - 4;
        string label = TextExtent.Fit(stretch.Name, ChartFrame.TextSize - 1, room);
        return label.Length >= Math.Min(7, stretch.Name.Length) ? label : "";
    }

    private static void DrawStretches(SvgDrawing drawing, List<TimelineStretch> stretches, LinearAxis time, int top)
    {
        drawing.Text(Left - 8, top + 15, "layers", TextAnchor.End, ChartFrame.TextSize, ChartColours.Ink);
        for (int index = 0; index < stretches.Count; index++)
        {
            var stretch = stretches[index];
            double from = time.Position(stretch.Start), to = time.Position(stretch.End);
            drawing.Rectangle(from, top, Math.Max(to - from, 0.05), Band, Bands[index % 2], stretch.Name);
            string label = Label(stretch, time);
            if (label.Length > 0)
            {
                drawing.Text((from + to) / 2, top + 15, label, TextAnchor.Middle, ChartFrame.TextSize - 1, ChartColours.Ink);
            }
        }
    }

    // Neighbouring columns of the same height are one rectangle.
    private static void Draw(SvgDrawing drawing, TimelineRow row, double top)
    {
        double bottom = top + High + 4;
        drawing.Text(Left - 8, top + (High / 2.0) + 8, TextExtent.Fit(row.Name, ChartFrame.TextSize, Left - 16), TextAnchor.End, ChartFrame.TextSize, ChartColours.Ink);
        for (int column = 0; column < row.Shares.Count;)
        {
            int end = column + 1;
            double high = Height(row.Shares[column]);
            while (end < row.Shares.Count && Height(row.Shares[end]) == high)
            {
                end++;
            }

            if (high > 0)
            {
                drawing.Rectangle(Left + column, bottom - high, end - column, high, row.Colour);
            }

            column = end;
        }

        drawing.Line(Left, bottom, Left + Columns, bottom, ChartColours.Axis, 0.5);
    }

    // In steps of half a pixel; what works at all is seen.
    private static double Height(double share) => share <= 0 ? 0 : Math.Max(0.5, Math.Round(Math.Min(1, share) * High * 2) / 2);
}
