namespace NpuSim.Cli.Plots;

/// <summary>A bar of a chart.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Values">One per series, at least 0.</param>
internal sealed record StackedBar(string Name, IReadOnlyList<double> Values)
{
    public double Sum => Values.Sum();
}

/// <summary>Horizontal bars of stacked values. Where there are more than can be read, neighbours are taken together, and the note says
/// so.</summary>
/// <param name="Title">Above.</param>
/// <param name="Note">Under the title.</param>
/// <param name="Series">Names and colours, in the order of the values.</param>
/// <param name="Bars">From top to bottom.</param>
/// <param name="Label">How a mark of the axis is written.</param>
/// <param name="Value">How a value is written.</param>
internal sealed record StackedBars(
    string Title, string Note, IReadOnlyList<(string Name, string Colour)> Series, IReadOnlyList<StackedBar> Bars, Func<double, string> Label,
    Func<double, string> Value)
{
    private const int MostBars = 72;
    private const int Width = 960;
    private const int NameRoom = 260;
    private const int ValueRoom = 84;
    private const int Pitch = 18;
    private const int Bar = 12;
    private const int Foot = 30;
    private const int Marks = 6;

    /// <summary>The picture as SVG.</summary>
    public string ToSvg()
    {
        var bars = Grouped(out int together);
        string note = together == 1 ? Note : FormattableString.Invariant($"{Note} · {Bars.Count} bars are too many: {together} neighbours are one bar");
        int head = ChartFrame.HeadHeight(Series, Width), bottom = head + (bars.Count * Pitch);
        var drawing = ChartFrame.Begin(Width, bottom + Foot, Title, note, Series);
        var axis = LinearAxis.Upto(bars.Select(bar => bar.Sum).DefaultIfEmpty().Max(), NameRoom, Width - ValueRoom);
        ChartFrame.Columns(drawing, axis, head - 4, bottom, Marks, Label);
        for (int index = 0; index < bars.Count; index++)
        {
            Draw(drawing, axis, bars[index], head + (index * Pitch));
        }

        drawing.Line(axis.Start, head - 4, axis.Start, bottom, ChartColours.Axis);
        return drawing.ToString();
    }

    private void Draw(SvgDrawing drawing, LinearAxis axis, StackedBar bar, double top)
    {
        string name = TextExtent.Fit(bar.Name, ChartFrame.TextSize, NameRoom - ChartFrame.Margin - 8);
        drawing.Text(NameRoom - 8, top + Bar - 2, name, TextAnchor.End, ChartFrame.TextSize, ChartColours.Ink);
        double sum = 0;
        for (int series = 0; series < Series.Count; series++)
        {
            double from = axis.Position(sum), to = axis.Position(sum + bar.Values[series]);
            sum += bar.Values[series];
            if (to - from >= 0.05)
            {
                drawing.Rectangle(from, top, to - from, Bar, Series[series].Colour, $"{bar.Name}: {Series[series].Name} {Value(bar.Values[series])}");
            }
        }

        drawing.Text(axis.Position(sum) + 6, top + Bar - 2, Value(sum), TextAnchor.Start, ChartFrame.TextSize, ChartColours.Quiet);
    }

    private IReadOnlyList<StackedBar> Grouped(out int together)
    {
        int size = Math.Max(1, (Bars.Count + MostBars - 1) / MostBars);
        together = size;
        return size == 1 ? Bars : [.. Bars.Chunk(size).Select(group => group.Length == 1 ? group[0] : new StackedBar(
            $"{Reports.Figures.Short(group[0].Name, 16)} … {Reports.Figures.Short(group[^1].Name, 16)}",
            [.. Enumerable.Range(0, Series.Count).Select(series => group.Sum(bar => bar.Values[series]))]))];
    }
}
