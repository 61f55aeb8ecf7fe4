using System.Globalization;
using System.Text;

namespace NpuSim.Cli.Plots;

/// <summary>Where a text stands relative to its position.</summary>
internal enum TextAnchor : byte
{
    Start,
    Middle,
    End,
}

/// <summary>Writes an SVG picture of simple shapes; coordinates in pixels from the upper left corner. The same calls give the same bytes.</summary>
internal sealed class SvgDrawing
{
    private readonly StringBuilder _text = new();

    /// <param name="width">Width in pixels.</param>
    /// <param name="height">Height in pixels.</param>
    /// <param name="title">What the picture shows, for readers that do not see it.</param>
    /// <param name="style">Style sheet; none where it is empty. It must hold nothing that XML takes for its own.</param>
    public SvgDrawing(int width, int height, string title, string style = "")
    {
        _text.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" ");
        _text.Append(CultureInfo.InvariantCulture, $"viewBox=\"0 0 {width} {height}\" font-family=\"system-ui, sans-serif\" role=\"img\">\n");
        _text.Append(CultureInfo.InvariantCulture, $"<title>{Escaped(title)}</title>\n");
        if (style.Length > 0)
        {
            _text.Append(CultureInfo.InvariantCulture, $"<style>{style}</style>\n");
        }

        Rectangle(0, 0, width, height, "#ffffff");
    }

    /// <summary>A filled rectangle, with a text that appears under the pointer.</summary>
    public void Rectangle(double x, double y, double width, double height, string fill, string? hint = null)
    {
        _text.Append(CultureInfo.InvariantCulture, $"<rect x=\"{At(x)}\" y=\"{At(y)}\" width=\"{At(width)}\" height=\"{At(height)}\" fill=\"{fill}\"");
        _text.Append(hint is null ? "/>\n" : $"><title>{Escaped(hint)}</title></rect>\n");
    }

    /// <summary>A filled shape between points.</summary>
    public void Area(IEnumerable<(double X, double Y)> points, string fill) =>
        _text.Append(CultureInfo.InvariantCulture, $"<path d=\"M{Path(points)}Z\" fill=\"{fill}\"/>\n");

    /// <summary>A line through points.</summary>
    public void Curve(IEnumerable<(double X, double Y)> points, string stroke, double width = 1.5) =>
        _text.Append(CultureInfo.InvariantCulture, $"<path d=\"M{Path(points)}\" fill=\"none\" stroke=\"{stroke}\" stroke-width=\"{At(width)}\"/>\n");

    /// <summary>A line; dashed where a dash length is given.</summary>
    public void Line(double x1, double y1, double x2, double y2, string stroke, double width = 1, double dash = 0)
    {
        string dashes = dash > 0 ? $" stroke-dasharray=\"{At(dash)}\"" : "";
        _text.Append(CultureInfo.InvariantCulture, $"<line x1=\"{At(x1)}\" y1=\"{At(y1)}\" x2=\"{At(x2)}\" y2=\"{At(y2)}\" ");
        _text.Append(CultureInfo.InvariantCulture, $"stroke=\"{stroke}\" stroke-width=\"{At(width)}\"{dashes}/>\n");
    }

    /// <summary>Begins a set of dots that look alike.</summary>
    public void BeginDots(string fill) => _text.Append(CultureInfo.InvariantCulture, $"<g fill=\"{fill}\" fill-opacity=\"0.6\">\n");

    /// <summary>A dot, with a text that appears under the pointer.</summary>
    public void Dot(double x, double y, double radius, string? hint = null)
    {
        string end = hint is null ? "/>" : $"><title>{Escaped(hint)}</title></circle>";
        _text.Append(CultureInfo.InvariantCulture, $"<circle cx=\"{At(x)}\" cy=\"{At(y)}\" r=\"{At(radius)}\"{end}\n");
    }

    /// <summary>Ends a set of dots.</summary>
    public void EndDots() => _text.Append("</g>\n");

    /// <summary>A line of text; its position is that of its base line.</summary>
    /// <param name="x">Position.</param>
    /// <param name="y">Position.</param>
    /// <param name="text">The text.</param>
    /// <param name="anchor">Where it stands relative to the position.</param>
    /// <param name="size">Font size.</param>
    /// <param name="fill">Colour.</param>
    /// <param name="isUpright">Turned to be read from below to above.</param>
    public void Text(double x, double y, string text, TextAnchor anchor = TextAnchor.Start, double size = 12, string fill = "#333333", bool isUpright = false)
    {
        string place = anchor switch { TextAnchor.Start => "start", TextAnchor.Middle => "middle", TextAnchor.End => "end" };
        string turn = isUpright ? $" transform=\"rotate(-90 {At(x)} {At(y)})\"" : "";
        _text.Append(CultureInfo.InvariantCulture, $"<text x=\"{At(x)}\" y=\"{At(y)}\" font-size=\"{At(size)}\" fill=\"{fill}\" ");
        _text.Append(CultureInfo.InvariantCulture, $"text-anchor=\"{place}\"{turn}>{Escaped(text)}</text>\n");
    }

    /// <summary>The whole file.</summary>
    public override string ToString() => $"{_text}</svg>\n";

    private static string Path(IEnumerable<(double X, double Y)> points) => string.Join('L', points.Select(point => $"{At(point.X)} {At(point.Y)}"));

    private static string At(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);

    // What XML does not allow at all, such as control characters, becomes a question mark.
    private static string Escaped(string text)
    {
        var plain = new StringBuilder();
        for (int at = 0; at < text.Length; at++)
        {
            char letter = text[at];
            if (char.IsHighSurrogate(letter) && at + 1 < text.Length && char.IsLowSurrogate(text[at + 1]))
            {
                plain.Append(letter).Append(text[++at]);
                continue;
            }

            plain.Append(letter switch
            {
                '&' => "&amp;",
                '<' => "&lt;",
                '>' => "&gt;",
                '"' => "&quot;",
                < ' ' or '\uFFFE' or '\uFFFF' => "?",
                >= '\uD800' and <= '\uDFFF' => "?",
                var other => other.ToString(),
            });
        }

        return plain.ToString();
    }
}
