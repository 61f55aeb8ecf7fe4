namespace NpuSim.Cli.Sweeps.Expressions;

/// <summary>A name in an expression.</summary>
/// <param name="Text">The name.</param>
/// <param name="Column">Its first column, from 1.</param>
public readonly record struct NamedValue(string Text, int Column);

/// <summary>Arithmetic over named values: numbers, + − * /, brackets, min, max, pow2, log2, ceil, floor.</summary>
/// <remarks>Double precision, left to right, * and / before + and −. pow2(x) is 2^x, log2 its inverse.</remarks>
public sealed class Expression
{
    private readonly ExpressionNode _root;

    internal Expression(string text, ExpressionNode root, IReadOnlyList<NamedValue> names) => (Text, _root, Names) = (text, root, names);

    /// <summary>As written.</summary>
    public string Text { get; }

    /// <summary>The names that it reads, each once, in order of appearance.</summary>
    public IReadOnlyList<NamedValue> Names { get; }

    /// <summary>Parses a text.</summary>
    /// <param name="text">At most 1000 characters.</param>
    /// <param name="place">What names it in messages.</param>
    /// <exception cref="UsageException">It is no expression; the message gives the column, what was found and what is expected.</exception>
    public static Expression Parse(string text, string place)
    {
        var parser = new ExpressionParser(text, place);
        var root = parser.Sum();
        parser.End("an operator or the end");
        return new Expression(text, root, parser.Names);
    }

    /// <summary>Its value.</summary>
    /// <param name="valueOf">The value of each name.</param>
    /// <exception cref="ArithmeticException">A quotient by zero, or a result that is no finite number.</exception>
    public double Evaluate(Func<string, double> valueOf)
    {
        double value = Evaluate(_root, valueOf);
        return double.IsFinite(value) ? value : throw new ArithmeticException($"{Text} is no finite number");
    }

    private double Evaluate(ExpressionNode node, Func<string, double> valueOf) => node switch
    {
        NumberNode number => number.Value,
        NameNode name => valueOf(name.Name),
        NegationNode negation => -Evaluate(negation.Operand, valueOf),
        BinaryNode binary => Binary(binary.Operator, Evaluate(binary.Left, valueOf), Evaluate(binary.Right, valueOf)),
        CallNode call => call.Function.Apply([.. call.Arguments.Select(argument => Evaluate(argument, valueOf))]),
        _ => throw new InvalidOperationException($"unknown node {node.GetType().Name}"),
    };

    private double Binary(char symbol, double left, double right) => symbol switch
    {
        '+' => left + right,
        '-' => left - right,
        '*' => left * right,
        '/' when right == 0 => throw new ArithmeticException($"{Text} divides by 0"),
        '/' => left / right,
        _ => throw new InvalidOperationException($"unknown operator {symbol}"),
    };
}
