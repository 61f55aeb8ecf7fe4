using System.Globalization;

namespace NpuSim.Cli.Validation;

/// <summary>A row of a reference table: cells by column name. Every getter names file, line, column, found and expected where it refuses.</summary>
internal sealed class ReferenceRow(ReferenceTable table, int line, string[] cells)
{
    private const int LongestShown = 40;

    /// <summary>Line of the file, from 1.</summary>
    public int Line => line;

    /// <summary>Names of the table's columns, in order.</summary>
    public IReadOnlyList<string> Columns => table.Columns;

    /// <summary>Whether the column is there and the cell is not empty.</summary>
    public bool Has(string column) => table.Has(column) && cells[table.Column(column)].Length > 0;

    /// <summary>A text that is not empty.</summary>
    public string Text(string column) => cells[table.Column(column)] is { Length: > 0 } text ? text : throw Fault(column, "a text");

    /// <summary>A text, or null where the column is not there or the cell is empty.</summary>
    public string? OptionalText(string column) => Has(column) ? Text(column) : null;

    /// <summary>A whole number within a range.</summary>
    public long Integer(string column, long minimum = long.MinValue, long maximum = long.MaxValue)
    {
        bool isNumber = long.TryParse(cells[table.Column(column)], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value);
        return isNumber && value >= minimum && value <= maximum ? value : throw Fault(column, Expected("a whole number", minimum, maximum));
    }

    /// <summary>A whole number of an int within a range.</summary>
    public int Int(string column, int minimum = int.MinValue, int maximum = int.MaxValue) => (int)Integer(column, minimum, maximum);

    /// <summary>A whole number, or null where the column is not there or the cell is empty.</summary>
    public long? OptionalInteger(string column, long minimum = long.MinValue, long maximum = long.MaxValue) =>
        Has(column) ? Integer(column, minimum, maximum) : null;

    /// <summary>A finite real number.</summary>
    public double Real(string column)
    {
        bool isNumber = double.TryParse(cells[table.Column(column)], NumberStyles.Float, CultureInfo.InvariantCulture, out double value);
        return isNumber && double.IsFinite(value) ? value : throw Fault(column, "a number");
    }

    /// <summary>A finite real number, or null where the column is not there or the cell is empty.</summary>
    public double? OptionalReal(string column) => Has(column) ? Real(column) : null;

    /// <summary>One of several words.</summary>
    public string Word(string column, params IReadOnlyList<string> words) =>
        words.Contains(cells[table.Column(column)]) ? cells[table.Column(column)] : throw Fault(column, string.Join(" or ", words));

    /// <summary>The refusal of a cell.</summary>
    /// <param name="column">The column.</param>
    /// <param name="expected">What it should hold, in words.</param>
    public UsageException Fault(string column, string expected)
    {
        string cell = string.Concat(cells[table.Column(column)].Take(LongestShown).Select(letter => char.IsControl(letter) ? '?' : letter));
        return table.Fault(line, $"column '{column}': found '{cell}', expected {expected}");
    }

    private static string Expected(string what, long minimum, long maximum) => (minimum, maximum) switch
    {
        (long.MinValue, long.MaxValue) => what,
        (_, long.MaxValue or int.MaxValue) => FormattableString.Invariant($"{what} of at least {minimum}"),
        var (_, _) => FormattableString.Invariant($"{what} from {minimum} to {maximum}"),
    };
}
