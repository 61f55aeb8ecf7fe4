using System.Globalization;
using CsvHelper;
using CsvHelper.Configuration;

namespace NpuSim.Cli.Validation;

/// <summary>A reference table in memory: a header line and rows. Lines that begin with # and blank lines are skipped.</summary>
internal sealed class ReferenceTable
{
    private const int LongestCell = 10_000;
    private const int MostRows = 200_000;

    private readonly Dictionary<string, int> _columns = new(StringComparer.Ordinal);
    private readonly List<ReferenceRow> _rows = [];

    private ReferenceTable(string file) => File = file;

    /// <summary>The file, for messages.</summary>
    public string File { get; }

    /// <summary>Whether the file exists.</summary>
    public bool IsThere { get; private init; }

    /// <summary>Rows in the file's order; none where the file is not there.</summary>
    public IReadOnlyList<ReferenceRow> Rows => _rows;

    /// <summary>Names of the columns, in order.</summary>
    public IReadOnlyList<string> Columns => [.. _columns.OrderBy(pair => pair.Value).Select(pair => pair.Key)];

    /// <summary>Whether there is such a column.</summary>
    public bool Has(string column) => _columns.ContainsKey(column);

    /// <summary>The table of a file that is not there.</summary>
    public static ReferenceTable Absent(string file) => new(file);

    /// <summary>Reads a table.</summary>
    /// <exception cref="UsageException">It is none.</exception>
    public static ReferenceTable Read(TextReader reader, string file)
    {
        var table = new ReferenceTable(file) { IsThere = true };
        using var parser = new CsvParser(reader, new CsvConfiguration(CultureInfo.InvariantCulture)
        {
            TrimOptions = TrimOptions.Trim,
            AllowComments = true,
            MaxFieldSize = LongestCell,
            BadDataFound = arguments =>
                throw new UsageException(FormattableString.Invariant($"{file}: line {arguments.Context.Parser!.RawRow}: stray quotation mark in a cell")),
        });
        try
        {
            while (parser.Read())
            {
                table.Add(parser.Record!, parser.RawRow);
            }
        }
        catch (MaxFieldSizeException)
        {
            throw table.Fault(parser.RawRow, FormattableString.Invariant($"found a cell of more than {LongestCell} characters, expected none"));
        }

        return table._columns.Count > 0 ? table : throw new UsageException($"{file}: the table is empty, expected a header line");
    }

    /// <summary>Number of a column.</summary>
    /// <exception cref="UsageException">There is no such column.</exception>
    public int Column(string name) => _columns.TryGetValue(name, out int column) ? column
        : throw new UsageException($"{File}: no column '{name}'{Suggestion.Hint(name, _columns.Keys)}; found {string.Join(", ", Columns)}");

    /// <summary>What is wrong with a line.</summary>
    public UsageException Fault(int line, string message) => new(FormattableString.Invariant($"{File}: line {line}: {message}"));

    private void Add(string[] cells, int line)
    {
        if (cells.All(cell => cell.Length == 0))
        {
            return;
        }

        if (_columns.Count == 0)
        {
            AddHeader(cells, line);
            return;
        }

        if (cells.Length != _columns.Count)
        {
            throw Fault(line, FormattableString.Invariant($"found {cells.Length} cells, expected {_columns.Count} as in the header"));
        }

        if (_rows.Count == MostRows)
        {
            throw Fault(line, FormattableString.Invariant($"found more than {MostRows} rows, expected no more"));
        }

        _rows.Add(new ReferenceRow(this, line, cells));
    }

    private void AddHeader(string[] cells, int line)
    {
        foreach (string cell in cells)
        {
            if (cell.Length == 0 || !_columns.TryAdd(cell, _columns.Count))
            {
                throw Fault(line, cell.Length == 0 ? "found a column without a name" : $"found column '{cell}' twice, expected it once");
            }
        }
    }
}
