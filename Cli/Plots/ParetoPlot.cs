namespace NpuSim.Cli.Plots;

/// <summary>A candidate of a Pareto plot.</summary>
/// <param name="Label">Short name for its label.</param>
/// <param name="Name">What it is.</param>
/// <param name="X">Above 0.</param>
/// <param name="Y">Above 0.</param>
public sealed record ParetoPoint(string Label, string Name, double X, double Y);

/// <summary>An axis of a Pareto plot.</summary>
/// <param name="Title">Beside it.</param>
/// <param name="MoreIsBetter">Whether large values are wanted; else small ones.</param>
public sealed record ParetoAxis(string Title, bool MoreIsBetter = false);

/// <summary>Candidates by two figures, both logarithmic; those that no other one beats in both are joined by a line and labelled where
/// there is room.</summary>
/// <param name="Title">Above.</param>
/// <param name="XAxis">Below.</param>
/// <param name="YAxis">To the left.</param>
/// <param name="Points">Those that are not above 0 and finite in both are left out.</param>
public sealed record ParetoPlot(string Title, ParetoAxis XAxis, ParetoAxis YAxis, IReadOnlyList<ParetoPoint> Points)
{
    private const int Width = 900;
    private const int Plot = 540;
    private const int Left = 76;
    private const int Right = 24;
    private const int Foot = 56;
    private const int LabelLetters = 32;
    private const double Radius = 3.5;

    /// <summary>The candidates that no other one beats: no worse in both and better in one. The best in X first.</summary>
    public IReadOnlyList<ParetoPoint> Front()
    {
        var front = new List<ParetoPoint>();
        foreach (var point in Shown().OrderBy(point => Cost(point.X, XAxis)).ThenBy(point => Cost(point.Y, YAxis)))
        {
            if (front.Count == 0 || Cost(point.Y, YAxis) < Cost(front[^1].Y, YAxis))
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
        (string, string)[] key =
        [
            (FormattableString.Invariant($"not beaten ({front.Count})"), ChartColours.Red),
            (FormattableString.Invariant($"beaten ({points.Count - front.Count})"), ChartColours.Blue),
        ];
        int head = ChartFrame.HeadHeight(key, Width);
        var x = LogAxis.Near(points.Select(point => point.X), Left, Width - Right);
        var y = LogAxis.Near(points.Select(point => point.Y), head + Plot, head);
        string note = $"better: {Wanted(XAxis, "left", "right")} and {Wanted(YAxis, "down", "up")}; labels stand where there is room";
        var drawing = ChartFrame.Begin(Width, head + Plot + Foot, Title, note, key);
        DrawAxes(drawing, x, y, head);
        DrawDots(drawing, ChartColours.Blue, points.Except(front), x, y);
        drawing.Curve(Steps(front, x, y), ChartColours.Red);
        DrawDots(drawing, ChartColours.Red, front, x, y);
        DrawLabels(drawing, points, front, x, y, head);
        return drawing.ToString();
    }

    private static string Wanted(ParetoAxis axis, string less, string more) => axis.MoreIsBetter ? more : less;

    private static double Cost(double value, ParetoAxis axis) => axis.MoreIsBetter ? -value : value;

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
        drawing.Text((Left + Width - Right) / 2.0, head + Plot + 40, XAxis.Title, TextAnchor.Middle, 12, ChartColours.Ink);
        drawing.Text(20, head + (Plot / 2.0), YAxis.Title, TextAnchor.Middle, 12, ChartColours.Ink, isUpright: true);
    }

    // A line of upright and level pieces in steps of a few pixels.
    private static IEnumerable<(double X, double Y)> Along(IReadOnlyList<(double X, double Y)> corners)
    {
        for (int index = 1; index < corners.Count; index++)
        {
            var (from, to) = (corners[index - 1], corners[index]);
            double length = Math.Abs(to.X - from.X) + Math.Abs(to.Y - from.Y);
            for (double at = 0; at < length; at += 4)
            {
                yield return (from.X + ((to.X - from.X) * at / length), from.Y + ((to.Y - from.Y) * at / length));
            }
        }
    }

    private static void DrawDots(SvgDrawing drawing, string colour, IEnumerable<ParetoPoint> points, LogAxis x, LogAxis y)
    {
        // Dots that fall on one already drawn are left out.
        var drawn = new HashSet<(double, double)>();
        drawing.BeginDots(colour);
        foreach (var point in points.Where(point => drawn.Add((Math.Round(x.Position(point.X)), Math.Round(y.Position(point.Y))))))
        {
            drawing.Dot(x.Position(point.X), y.Position(point.Y), Radius, $"{point.Label}: {LinearAxis.Label(point.X)}, {LinearAxis.Label(point.Y)}; {point.Name}");
        }

        drawing.EndDots();
    }

    // What a candidate of the front beats lies on the worse side of it in both.
    private IEnumerable<(double, double)> Steps(IReadOnlyList<ParetoPoint> front, LogAxis x, LogAxis y)
    {
        yield return (x.Position(front[0].X), YAxis.MoreIsBetter ? y.Start : y.End);
        for (int index = 0; index < front.Count; index++)
        {
            yield return (x.Position(front[index].X), y.Position(front[index].Y));
            yield return (index + 1 < front.Count ? x.Position(front[index + 1].X) : XAxis.MoreIsBetter ? x.Start : x.End, y.Position(front[index].Y));
        }
    }

    private void DrawLabels(SvgDrawing drawing, List<ParetoPoint> points, IReadOnlyList<ParetoPoint> front, LogAxis x, LogAxis y, int head)
    {
        var space = new LabelSpace(Left, head, Width - Right, head + Plot);
        foreach (var point in points)
        {
            space.Take(x.Position(point.X), y.Position(point.Y), Radius);
        }

        foreach (var (acrossLine, downLine) in Along([.. Steps(front, x, y)]))
        {
            space.Take(acrossLine, downLine, 2);
        }

        foreach (var point in front)
        {
            string text = Reports.Figures.Short(point.Label, LabelLetters);
            if (space.TryPlace(text, ChartFrame.TextSize - 1, x.Position(point.X), y.Position(point.Y), Radius, out var place))
            {
                drawing.Text(place.X, place.Y, text, TextAnchor.Start, ChartFrame.TextSize - 1, ChartColours.Ink);
            }
        }
    }
}
