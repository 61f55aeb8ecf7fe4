using System.Globalization;
using NpuSim.Cli.Reports;

namespace NpuSim.Cli.Validation;

/// <summary>Errors and figures as people read them.</summary>
internal static class ErrorText
{
    private const double MostExactDigits = 1e15;

    /// <summary>A share or an unsigned error as per cent with two digits after the point.</summary>
    public static string Percent(double share) =>
        double.IsFinite(share) ? string.Create(CultureInfo.InvariantCulture, $"{share * 100:0.00} %") : "∞";

    /// <summary>An error with its sign.</summary>
    public static string Signed(double error) =>
        double.IsFinite(error) ? string.Create(CultureInfo.InvariantCulture, $"{error * 100:+0.00;-0.00;0.00} %") : "∞";

    /// <summary>A figure: all digits of whole numbers, else up to six digits.</summary>
    public static string Figure(double value) => value == Math.Floor(value) && Math.Abs(value) < MostExactDigits
        ? Figures.Count((long)value)
        : value.ToString("G6", CultureInfo.InvariantCulture);
}
