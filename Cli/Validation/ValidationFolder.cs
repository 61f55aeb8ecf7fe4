namespace NpuSim.Cli.Validation;

/// <summary>Files of a validation in folders.</summary>
internal static class ValidationFolder
{
    private const string DocumentFile = "Accuracy.md";

    /// <summary>Writes everything: validation.json, cases.csv, the page and its plot, and a plot per suite and quantity.</summary>
    public static void Write(string folder, ValidationResult result)
    {
        WriteDocument(folder, result);
        WritePlots(folder, result);
        OutputFile.Write(Path.Combine(folder, "cases.csv"), stream => ValidationCsv.Write(stream, result));
        OutputFile.Write(Path.Combine(folder, "validation.json"), stream => ValidationJson.Write(stream, result));
    }

    /// <summary>Writes the plots.</summary>
    public static void WritePlots(string folder, ValidationResult result)
    {
        Make(folder);
        foreach (var (file, svg) in result.Suites.SelectMany(AccuracyPlots.Of))
        {
            OutputFile.WriteText(Path.Combine(folder, file), svg);
        }
    }

    /// <summary>Writes the page and the plot that it shows.</summary>
    public static void WriteDocument(string folder, ValidationResult result)
    {
        Make(folder);
        string? plot = AccuracyPlots.OfCycles(result);
        if (plot is not null)
        {
            OutputFile.WriteText(Path.Combine(folder, AccuracyDocument.PlotFile), plot);
        }

        OutputFile.WriteText(Path.Combine(folder, DocumentFile), AccuracyDocument.Text(result, plot is not null));
    }

    private static void Make(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"{folder}: cannot be made: {failure.Message.ReplaceLineEndings(" ")}");
        }
    }
}
