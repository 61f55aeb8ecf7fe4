namespace NpuSim.Cli.Validation;

/// <summary>Files of a validation in folders.</summary>
internal static class ValidationFolder
{
    /// <summary>Writes everything: validation.json, cases.csv, the pages and their plot, and a plot per suite and quantity.</summary>
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

    /// <summary>Writes the pages, and the plot that the first of them shows.</summary>
    public static void WriteDocument(string folder, ValidationResult result)
    {
        Make(folder);
        string? plot = AccuracyPlots.OfCycles(result);
        if (plot is not null)
        {
            OutputFile.WriteText(Path.Combine(folder, AccuracyDocument.PlotFile), plot);
        }

        foreach (var page in Enum.GetValues<AccuracyPage>())
        {
            var own = result with { Suites = [.. result.Suites.Where(suite => suite.Suite.Page == page)] };
            if (own.Suites.Count > 0)
            {
                OutputFile.WriteText(Path.Combine(folder, File(page)), AccuracyDocument.Text(page, own, page == AccuracyPage.Cycles && plot is not null));
            }
        }
    }

    private static string File(AccuracyPage page) => page switch
    {
        AccuracyPage.Cycles => "Accuracy.md",
        AccuracyPage.Energy => "Energy.md",
    };

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
