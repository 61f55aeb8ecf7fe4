using NpuSim.Cli.Reports;

namespace NpuSim.Cli.Validation;

/// <summary>Writes every case of a validation as CSV: one row each, the same keys as in JSON.</summary>
internal static class ValidationCsv
{
    public static void Write(Stream stream, ValidationResult result)
    {
        using var csv = new CsvSheet(stream, "suite", "group", "name", "quantity", "scope", "reference", "simulated", "error");
        foreach (var suite in result.Suites)
        {
            foreach (var item in suite.Cases)
            {
                csv.Put(suite.Suite.Name).Put(item.Group).Put(item.Name).Put(item.Quantity)
                    .Put(item.Scope == AccuracyScope.Kernel ? "kernel" : "endToEnd").Put(item.Reference).Put(item.Simulated).Put(item.Error).EndRow();
            }
        }
    }
}
