namespace NpuSim.Cli.Plots;

/// <summary>An axis from 0 on: maps values to positions and says where its marks are.</summary>
/// <param name="High">Highest value, above 0.</param>
/// <param name="Start">Position of 0.</param>
/// <param name="End">Position of the highest value.</param>
internal sealed record LinearAxis(double High, double Start, double End)
{
    /// <summary>An axis that holds a value.</summary>
    public static LinearAxis Upto(double high, double start, double end) => new(high > 0 && double.IsFinite(high) ? high : 1, start, end);

    /// <summary>Where a value is.</summary>
    public double Position(double value) => Start + ((End - Start) * value / High);

    /// <summary>Round values, no more than asked for and at least one.</summary>
    public IReadOnlyList<double> Marks(int most)
    {
        double step = Math.Pow(10, Math.Floor(Math.Log10(High / most)));
        while (High / step > most)
        {
            double lead = Math.Round(step / Math.Pow(10, Math.Floor(Math.Log10(step) + 1e-9)));
            step *= lead == 2 ? 2.5 : 2;
        }

        return [.. Enumerable.Range(0, (int)(High / step * (1 + 1e-12)) + 1).Select(index => index * step)];
    }

    /// <summary>Marks at powers of two, for bytes.</summary>
    public IReadOnlyList<double> BinaryMarks(int most)
    {
        double step = 1;
        while (High / step > most)
        {
            step *= 2;
        }

        return [.. Enumerable.Range(0, (int)(High / step) + 1).Select(index => index * step)];
    }

    /// <summary>A quantity with three digits: 12.5 mW, 0 J.</summary>
    public static string Quantity(double value, string unit)
    {
        double size = Math.Abs(value);
        var (factor, prefix) = size >= 1e12 ? (1e-12, "T") : size >= 1e9 ? (1e-9, "G") : size >= 1e6 ? (1e-6, "M") : size >= 1e3 ? (1e-3, "k")
            : size >= 1 || size == 0 ? (1, "") : size >= 1e-3 ? (1e3, "m") : size >= 1e-6 ? (1e6, "µ") : size >= 1e-9 ? (1e9, "n") : (1e12, "p");
        double scaled = value * factor, shown = Math.Abs(scaled);
        string format = shown >= 100 ? "0" : shown >= 10 ? "0.#" : "0.##";
        return $"{scaled.ToString(format, System.Globalization.CultureInfo.InvariantCulture)} {prefix}{unit}";
    }

    /// <summary>A number of a mark: no more digits than it needs, thousands and smaller ones by their prefix.</summary>
    public static string Label(double value)
    {
        double size = Math.Abs(value);
        var (factor, prefix) = size >= 1e12 ? (1e-12, "T") : size >= 1e9 ? (1e-9, "G") : size >= 1e6 ? (1e-6, "M") : size >= 1e3 ? (1e-3, "k")
            : size >= 1e-2 || size == 0 ? (1, "") : size >= 1e-5 ? (1e3, "m") : size >= 1e-8 ? (1e6, "µ") : (1e9, "n");
        return (value * factor).ToString("0.###", System.Globalization.CultureInfo.InvariantCulture) + prefix;
    }
}
