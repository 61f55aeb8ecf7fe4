namespace NpuSim.Cli.Plots;

/// <summary>A dot of a scatter plot.</summary>
/// <param name="X">Above 0.</param>
/// <param name="Y">Above 0.</param>
/// <param name="Hint">What it is.</param>
internal readonly record struct ScatterPoint(double X, double Y, string Hint);

/// <summary>Dots of one colour.</summary>
internal sealed record ScatterSeries(string Name, IReadOnlyList<ScatterPoint> Points);

/// <summary>A plot of two figures of the same unit against each other: both axes logarithmic and alike, with the line of equality and one on either side.</summary>
/// <param name="Title">Above the plot.</param>
/// <param name="XTitle">Below it.</param>
/// <param name="YTitle">To its left.</param>
/// <param name="Series">What is drawn, in the order of the key.</param>
internal sealed record ScatterPlot(string Title, string XTitle, string YTitle, IReadOnlyList<ScatterSeries> Series)
{
    private const double Margin = 0.1;
    private const int Left = 72;
    private const int Top = 44;
    private const int Side = 520;
    private const int Bottom = 56;
    private const int KeyWidth = 210;
    private const double Radius = 3;
    private const int MostKeys = 24;
    private const string Grid = "#e4e4e4";

    // Paul Tol's "bright" and "muted" colours, which people with colour blindness tell apart.
    private static readonly string[] Colours =
        ["#4477aa", "#ee6677", "#228833", "#ccbb44", "#66ccee", "#aa3377", "#332288", "#999933", "#882255", "#44aa99"];

    /// <summary>The picture as SVG; points that fall on one already drawn are left out.</summary>
    /// <returns>Null where there is no point that logarithmic axes can show.</returns>
    public string? ToSvg()
    {
        var series = Series.Select(one => one with { Points = [.. one.Points.Where(IsShown)] }).Where(one => one.Points.Count > 0).ToList();
        if (series.Count == 0)
        {
            return null;
        }

        var values = series.SelectMany(one => one.Points).SelectMany(point => new[] { point.X, point.Y }).ToList();
        var x = LogAxis.Around(values, Left, Left + Side);
        var y = LogAxis.Around(values, Top + Side, Top);
        var drawing = new SvgDrawing(Left + Side + KeyWidth, Top + Side + Bottom, Title);
        drawing.Text(Left, Top - 18, Title, size: 15, fill: "#111111");
        DrawAxes(drawing, x, y);
        DrawLines(drawing, x, y);
        for (int index = 0; index < series.Count; index++)
        {
            string colour = Colours[index % Colours.Length];
            DrawDots(drawing, series[index], colour, x, y);
            if (index < MostKeys)
            {
                DrawKey(drawing, series[index].Name, colour, index);
            }
        }

        if (series.Count > MostKeys)
        {
            drawing.Text(Left + Side + 34, KeyLine(MostKeys) + 4, FormattableString.Invariant($"and {series.Count - MostKeys} more"));
        }

        return drawing.ToString();
    }

    private static bool IsShown(ScatterPoint point) => point.X > 0 && point.Y > 0 && double.IsFinite(point.X) && double.IsFinite(point.Y);

    private void DrawAxes(SvgDrawing drawing, LogAxis x, LogAxis y)
    {
        foreach (double mark in x.Marks())
        {
            double across = x.Position(mark), down = y.Position(mark);
            drawing.Line(across, Top, across, Top + Side, Grid);
            drawing.Line(Left, down, Left + Side, down, Grid);
            drawing.Text(across, Top + Side + 18, LogAxis.Label(mark), TextAnchor.Middle);
            drawing.Text(Left - 8, down + 4, LogAxis.Label(mark), TextAnchor.End);
        }

        drawing.Line(Left, Top + Side, Left + Side, Top + Side, "#333333");
        drawing.Line(Left, Top, Left, Top + Side, "#333333");
        drawing.Text(Left + (Side / 2.0), Top + Side + 42, XTitle, TextAnchor.Middle, 13);
        drawing.Text(22, Top + (Side / 2.0), YTitle, TextAnchor.Middle, 13, isUpright: true);
    }

    private static void DrawLines(SvgDrawing drawing, LogAxis x, LogAxis y)
    {
        foreach (double factor in new[] { 1 - Margin, 1, 1 + Margin })
        {
            // The part of y = factor · x that lies inside both axes.
            double from = Math.Max(x.Low, y.Low / factor), to = Math.Min(x.High, y.High / factor);
            bool isEquality = factor == 1;
            drawing.Line(
                x.Position(from), y.Position(from * factor), x.Position(to), y.Position(to * factor), isEquality ? "#333333" : "#999999",
                isEquality ? 1.2 : 1, isEquality ? 0 : 4);
        }
    }

    private static void DrawDots(SvgDrawing drawing, ScatterSeries series, string colour, LogAxis x, LogAxis y)
    {
        var drawn = new HashSet<(int, int)>();
        drawing.BeginDots(colour);
        foreach (var point in series.Points)
        {
            double across = x.Position(point.X), down = y.Position(point.Y);
            if (drawn.Add(((int)Math.Round(across * 2), (int)Math.Round(down * 2))))
            {
                drawing.Dot(across, down, Radius, point.Hint);
            }
        }

        drawing.EndDots();
    }

    private static double KeyLine(int index) => Top + 10 + (index * 20);

    private static void DrawKey(SvgDrawing drawing, string name, string colour, int index)
    {
        double line = KeyLine(index);
        drawing.BeginDots(colour);
        drawing.Dot(Left + Side + 22, line, 4.5);
        drawing.EndDots();
        drawing.Text(Left + Side + 34, line + 4, name);
    }
}
