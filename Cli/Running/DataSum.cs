using NpuSim.Simulator.Reports;

namespace NpuSim.Cli.Running;

/// <summary>Adds up the data-dependent energy of single layers.</summary>
internal static class DataSum
{
    /// <summary>The sum; shares are means over the rows' multiply-accumulates. Null where a row has none.</summary>
    public static DataEnergyReport? Of(IReadOnlyList<SimulationReport> rows)
    {
        if (rows.Count == 0 || rows.Any(row => row.Energy.DataDependent is null))
        {
            return null;
        }

        double Sum(Func<DataEnergyReport, double> part) => rows.Sum(row => part(row.Energy.DataDependent!));
        double? Mean(Func<DataEnergyReport, double?> share) => MeanOf(rows, share);
        return new DataEnergyReport(
            Sum(d => d.TotalUj), Sum(d => d.ArrayUj), Sum(d => d.VectorUj), Sum(d => d.SramUj), Sum(d => d.DramUj), Sum(d => d.NetworkUj),
            Sum(d => d.ControlUj), Sum(d => d.LeakageUj), Sum(d => d.HostUj), Sum(d => d.LowUj), Sum(d => d.HighUj))
        {
            Source = rows[0].Energy.DataDependent!.Source,
            Rows = rows[0].Energy.DataDependent!.Rows,
            ZeroActivationShare = Mean(data => data.ZeroActivationShare),
            ZeroWeightShare = Mean(data => data.ZeroWeightShare),
            GatedMacs = Sum(data => data.GatedMacs),
            ToggleRates = new ToggleRates(
                Mean(data => data.ToggleRates.Activations), Mean(data => data.ToggleRates.Weights), Mean(data => data.ToggleRates.Sums),
                Mean(data => data.ToggleRates.Results), Mean(data => data.ToggleRates.Transfers)),
        };
    }

    private static double? MeanOf(IReadOnlyList<SimulationReport> rows, Func<DataEnergyReport, double?> share)
    {
        double sum = 0, weights = 0;
        foreach (var row in rows)
        {
            if (share(row.Energy.DataDependent!) is { } known)
            {
                sum += known * row.Macs;
                weights += row.Macs;
            }
        }

        return weights > 0 ? sum / weights : null;
    }
}
