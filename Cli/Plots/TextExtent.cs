namespace NpuSim.Cli.Plots;

/// <summary>How much room a text takes at most. A picture does not know the reader's font; these are widths of DejaVu Sans, one of the
/// widest.</summary>
internal static class TextExtent
{
    private const double Narrow = 0.42;
    private const double Usual = 0.65;
    private const double Capital = 0.78;
    private const double Wide = 1.05;

    /// <summary>Width in pixels.</summary>
    public static double Width(string text, double size)
    {
        double sum = 0;
        foreach (char letter in text)
        {
            sum += letter switch
            {
                'i' or 'j' or 'l' or 't' or 'f' or 'r' or 'I' or '.' or ',' or ':' or ';' or '\'' or '|' or '!' or ' ' or '/' or '(' or ')' or '[' or ']' => Narrow,
                'm' or 'w' or 'M' or 'W' or '%' or '@' or '→' => Wide,
                >= 'A' and <= 'Z' => Capital,
                > '\u2E80' => Wide,
                _ => Usual,
            };
        }

        return sum * size;
    }

    /// <summary>The text, or as much of its two ends as fits.</summary>
    public static string Fit(string text, double size, double room)
    {
        int length = text.Length;
        string shown = text;
        while (length > 1 && Width(shown, size) > room)
        {
            shown = Reports.Figures.Short(text, --length);
        }

        return Width(shown, size) <= room ? shown : "";
    }
}
