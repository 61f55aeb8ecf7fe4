using System.Globalization;
using System.Text;
using CsvHelper;
using CsvHelper.Configuration;

namespace NpuSim.Cli.Validation;

/// <summary>Writes every case of a validation as CSV: one row each, the same keys as in JSON.</summary>
internal static class ValidationCsv
{
    private static readonly string[] Heads = ["suite", "group", "name", "quantity", "scope", "reference", "simulated", "error"];

    public static void Write(Stream stream, ValidationResult result)
    {
        using var writer = new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true);
        using var csv = new CsvWriter(writer, new CsvConfiguration(CultureInfo.InvariantCulture) { NewLine = "\n" });
        WriteRow(csv, Heads);
        foreach (var suite in result.Suites)
        {
            foreach (var item in suite.Cases)
            {
                WriteRow(csv,
                [
                    suite.Suite.Name, Guarded(item.Group), Guarded(item.Name), item.Quantity,
                    item.Scope == AccuracyScope.Kernel ? "kernel" : "endToEnd", Number(item.Reference), Number(item.Simulated), Number(item.Error),
                ]);
            }
        }
    }

    private static void WriteRow(CsvWriter csv, string[] cells)
    {
        foreach (string cell in cells)
        {
            csv.WriteField(cell);
        }

        csv.NextRecord();
    }

    private static string Number(double value) => double.IsFinite(value) ? value.ToString("R", CultureInfo.InvariantCulture) : "";

    // A spreadsheet takes a cell that begins so for a formula.
    private static string Guarded(string text) => text.Length > 0 && text[0] is '=' or '+' or '-' or '@' or '\t' or '\r' ? $"'{text}" : text;
}
