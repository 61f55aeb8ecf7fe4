namespace NpuSim.Cli.Plots;

/// <summary>A figure over time that keeps its value until the next point.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Colour">Of its area.</param>
/// <param name="Points">Time in µs, ascending, and the value from then on.</param>
internal sealed record TimeSeries(string Name, string Colour, IReadOnlyList<(double Microseconds, double Value)> Points);

/// <summary>A panel: series stacked on each other, all with the same times.</summary>
/// <param name="Name">To its left.</param>
/// <param name="Series">From the bottom up.</param>
/// <param name="Limit">A line that the figure cannot or must not pass; null for none.</param>
/// <param name="Label">How a value is written.</param>
/// <param name="IsBinary">Whether marks stand at powers of two.</param>
internal sealed record TimePanel(string Name, IReadOnlyList<TimeSeries> Series, double? Limit, Func<double, string> Label, bool IsBinary = false);

/// <summary>Figures over the time of a run, one panel under the other.</summary>
/// <param name="Title">Above.</param>
/// <param name="Note">Under the title.</param>
/// <param name="Microseconds">Length of the run.</param>
/// <param name="Key">Names and colours.</param>
/// <param name="Panels">From top to bottom.</param>
internal sealed record TimePanels(
    string Title, string Note, double Microseconds, IReadOnlyList<(string Name, string Colour)> Key, IReadOnlyList<TimePanel> Panels)
{
    private const int Width = 1100;
    private const int Left = 190;
    private const int Right = 30;
    private const int Gap = 26;
    private const int Foot = 44;
    private const int TimeMarks = 10;
    private const int ValueMarks = 4;

    /// <summary>Height of one panel.</summary>
    public int High { get; init; } = 110;

    /// <summary>The picture as SVG.</summary>
    public string ToSvg()
    {
        int head = ChartFrame.HeadHeight(Key, Width), bottom = head + (Panels.Count * (High + Gap)) - Gap;
        var drawing = ChartFrame.Begin(Width, bottom + Foot, Title, Note, Key);
        var time = LinearAxis.Upto(Microseconds, Left, Width - Right);
        for (int index = 0; index < Panels.Count; index++)
        {
            Draw(drawing, Panels[index], time, head + (index * (High + Gap)));
        }

        foreach (double mark in time.Marks(TimeMarks))
        {
            drawing.Text(time.Position(mark), bottom + 16, LinearAxis.Label(mark), TextAnchor.Middle, ChartFrame.TextSize, ChartColours.Quiet);
        }

        drawing.Text((Left + Width - Right) / 2.0, bottom + 35, "µs", TextAnchor.Middle, 12, ChartColours.Ink);
        return drawing.ToString();
    }

    private void Draw(SvgDrawing drawing, TimePanel panel, LinearAxis time, double top)
    {
        double[] sums = Sums(panel, panel.Series.Count);
        double peak = sums.DefaultIfEmpty().Max();
        // A limit far above what is used would flatten the figure; it is then named instead of drawn.
        bool isNear = panel.Limit is { } limit && limit <= peak * 4;
        var value = LinearAxis.Upto(Math.Max(peak, isNear ? panel.Limit!.Value : 0), top + High, top + 2);
        foreach (double mark in panel.IsBinary ? value.BinaryMarks(ValueMarks) : value.Marks(ValueMarks))
        {
            drawing.Line(Left, value.Position(mark), Width - Right, value.Position(mark), ChartColours.Grid);
            drawing.Text(Left - 8, value.Position(mark) + 4, panel.Label(mark), TextAnchor.End, ChartFrame.TextSize - 1, ChartColours.Quiet);
        }

        for (int series = panel.Series.Count - 1; series >= 0; series--)
        {
            DrawArea(drawing, panel, series, time, value);
        }

        drawing.Line(Left, top + High, Width - Right, top + High, ChartColours.Axis);
        if (isNear)
        {
            drawing.Line(Left, value.Position(panel.Limit!.Value), Width - Right, value.Position(panel.Limit.Value), ChartColours.Red, 1.5, 5);
        }

        drawing.Text(ChartFrame.Margin, top + 12, TextExtent.Fit(panel.Name, ChartFrame.TextSize, 120), TextAnchor.Start, ChartFrame.TextSize, ChartColours.Ink);
        drawing.Text(ChartFrame.Margin, top + 28, $"peak {panel.Label(peak)}", TextAnchor.Start, ChartFrame.TextSize - 1, ChartColours.Quiet);
        if (panel.Limit is { } most)
        {
            drawing.Text(ChartFrame.Margin, top + 43, $"of {panel.Label(most)}", TextAnchor.Start, ChartFrame.TextSize - 1, ChartColours.Quiet);
        }
    }

    private void DrawArea(SvgDrawing drawing, TimePanel panel, int series, LinearAxis time, LinearAxis value)
    {
        var points = panel.Series[series].Points;
        if (points.Count == 0)
        {
            return;
        }

        double[] sums = Sums(panel, series + 1);
        var edge = new List<(double, double)> { (time.Position(points[0].Microseconds), value.Position(0)) };
        for (int index = 0; index < points.Count; index++)
        {
            double end = index + 1 < points.Count ? points[index + 1].Microseconds : Microseconds;
            edge.Add((time.Position(points[index].Microseconds), value.Position(sums[index])));
            edge.Add((time.Position(end), value.Position(sums[index])));
        }

        edge.Add((time.Position(Microseconds), value.Position(0)));
        drawing.Area(edge, panel.Series[series].Colour);
    }

    private static double[] Sums(TimePanel panel, int count) => [.. Enumerable.Range(0, panel.Series.Max(series => series.Points.Count))
        .Select(index => panel.Series.Take(count).Sum(series => series.Points[index].Value))];
}
