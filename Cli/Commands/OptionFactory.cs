using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace NpuSim.Cli.Commands;

/// <summary>Makes options whose refusals name the option, what was found and what is expected.</summary>
internal static class OptionFactory
{
    /// <summary>A text such as a file name.</summary>
    public static Option<string?> Text(string name, string value, string description) => new(name) { HelpName = value, Description = description };

    /// <summary>A flag without a value.</summary>
    public static Option<bool> Flag(string name, string description) => new(name) { Description = description, Arity = ArgumentArity.Zero };

    /// <summary>A whole number within a range; absent where not given.</summary>
    public static Option<int?> Integer(string name, string description, int minimum, int maximum) => new(name)
    {
        HelpName = "N",
        Arity = ArgumentArity.ExactlyOne,
        Description = description,
        CustomParser = result => Parse(result, minimum, maximum),
    };

    /// <summary>A real number within a range; absent where not given.</summary>
    public static Option<double?> Real(string name, string description, double minimum, double maximum) => new(name)
    {
        HelpName = "X",
        Arity = ArgumentArity.ExactlyOne,
        Description = description,
        CustomParser = result =>
        {
            string text = Single(result);
            if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && value >= minimum && value <= maximum)
            {
                return value;
            }

            result.AddError(string.Create(CultureInfo.InvariantCulture, $"{name}: found '{text}', expected a number from {minimum} to {maximum}"));
            return null;
        },
    };

    /// <summary>One of several words; absent where not given.</summary>
    public static Option<string?> Word(string name, string description, params string[] words) => new(name)
    {
        HelpName = string.Join('|', words),
        Description = description,
        Arity = ArgumentArity.ExactlyOne,
        CustomParser = result =>
        {
            string text = Single(result);
            if (words.Contains(text))
            {
                return text;
            }

            result.AddError($"{name}: found '{text}', expected {string.Join(" or ", words)}{Suggestion.Hint(text, words)}");
            return null;
        },
    };

    private static int Parse(ArgumentResult result, int minimum, int maximum)
    {
        string text = Single(result);
        if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value) && value >= minimum && value <= maximum)
        {
            return value;
        }

        string option = (result.Parent as OptionResult)?.Option.Name ?? result.Argument.Name;
        result.AddError(FormattableString.Invariant($"{option}: found '{text}', expected a whole number from {minimum} to {maximum}"));
        return minimum;
    }

    private static string Single(ArgumentResult result) => result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
}
