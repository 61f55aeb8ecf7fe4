using NpuSim.Cli.Reports;

namespace NpuSim.Cli.Pages.Sections;

/// <summary>Numeric error, where it was measured.</summary>
internal static class AccuracySection
{
    public static void Write(Html html, PageRun run)
    {
        SectionText.Open(html, "accuracy", "Numeric error");
        if (run.Accuracy is not { } accuracy)
        {
            SectionText.Missing(html, "Not measured in this run. npusim evaluate MODEL --data FILES --labels FILE --html FILE measures it on samples.");
            html.Close();
            return;
        }

        var rows = new List<IReadOnlyList<PageCell>>();
        Add("top-1 on the NPU", accuracy.Top1, Figures.Percent);
        Add("top-1 of the compressed model, interpreted", accuracy.CompressedTop1, Figures.Percent);
        Add($"top-1 of the reference ({accuracy.Reference})", accuracy.ReferenceTop1, Figures.Percent);
        Add("same class as the reference", accuracy.Agreement, Figures.Percent);
        Add("mean squared error", accuracy.Mse, Figures.Three);
        Add("largest error", accuracy.MaxError, Figures.Three);
        Add("signal to quantisation noise, dB", accuracy.SqnrDb, Figures.Three);
        Add("cosine of the outputs", accuracy.Cosine, value => value.ToString("0.000000", System.Globalization.CultureInfo.InvariantCulture));
        PageTables.Write(html, FormattableString.Invariant($"Outputs on the NPU against the reference, {accuracy.Samples} samples"),
            [new("Quantity"), new("Value", true)], rows);
        html.Close();

        void Add(string name, double? value, Func<double, string> text) => rows.Add([name, value is { } number ? text(number) : "does not apply"]);
    }
}
