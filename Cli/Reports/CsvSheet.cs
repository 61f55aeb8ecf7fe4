using System.Globalization;
using System.Text;
using CsvHelper;
using CsvHelper.Configuration;

namespace NpuSim.Cli.Reports;

/// <summary>Writes CSV in UTF-8 with line feeds. Every text that a spreadsheet would take for a formula is guarded, and numbers are in the
/// invariant culture.</summary>
internal sealed class CsvSheet : IDisposable
{
    private readonly StreamWriter _writer;
    private readonly CsvWriter _csv;

    /// <param name="stream">Where to; it stays open.</param>
    /// <param name="heads">First row.</param>
    public CsvSheet(Stream stream, params IEnumerable<string> heads)
    {
        _writer = new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true);
        _csv = new CsvWriter(_writer, new CsvConfiguration(CultureInfo.InvariantCulture) { NewLine = "\n" });
        foreach (string head in heads)
        {
            Put(head);
        }

        EndRow();
    }

    public CsvSheet Put(string text)
    {
        _csv.WriteField(Guarded(text));
        return this;
    }

    /// <summary>Empty where there is none.</summary>
    public CsvSheet Put(long? number)
    {
        _csv.WriteField(number);
        return this;
    }

    /// <summary>As many digits as give the same number again; empty where it is not finite or there is none.</summary>
    public CsvSheet Put(double? number)
    {
        _csv.WriteField(number is { } value && double.IsFinite(value) ? value.ToString("R", CultureInfo.InvariantCulture) : "");
        return this;
    }

    public void EndRow() => _csv.NextRecord();

    public void Dispose()
    {
        _csv.Dispose();
        _writer.Dispose();
    }

    // A spreadsheet takes a cell that begins so for a formula; a model's author must not get code to run there. A number is none.
    private static string Guarded(string text) => text.Length > 0 && text[0] is '=' or '+' or '-' or '@' or '\t' or '\r' or '\n'
        && !double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _) ? $"'{text}" : text;
}
