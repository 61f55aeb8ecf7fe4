using System.Globalization;
using CsvHelper;
using CsvHelper.Configuration;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Import.LayerTables;

/// <summary>The table line by line: trimmed cells, without blank lines and trailing empty cells.</summary>
internal sealed class LayerCells : IDisposable
{
    private const int LongestCell = 1000;

    private const int MostLines = 100_000;

    private readonly CsvParser _parser;
    private readonly string _file;
    private int _lines;

    public LayerCells(TextReader reader, string file)
    {
        _file = file;
        _parser = new CsvParser(reader, new CsvConfiguration(CultureInfo.InvariantCulture)
        {
            Delimiter = ",",
            TrimOptions = TrimOptions.Trim,
            AllowComments = true,
            MaxFieldSize = LongestCell,
            BadDataFound = arguments => throw new ModelException($"{file}: line {arguments.Context.Parser!.RawRow}: stray quotation " +
                $"mark in a cell"),
        });
    }

    /// <summary>Cells of the current line.</summary>
    public IReadOnlyList<string> Current { get; private set; } = [];

    /// <summary>Goes to the next line that has a cell; false at the end.</summary>
    public bool Next()
    {
        while (Advance())
        {
            var cells = _parser.Record!;
            // What follows a cell that begins with # is a remark.
            var remark = Array.FindIndex(cells, cell => cell.StartsWith('#'));
            var used = remark < 0 ? cells.Length : remark;
            while (used > 0 && cells[used - 1].Length == 0) used--;
            if (used == 0) continue;
            if (++_lines > MostLines) throw Fault($"more than {MostLines} lines");
            Current = cells[..used];
            return true;
        }
        return false;
    }

    /// <summary>File and line, for messages.</summary>
    public string Place => FormattableString.Invariant($"{_file}: line {_parser.RawRow}");

    public ModelException Fault(string message) => new($"{Place}: {message}");

    public ModelException Fault(int column, string header, string message) => Fault($"column {column + 1} ({Quote(header)}): {message}");

    /// <summary>Text of a cell, fit for a message.</summary>
    public static string Quote(string cell)
    {
        var plain = string.Concat(cell.Take(40).Select(letter => char.IsControl(letter) ? '?' : letter));
        return cell.Length > 40 ? $"\"{plain}…\"" : $"\"{plain}\"";
    }

    public void Dispose() => _parser.Dispose();

    private bool Advance()
    {
        try
        {
            return _parser.Read();
        }
        catch (CsvHelperException exception) when (exception is MaxFieldSizeException)
        {
            throw new ModelException($"{_file}: line {_parser.RawRow}: a cell of more than {LongestCell} characters", exception);
        }
    }
}
