using System.Globalization;
using System.Text;

namespace NpuSim.Isa.Program;

/// <summary>Texts in double quotes with the escapes \" \\ \n \r \t \uXXXX, so that any name fits on one line.</summary>
internal static class TextLiteral
{
    /// <summary>The text in quotes; control characters, line separators and unpaired surrogates are escaped.</summary>
    public static string Quote(string text)
    {
        var literal = new StringBuilder(text.Length + 2).Append('"');
        for (int index = 0; index < text.Length; index++)
        {
            char letter = text[index];
            bool paired = char.IsHighSurrogate(letter) && index + 1 < text.Length && char.IsLowSurrogate(text[index + 1]);
            if (paired)
                literal.Append(letter).Append(text[++index]);
            else
                Append(literal, letter);
        }

        return literal.Append('"').ToString();
    }

    /// <summary>Reads a literal that starts at <paramref name="at"/> with its quote; moves behind its end.</summary>
    /// <returns>The text, or null where the literal is broken; <paramref name="at"/> is then the broken place.</returns>
    public static string? Read(string line, ref int at)
    {
        var text = new StringBuilder();
        for (at++; at < line.Length; at++)
        {
            if (line[at] == '"')
            {
                at++;
                return text.ToString();
            }

            if (line[at] != '\\')
            {
                text.Append(line[at]);
                continue;
            }

            if (Unescape(line, ref at) is not { } letter)
                return null;
            text.Append(letter);
        }

        return null;
    }

    private static void Append(StringBuilder literal, char letter)
    {
        switch (letter)
        {
            case '"' or '\\':
                literal.Append('\\').Append(letter);
                break;
            case '\n':
                literal.Append("\\n");
                break;
            case '\r':
                literal.Append("\\r");
                break;
            case '\t':
                literal.Append("\\t");
                break;
            default:
                bool plain = CharUnicodeInfo.GetUnicodeCategory(letter) is not (UnicodeCategory.Control or UnicodeCategory.Surrogate
                    or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Format or UnicodeCategory.OtherNotAssigned);
                literal.Append(plain ? letter : $"\\u{(int)letter:x4}");
                break;
        }
    }

    private static char? Unescape(string line, ref int at)
    {
        at++;
        if (at >= line.Length)
            return null;
        switch (line[at])
        {
            case '"' or '\\':
                return line[at];
            case 'n':
                return '\n';
            case 'r':
                return '\r';
            case 't':
                return '\t';
            case 'u' when at + 4 < line.Length
                && ushort.TryParse(line.AsSpan(at + 1, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ushort code):
                at += 4;
                return (char)code;
            default:
                return null;
        }
    }
}
