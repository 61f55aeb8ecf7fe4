namespace NpuSim.Cli.Sweeps.Expressions;

/// <summary>What a comparison found.</summary>
/// <param name="Holds">Whether it is true.</param>
/// <param name="Found">Its left side.</param>
/// <param name="Bound">Its right side.</param>
public readonly record struct ComparisonResult(bool Holds, double Found, double Bound)
{
    /// <summary>How far it is from true, as a share of the bound (of 1 where that is smaller): 0 where it holds.</summary>
    public double Violation => Holds ? 0 : Math.Max(Math.Abs(Found - Bound) / Math.Max(Math.Abs(Bound), 1), double.Epsilon);
}

/// <summary>Two expressions with &lt;=, &gt;=, &lt;, &gt; or == between them.</summary>
public sealed class Comparison
{
    private static readonly string[] Operators = ["<=", ">=", "==", "<", ">"];

    private readonly Expression _left;
    private readonly Expression _right;
    private readonly string _operator;

    private Comparison(string text, Expression left, string symbol, Expression right)
    {
        (Text, _left, _operator, _right) = (text, left, symbol, right);
        Names = [.. left.Names.Concat(right.Names).DistinctBy(name => name.Text)];
    }

    /// <summary>As written.</summary>
    public string Text { get; }

    /// <summary>The names that it reads, each once.</summary>
    public IReadOnlyList<NamedValue> Names { get; }

    /// <summary>Parses a text.</summary>
    /// <exception cref="UsageException">It is no comparison; the message gives the column.</exception>
    public static Comparison Parse(string text, string place)
    {
        var parser = new ExpressionParser(text, place);
        var left = parser.Sum();
        string symbol = parser.Word(Operators);
        int names = parser.Names.Count;
        var right = parser.Sum();
        parser.End("an operator or the end");

        // A name of both sides is listed once, with its first column.
        return new Comparison(text, new Expression(text, left, [.. parser.Names.Take(names)]), symbol, new Expression(text, right, [.. parser.Names.Skip(names)]));
    }

    /// <summary>Compares.</summary>
    /// <exception cref="ArithmeticException">A side has no finite value.</exception>
    public ComparisonResult Evaluate(Func<string, double> valueOf)
    {
        double found = _left.Evaluate(valueOf), bound = _right.Evaluate(valueOf);
        bool holds = _operator switch
        {
            "<=" => found <= bound,
            ">=" => found >= bound,
            "<" => found < bound,
            ">" => found > bound,
            "==" => found == bound,
            _ => throw new InvalidOperationException($"unknown operator {_operator}"),
        };
        return new ComparisonResult(holds, found, bound);
    }
}
