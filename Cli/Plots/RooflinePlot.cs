namespace NpuSim.Cli.Plots;

/// <summary>A layer under the roof.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Intensity">Multiply-accumulates for each byte of external memory, above 0.</param>
/// <param name="Rate">Multiply-accumulates per cycle, above 0.</param>
/// <param name="Share">Of the run's cycles, 0…1.</param>
/// <param name="Group">Which of the groups it is in.</param>
internal sealed record RooflinePoint(string Name, double Intensity, double Rate, double Share, int Group);

/// <summary>Layers by intensity and rate, both logarithmic, under what the array and the external memories allow. A dot's area is its
/// share of the run.</summary>
/// <param name="Title">Above.</param>
/// <param name="Note">Under the title.</param>
/// <param name="MacsPerCycle">Height of the flat roof.</param>
/// <param name="BytesPerCycle">Slope of the other; 0 where there is no external memory.</param>
/// <param name="Groups">Names and colours of groups.</param>
/// <param name="Points">The layers.</param>
internal sealed record RooflinePlot(
    string Title, string Note, double MacsPerCycle, double BytesPerCycle, IReadOnlyList<(string Name, string Colour)> Groups, IReadOnlyList<RooflinePoint> Points)
{
    private const int Width = 960;
    private const int Plot = 560;
    private const int Left = 72;
    private const int Right = 24;
    private const int Foot = 56;
    private const int MostLabels = 40;
    private const int LabelLetters = 28;
    private const double LeastRadius = 3;
    private const double MostRadius = 20;

    /// <summary>The picture as SVG; null where no layer has both multiply-accumulates and traffic.</summary>
    public string? ToSvg()
    {
        var points = Points.Where(point => point.Intensity > 0 && point.Rate > 0).OrderByDescending(point => point.Share).ToList();
        if (points.Count == 0)
        {
            return null;
        }

        int head = ChartFrame.HeadHeight(Groups, Width);
        var ridge = BytesPerCycle > 0 ? [MacsPerCycle / BytesPerCycle] : Array.Empty<double>();
        var x = LogAxis.Around(points.Select(point => point.Intensity).Concat(ridge), Left, Width - Right);
        var y = LogAxis.Around(points.Select(point => point.Rate).Append(MacsPerCycle), head + Plot, head);
        var labels = Labels(points, x, y, head, out int shown);
        string note = FormattableString.Invariant($"{Note} · {shown} of {points.Count} layers have labels");
        var drawing = ChartFrame.Begin(Width, head + Plot + Foot, Title, note, Groups);
        DrawAxes(drawing, x, y, head);
        DrawRoof(drawing, x, y);
        foreach (var group in points.GroupBy(point => point.Group).OrderBy(group => group.Key))
        {
            drawing.BeginDots(Groups[group.Key].Colour);
            foreach (var point in group)
            {
                drawing.Dot(x.Position(point.Intensity), y.Position(point.Rate), Radius(point), Hint(point));
            }

            drawing.EndDots();
        }

        foreach (var (text, place) in labels)
        {
            drawing.Text(place.X, place.Y, text, TextAnchor.Start, ChartFrame.TextSize - 1, ChartColours.Ink);
        }

        return drawing.ToString();
    }

    private static double Radius(RooflinePoint point) => Math.Max(LeastRadius, MostRadius * Math.Sqrt(Math.Min(1, point.Share)));

    private static string Hint(RooflinePoint point) => FormattableString.Invariant(
        $"{point.Name}: {point.Rate:0.#} MACs/cycle, {point.Intensity:0.##} MACs/byte, {point.Share * 100:0.#} % of the cycles");

    private List<(string Text, (double X, double Y) Place)> Labels(
        List<RooflinePoint> points, LogAxis x, LogAxis y, int head, out int shown)
    {
        var space = new LabelSpace(Left, head, Width - Right, head + Plot);
        foreach (var point in points)
        {
            space.Take(x.Position(point.Intensity), y.Position(point.Rate), Math.Min(Radius(point), LeastRadius + 2));
        }

        foreach (var (acrossRoof, downRoof) in RoofPath(x, y))
        {
            space.Take(acrossRoof, downRoof, 2);
        }

        var labels = new List<(string, (double, double))>();
        foreach (var point in points.Take(MostLabels))
        {
            string text = Reports.Figures.Short(point.Name, LabelLetters);
            if (space.TryPlace(text, ChartFrame.TextSize - 1, x.Position(point.Intensity), y.Position(point.Rate), Radius(point), out var place))
            {
                labels.Add((text, place));
            }
        }

        shown = labels.Count;
        return labels;
    }

    private static void DrawAxes(SvgDrawing drawing, LogAxis x, LogAxis y, int head)
    {
        foreach (double mark in x.Marks())
        {
            drawing.Line(x.Position(mark), head, x.Position(mark), head + Plot, ChartColours.Grid);
            drawing.Text(x.Position(mark), head + Plot + 16, LogAxis.Label(mark), TextAnchor.Middle, ChartFrame.TextSize, ChartColours.Quiet);
        }

        foreach (double mark in y.Marks())
        {
            drawing.Line(Left, y.Position(mark), Width - Right, y.Position(mark), ChartColours.Grid);
            drawing.Text(Left - 8, y.Position(mark) + 4, LogAxis.Label(mark), TextAnchor.End, ChartFrame.TextSize, ChartColours.Quiet);
        }

        drawing.Line(Left, head + Plot, Width - Right, head + Plot, ChartColours.Axis);
        drawing.Line(Left, head, Left, head + Plot, ChartColours.Axis);
        drawing.Text((Left + Width - Right) / 2.0, head + Plot + 40, "MACs per byte of external memory", TextAnchor.Middle, 12, ChartColours.Ink);
        drawing.Text(20, head + (Plot / 2.0), "MACs per cycle", TextAnchor.Middle, 12, ChartColours.Ink, isUpright: true);
    }

    // The roof in steps of a few pixels.
    private IEnumerable<(double X, double Y)> RoofPath(LogAxis x, LogAxis y)
    {
        for (double at = x.Start; at <= x.End; at += 4)
        {
            double intensity = x.Low * Math.Pow(x.High / x.Low, (at - x.Start) / (x.End - x.Start));
            double rate = BytesPerCycle > 0 ? Math.Min(MacsPerCycle, intensity * BytesPerCycle) : MacsPerCycle;
            yield return (at, y.Position(Math.Max(rate, y.Low)));
        }
    }

    private void DrawRoof(SvgDrawing drawing, LogAxis x, LogAxis y)
    {
        var roof = new List<(double, double)>();
        double ridge = BytesPerCycle > 0 ? MacsPerCycle / BytesPerCycle : x.Low;
        if (BytesPerCycle > 0)
        {
            // Where the slope enters the picture, from the left or from below.
            double from = Math.Max(x.Low, y.Low / BytesPerCycle);
            roof.Add((x.Position(from), y.Position(from * BytesPerCycle)));
        }

        roof.Add((x.Position(ridge), y.Position(MacsPerCycle)));
        roof.Add((x.End, y.Position(MacsPerCycle)));
        drawing.Curve(roof, ChartColours.Axis, 2);
    }
}
