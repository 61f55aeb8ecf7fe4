using System.Globalization;

namespace NpuSim.Cli.Reports;

/// <summary>Numbers as people read them; always in the invariant culture.</summary>
internal static class Figures
{
    private static readonly string[] ByteUnits = ["B", "KiB", "MiB", "GiB", "TiB"];

    /// <summary>Whole number with a comma between thousands.</summary>
    public static string Count(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>Bytes in the largest unit that leaves at least 1, three digits.</summary>
    public static string Bytes(long bytes)
    {
        double value = bytes;
        int unit = 0;
        for (; value >= 1024 && unit < ByteUnits.Length - 1; unit++)
        {
            value /= 1024;
        }

        return unit == 0 ? $"{Count(bytes)} B" : $"{Three(value)} {ByteUnits[unit]}";
    }

    /// <summary>Three significant digits, or all digits before the point.</summary>
    public static string Three(double value)
    {
        double size = Math.Abs(value);
        string format = size >= 100 ? "N0" : size >= 10 ? "0.0" : size >= 1 ? "0.00" : size >= 0.1 ? "0.000" : "G3";
        return value == 0 ? "0" : value.ToString(format, CultureInfo.InvariantCulture);
    }

    /// <summary>Milliseconds, in µs or s where that reads better.</summary>
    public static string Milliseconds(double value) =>
        value >= 1000 ? $"{Three(value / 1000)} s" : value >= 0.1 || value == 0 ? $"{Three(value)} ms" : $"{Three(value * 1000)} µs";

    /// <summary>Microjoules, in mJ or nJ where that reads better.</summary>
    public static string Microjoules(double value) =>
        value >= 1000 ? $"{Three(value / 1000)} mJ" : value >= 0.1 || value == 0 ? $"{Three(value)} µJ" : $"{Three(value * 1000)} nJ";

    /// <summary>A share as per cent.</summary>
    public static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{share * 100:0.0} %");

    /// <summary>A share of a total as per cent; 0 where the total is 0.</summary>
    public static string Percent(double part, double total) => Percent(total > 0 ? part / total : 0);

    /// <summary>Cuts a text that is too long in its middle. Control characters, which could command a terminal, become question marks.</summary>
    public static string Short(string text, int width)
    {
        text = text.Any(char.IsControl) ? string.Concat(text.Select(letter => char.IsControl(letter) ? '?' : letter)) : text;
        if (text.Length <= width)
        {
            return text;
        }

        int head = (width - 1) / 3;
        return $"{text[..head]}…{text[^(width - 1 - head)..]}";
    }
}
