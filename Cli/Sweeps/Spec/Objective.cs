using NpuSim.Cli.Sweeps.Expressions;

namespace NpuSim.Cli.Sweeps.Spec;

/// <summary>What is best: the smallest or largest value of an expression.</summary>
/// <param name="Text">As written.</param>
/// <param name="Maximise">Whether more is better.</param>
/// <param name="Expression">The value.</param>
internal sealed record Objective(string Text, bool Maximise, Expression Expression)
{
    private static readonly string[] Words = ["minimise", "maximise"];

    /// <summary>Parses a text such as <c>minimise latencyMs</c>.</summary>
    /// <exception cref="UsageException">It is not so.</exception>
    public static Objective Parse(string text, string place)
    {
        string word = text.TrimStart().Split(' ')[0];
        if (!Words.Contains(word))
        {
            throw new UsageException($"{place}: '{text.ReplaceLineEndings(" ")}', column 1: found '{word}'{Suggestion.Hint(word, Words)}, expected minimise or maximise and a figure");
        }

        // Blanks in place of the word, so that columns are those of the text.
        int start = text.IndexOf(word, StringComparison.Ordinal) + word.Length;
        return new Objective(text, word == Words[1], Expression.Parse(new string(' ', start) + text[start..], place));
    }

    /// <summary>What is minimised.</summary>
    public string Figure => Expression.Text.Trim();

    /// <summary>The value with its sign turned so that less is better.</summary>
    public double Cost(double value) => Maximise ? -value : value;

    /// <summary>Whether one value is better than another.</summary>
    public bool IsBetter(double value, double other) => Cost(value) < Cost(other);
}
