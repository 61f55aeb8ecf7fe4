using System.Globalization;

namespace NpuSim.Cli.Sweeps.Expressions;

/// <summary>Reads expressions by recursive descent.</summary>
/// <param name="text">The text.</param>
/// <param name="place">What names it in messages.</param>
internal sealed class ExpressionParser(string text, string place)
{
    private const int MaximumLength = 1000;
    private const int MaximumDepth = 64;
    private const string ModelPrefix = "models.";
    private const string Value = "a number, a name, a function or '('";

    private readonly List<NamedValue> _names = [];
    private int _at;
    private int _depth;

    /// <summary>The names read so far.</summary>
    public IReadOnlyList<NamedValue> Names => _names;

    /// <summary>A sum of products.</summary>
    public ExpressionNode Sum()
    {
        if (text.Length > MaximumLength)
        {
            throw new UsageException(FormattableString.Invariant($"{place}: found {text.Length} characters, expected at most {MaximumLength}"));
        }

        if (++_depth > MaximumDepth)
        {
            throw Refusal(_at, FormattableString.Invariant($"at most {MaximumDepth} brackets inside each other"));
        }

        var left = Product();
        while (Next() is '+' or '-')
        {
            char symbol = text[_at++];
            left = new BinaryNode(symbol, left, Product());
        }

        _depth--;
        return left;
    }

    /// <summary>One of the words, the first that fits.</summary>
    public string Word(IReadOnlyList<string> words)
    {
        Next();
        string? word = words.FirstOrDefault(candidate => text.AsSpan(_at).StartsWith(candidate, StringComparison.Ordinal));
        if (word is null)
        {
            throw Refusal(_at, $"an operator: + - * / or {string.Join(' ', words)}");
        }

        _at += word.Length;
        return word;
    }

    /// <summary>The end of the text.</summary>
    public void End(string expected)
    {
        if (Next() != '\0')
        {
            throw Refusal(_at, expected);
        }
    }

    private ExpressionNode Product()
    {
        var left = Unary();
        while (Next() is '*' or '/')
        {
            char symbol = text[_at++];
            left = new BinaryNode(symbol, left, Unary());
        }

        return left;
    }

    private ExpressionNode Unary()
    {
        int signs = 0;
        while (Next() == '-')
        {
            _at++;
            signs++;
        }

        var primary = Primary();
        return signs % 2 == 0 ? primary : new NegationNode(primary);
    }

    private ExpressionNode Primary()
    {
        char next = Next();
        if (next == '(')
        {
            _at++;
            var inner = Sum();
            Take(')', "an operator or ')'");
            return inner;
        }

        return char.IsAsciiDigit(next) || next == '.' ? Number() : IsNameStart(next) ? Named() : throw Refusal(_at, Value);
    }

    private NumberNode Number()
    {
        int start = _at;
        while (_at < text.Length && (char.IsAsciiLetterOrDigit(text[_at]) || text[_at] == '.' || (text[_at] is '+' or '-' && text[_at - 1] is 'e' or 'E')))
        {
            _at++;
        }

        return double.TryParse(text.AsSpan(start, _at - start), NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value)
            ? new NumberNode(value) : throw Refusal(start, "a number");
    }

    private ExpressionNode Named()
    {
        int start = _at;
        while (_at < text.Length && (IsNameStart(text[_at]) || char.IsAsciiDigit(text[_at]) || text[_at] == '.' || IsModelHyphen(start)))
        {
            _at++;
        }

        string name = text[start.._at];
        if (Next() == '(')
        {
            return Call(name, start);
        }

        if (_names.All(known => known.Text != name))
        {
            _names.Add(new NamedValue(name, start + 1));
        }

        return new NameNode(name);
    }

    // models.mobilenet-v2.latencyMs: there a hyphen belongs to the name.
    private bool IsModelHyphen(int start)
    {
        var read = text.AsSpan(start, _at - start);
        return text[_at] == '-' && read.StartsWith(ModelPrefix) && !read[ModelPrefix.Length..].Contains('.');
    }

    private CallNode Call(string name, int start)
    {
        var function = ExpressionFunction.All.FirstOrDefault(candidate => candidate.Name == name)
            ?? throw Refusal(start, string.Join(", ", ExpressionFunction.All.Select(known => known.Name)) + " before '('");
        _at++;
        var arguments = new List<ExpressionNode> { Sum() };
        while (Next() == ',')
        {
            _at++;
            arguments.Add(Sum());
        }

        Take(')', "',' or ')'");
        bool fits = arguments.Count >= function.Minimum && arguments.Count <= function.Maximum;
        return fits ? new CallNode(function, arguments) : throw new UsageException(string.Create(
            CultureInfo.InvariantCulture,
            $"{place}: '{text}', column {start + 1}: found {arguments.Count} values for {name}, expected {(function.Minimum == function.Maximum ? "" : "at least ")}{function.Minimum}"));
    }

    private void Take(char symbol, string expected)
    {
        if (Next() != symbol)
        {
            throw Refusal(_at, expected);
        }

        _at++;
    }

    // The next character that is no blank; a zero at the end.
    private char Next()
    {
        while (_at < text.Length && text[_at] is ' ' or '\t')
        {
            _at++;
        }

        return _at < text.Length ? text[_at] : '\0';
    }

    private static bool IsNameStart(char letter) => char.IsAsciiLetter(letter) || letter is '_' or '$';

    private UsageException Refusal(int at, string expected)
    {
        string found = at < text.Length ? $"'{text[at]}'" : "the end";
        return new UsageException(FormattableString.Invariant($"{place}: '{text.ReplaceLineEndings(" ")}', column {at + 1}: found {found}, expected {expected}"));
    }
}
