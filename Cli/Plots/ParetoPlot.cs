namespace NpuSim.Cli.Plots;

/// <summary>A candidate of a Pareto plot.</summary>
/// <param name="Name">What it is.</param>
/// <param name="X">Cost, smaller is better; above 0.</param>
/// <param name="Y">Cost, smaller is better; above 0.</param>
internal sealed record ParetoPoint(string Name, double X, double Y);

/// <summary>Candidates by two costs, both logarithmic; those that no other one beats in both are joined by a line and labelled where there is room.</summary>
/// <param name="Title">Above.</param>
/// <param name="XTitle">Below.</param>
/// <param name="YTitle">To the left.</param>
/// <param name="Points">Those that are not above 0 and finite in both are left out.</param>
internal sealed record ParetoPlot(string Title, string XTitle, string YTitle, IReadOnlyList<ParetoPoint> Points)
{
    private const int Width = 900;
    private const int Plot = 540;
    private const int Left = 76;
    private const int Right = 24;
    private const int Foot = 56;
    private const int LabelLetters = 32;
    private const double Radius = 3.5;

    /// <summary>The candidates that no other one beats: no worse in both and better in one. Ascending in X.</summary>
    public IReadOnlyList<ParetoPoint> Front()
    {
        var front = new List<ParetoPoint>();
        foreach (var point in Shown().OrderBy(point => point.X).ThenBy(point => point.Y))
        {
            if (front.Count == 0 || point.Y < front[^1].Y)
            {
                front.Add(point);
            }
        }

        return front;
    }

    /// <summary>The picture as SVG; null where there is no point.</summary>
    public string? ToSvg()
    {
        var points = Shown().ToList();
        if (points.Count == 0)
        {
            return null;
        }

        var front = Front();
        (string, string)[] key = [(FormattableString.Invariant($"not beaten ({front.Count})"), ChartColours.Red), (FormattableString.Invariant($"beaten ({points.Count - front.Count})"), ChartColours.Blue)];
        int head = ChartFrame.HeadHeight(key, Width);
        var x = LogAxis.Near(points.Select(point => point.X), Left, Width - Right);
        var y = LogAxis.Near(points.Select(point => point.Y), head + Plot, head);
        var drawing = ChartFrame.Begin(Width, head + Plot + Foot, Title, "smaller is better in both; labels stand where there is room", key);
        DrawAxes(drawing, x, y, head);
        DrawDots(drawing, ChartColours.Blue, points.Except(front), x, y);
        drawing.Curve(Steps(front, x, y), ChartColours.Red);
        DrawDots(drawing, ChartColours.Red, front, x, y);
        DrawLabels(drawing, points, front, x, y, head);
        return drawing.ToString();
    }

    private IEnumerable<ParetoPoint> Shown() => Points.Where(point => point.X > 0 && point.Y > 0 && double.IsFinite(point.X) && double.IsFinite(point.Y));

    private void DrawAxes(SvgDrawing drawing, LogAxis x, LogAxis y, int head)
    {
        foreach (double mark in x.FineMarks())
        {
            drawing.Line(x.Position(mark), head, x.Position(mark), head + Plot, ChartColours.Grid);
            drawing.Text(x.Position(mark), head + Plot + 16, LinearAxis.Label(mark), TextAnchor.Middle, ChartFrame.TextSize, ChartColours.Quiet);
        }

        foreach (double mark in y.FineMarks())
        {
            drawing.Line(Left, y.Position(mark), Width - Right, y.Position(mark), ChartColours.Grid);
            drawing.Text(Left - 8, y.Position(mark) + 4, LinearAxis.Label(mark), TextAnchor.End, ChartFrame.TextSize, ChartColours.Quiet);
        }

        drawing.Line(Left, head + Plot, Width - Right, head + Plot, ChartColours.Axis);
        drawing.Line(Left, head, Left, head + Plot, ChartColours.Axis);
        drawing.Text((Left + Width - Right) / 2.0, head + Plot + 40, XTitle, TextAnchor.Middle, 12, ChartColours.Ink);
        drawing.Text(20, head + (Plot / 2.0), YTitle, TextAnchor.Middle, 12, ChartColours.Ink, isUpright: true);
    }

    private static void DrawDots(SvgDrawing drawing, string colour, IEnumerable<ParetoPoint> points, LogAxis x, LogAxis y)
    {
        drawing.BeginDots(colour);
        foreach (var point in points)
        {
            drawing.Dot(x.Position(point.X), y.Position(point.Y), Radius, $"{point.Name}: {LinearAxis.Label(point.X)}, {LinearAxis.Label(point.Y)}");
        }

        drawing.EndDots();
    }

    // What a candidate of the front beats lies right of it and above it.
    private static IEnumerable<(double, double)> Steps(IReadOnlyList<ParetoPoint> front, LogAxis x, LogAxis y)
    {
        yield return (x.Position(front[0].X), y.End);
        for (int index = 0; index < front.Count; index++)
        {
            yield return (x.Position(front[index].X), y.Position(front[index].Y));
            yield return (index + 1 < front.Count ? x.Position(front[index + 1].X) : x.End, y.Position(front[index].Y));
        }
    }

    private static void DrawLabels(SvgDrawing drawing, List<ParetoPoint> points, IReadOnlyList<ParetoPoint> front, LogAxis x, LogAxis y, int head)
    {
        var space = new LabelSpace(Left, head, Width - Right, head + Plot);
        foreach (var point in points)
        {
            space.Take(x.Position(point.X), y.Position(point.Y), Radius);
        }

        foreach (var point in front)
        {
            string text = Reports.Figures.Short(point.Name, LabelLetters);
            if (space.TryPlace(text, ChartFrame.TextSize - 1, x.Position(point.X), y.Position(point.Y), Radius, out var place))
            {
                drawing.Text(place.X, place.Y, text, TextAnchor.Start, ChartFrame.TextSize - 1, ChartColours.Ink);
            }
        }
    }
}
