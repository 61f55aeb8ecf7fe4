using NpuSim.Simulator.Reports;

namespace NpuSim.Cli.Reports;

/// <summary>The data-dependent energy of a run in words.</summary>
internal static class DataEnergyText
{
    /// <summary>The line of the summary.</summary>
    public static string Summary(DataEnergyReport data)
    {
        string band = $"{Figures.Microjoules(data.TotalUj)} (between {Figures.Microjoules(data.LowUj)} and {Figures.Microjoules(data.HighUj)})";
        string zeros = data.ZeroActivationShare is { } share ? $"{Figures.Percent(share)} of the products have a zero activation" : "no products";
        string gated = data.GatedMacs > 0 ? $", {Figures.Count((long)Math.Round(data.GatedMacs))} products gated" : "";
        var rates = data.ToggleRates;
        return data.Source switch
        {
            DataSource.Operands => $"with these operands {band}: {zeros}{gated}; bits that change: {string.Join(", ", Rates(rates))}",
            DataSource.Declared => $"with the data that the machine declares {band}: {zeros}{gated}; bits that change: {Rate(rates.Activations)}",
        };
    }

    private static IEnumerable<string> Rates(ToggleRates rates)
    {
        (string Name, double? Rate)[] named =
        [
            ("activations", rates.Activations), ("weights", rates.Weights), ("sums", rates.Sums),
            ("results", rates.Results), ("transfers", rates.Transfers),
        ];
        return named.Where(pair => pair.Rate is not null).Select(pair => $"{pair.Name} {Rate(pair.Rate)}");
    }

    private static string Rate(double? rate) => rate is { } known ? Figures.Percent(known) : "unknown";
}
