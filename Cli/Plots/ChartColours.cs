using System.Text;

namespace NpuSim.Cli.Plots;

/// <summary>The colours of charts. Marks are those of Paul Tol's "bright" scheme, which people with colour blindness tell apart; each
/// colour has a twin for dark pages.</summary>
/// <remarks>A picture names the light colours in its attributes, which is what print and simple viewers show; the style sheet replaces
/// them where a screen is dark.</remarks>
internal static class ChartColours
{
    public const string Paper = "#ffffff";
    public const string Ink = "#1c1c1c";
    public const string Quiet = "#555555";
    public const string Grid = "#e2e2e2";
    public const string Axis = "#444444";
    public const string Blue = "#4477aa";
    public const string Red = "#ee6677";
    public const string Green = "#228833";
    public const string Yellow = "#ccbb44";
    public const string Cyan = "#66ccee";
    public const string Purple = "#aa3377";
    public const string Grey = "#bbbbbb";
    public const string Indigo = "#332288";

    private static readonly (string Light, string Dark)[] Twins =
    [
        (Paper, "#14171c"), (Ink, "#f0f0f0"), (Quiet, "#b4bac2"), (Grid, "#333a44"), (Axis, "#98a0aa"), (Blue, "#77aadd"), (Red, "#ff8896"),
        (Green, "#55bb66"), (Yellow, "#ddcc66"), (Cyan, "#88ddf4"), (Purple, "#dd77aa"), (Grey, "#5a636d"), (Indigo, "#9a8ce0"),
    ];

    /// <summary>Colours of a series whose members have no meaning of their own, in order.</summary>
    public static IReadOnlyList<string> Series { get; } = [Blue, Red, Green, Yellow, Cyan, Purple, Indigo, Grey];

    /// <summary>Style sheet of every chart.</summary>
    public static string Style { get; } = Sheet();

    private static string Sheet()
    {
        var text = new StringBuilder("@media screen and (prefers-color-scheme:dark){");
        foreach (var (light, dark) in Twins)
        {
            text.Append($"[fill=\"{light}\"]{{fill:{dark}}}[stroke=\"{light}\"]{{stroke:{dark}}}");
        }

        return text.Append('}').ToString();
    }
}
