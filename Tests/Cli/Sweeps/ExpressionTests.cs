using NpuSim.Cli;
using NpuSim.Cli.Sweeps.Expressions;
using Xunit;

namespace NpuSim.Tests.Cli.Sweeps;

public sealed class ExpressionTests
{
    [Theory]
    [InlineData("1 + 2 * 3", 7)]
    [InlineData("(1 + 2) * 3", 9)]
    [InlineData("8 / 4 / 2", 1)]
    [InlineData("5 - 3 - 1", 1)]
    [InlineData("-2 * -3", 6)]
    [InlineData("--2", 2)]
    [InlineData("1.5e1 + .5", 15.5)]
    [InlineData("max(4, core.array.rows / 2)", 8)]
    [InlineData("min(1, 2, $x)", -3)]
    [InlineData("pow2(10) + log2(8)", 1027)]
    [InlineData("ceil(7 / 2) * floor(7 / 2)", 12)]
    [InlineData("models.mobilenet-v2.latencyMs-1", 41)]
    public void An_expression_has_the_value_of_arithmetic(string text, double value) => Assert.Equal(
        value, Expression.Parse(text, "test").Evaluate(name => name switch { "core.array.rows" => 16, "$x" => -3, "models.mobilenet-v2.latencyMs" => 42, _ => double.NaN }));

    [Theory]
    [InlineData("1 +", "column 4: found the end, expected a number, a name, a function or '('")]
    [InlineData("", "column 1: found the end")]
    [InlineData("(1 + 2", "column 7: found the end, expected an operator or ')'")]
    [InlineData("1 2", "column 3: found '2', expected an operator or the end")]
    [InlineData("sqrt(2)", "column 1: found 's', expected min, max, ceil, floor, pow2, log2 before '('")]
    [InlineData("pow2(1, 2)", "column 1: found 2 values for pow2, expected 1")]
    [InlineData("1.2.3", "column 1: found '1', expected a number")]
    [InlineData("2 ^ 3", "column 3: found '^'")]
    public void A_fault_is_told_with_its_column(string text, string message)
    {
        var refused = Assert.Throws<UsageException>(() => Expression.Parse(text, "file: key"));
        Assert.StartsWith($"file: key: '{text}', ", refused.Message, StringComparison.Ordinal);
        Assert.Contains(message, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Brackets_without_end_are_refused_before_the_stack_is_used_up() =>
        Assert.Throws<UsageException>(() => Expression.Parse(new string('(', 900), "test"));

    [Theory]
    [InlineData("1 / 0")]
    [InlineData("log2(0)")]
    [InlineData("pow2(5000)")]
    [InlineData("missing + 1")]
    public void What_has_no_finite_value_says_so(string text) =>
        Assert.Throws<ArithmeticException>(() => Expression.Parse(text, "test").Evaluate(_ => double.NaN));

    [Theory]
    [InlineData("a <= 2", true)]
    [InlineData("a < 2", false)]
    [InlineData("a * 2 >= 4", true)]
    [InlineData("a == 3", false)]
    [InlineData("a > 1 + 0", true)]
    public void A_comparison_holds_as_its_operator_says(string text, bool holds) =>
        Assert.Equal(holds, Comparison.Parse(text, "test").Evaluate(_ => 2).Holds);

    [Fact]
    public void A_broken_comparison_says_what_was_found_and_by_how_much()
    {
        var result = Comparison.Parse("power.averageMw <= 100", "test").Evaluate(_ => 125);
        Assert.Equal((125, 100, 0.25), (result.Found, result.Bound, result.Violation));
    }
}
