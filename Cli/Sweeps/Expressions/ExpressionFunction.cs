using NpuSim.Isa.Energy;

namespace NpuSim.Cli.Sweeps.Expressions;

/// <summary>A function of expressions.</summary>
/// <param name="Name">As written.</param>
/// <param name="Minimum">Fewest arguments.</param>
/// <param name="Maximum">Most arguments.</param>
/// <param name="Apply">Its value.</param>
internal sealed record ExpressionFunction(string Name, int Minimum, int Maximum, Func<double[], double> Apply)
{
    private const int Many = 16;

    /// <summary>All of them.</summary>
    public static IReadOnlyList<ExpressionFunction> All { get; } =
    [
        new("min", 2, Many, arguments => arguments.Min()),
        new("max", 2, Many, arguments => arguments.Max()),
        new("ceil", 1, 1, arguments => Math.Ceiling(arguments[0])),
        new("floor", 1, 1, arguments => Math.Floor(arguments[0])),
        new("pow2", 1, 1, arguments => Power(arguments[0])),
        new("log2", 1, 1, arguments => Logarithm(arguments[0])),
    ];

    // Whole powers are exact; others must not depend on the host's C library.
    private static double Power(double exponent) =>
        Math.Abs(exponent) > 1000 ? throw new ArithmeticException(FormattableString.Invariant($"pow2({exponent}) is out of range"))
        : exponent == Math.Floor(exponent) ? Math.ScaleB(1, (int)exponent)
        : PortableMath.Exp(exponent * PortableMath.Log(2));

    private static double Logarithm(double value) =>
        value <= 0 ? throw new ArithmeticException(FormattableString.Invariant($"log2({value}) has no value"))
        : double.IsPow2(value) ? Math.ILogB(value)
        : PortableMath.Log(value) / PortableMath.Log(2);
}
