using System.Text;

namespace NpuSim.Cli.Reports;

/// <summary>How many cells of a terminal a text takes: East Asian characters and pictures take two, marks that join others none.</summary>
internal static class TextCells
{
    /// <summary>Cells of a text without control characters.</summary>
    public static int Width(string text)
    {
        int cells = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            cells += Width(rune);
        }

        return cells;
    }

    /// <summary>The text in so many cells: filled up with spaces, or cut with an ellipsis. Control characters, which could command the
    /// terminal, become question marks.</summary>
    public static string Padded(string text, int cells)
    {
        var shown = new StringBuilder();
        int used = 0;
        bool isCut = Width(text) > cells;
        foreach (var rune in text.EnumerateRunes())
        {
            var safe = Rune.IsControl(rune) ? new Rune('?') : rune;
            if (used + Width(safe) > cells - (isCut ? 1 : 0))
            {
                break;
            }

            shown.Append(safe.ToString());
            used += Width(safe);
        }

        return shown.Append(isCut ? "…" : "").Append(' ', Math.Max(0, cells - used - (isCut ? 1 : 0))).ToString();
    }

    private static int Width(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        System.Globalization.UnicodeCategory.NonSpacingMark or System.Globalization.UnicodeCategory.EnclosingMark or System.Globalization.UnicodeCategory.Format => 0,
        _ => rune.Value is (>= 0x1100 and <= 0x115F) or (>= 0x2E80 and <= 0xA4CF) or (>= 0xAC00 and <= 0xD7A3) or (>= 0xF900 and <= 0xFAFF)
            or (>= 0xFE30 and <= 0xFE6F) or (>= 0xFF00 and <= 0xFF60) or (>= 0xFFE0 and <= 0xFFE6) or (>= 0x1F300 and <= 0x1FAFF) or (>= 0x20000 and <= 0x3FFFD) ? 2 : 1,
    };
}
