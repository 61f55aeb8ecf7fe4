using System.Text.Json;
using NpuSim.Simulator.Reports;
using Xunit;

namespace NpuSim.Tests.Simulator;

/// <summary>What every report must satisfy.</summary>
internal static class Reports
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>Two runs measured the same, to the last digit.</summary>
    public static void Same(SimulationReport expected, SimulationReport actual) =>
        Assert.Equal(JsonSerializer.Serialize(expected, Indented), JsonSerializer.Serialize(actual, Indented));

    /// <summary>The report without what the data make of its energy, which alone depends on whether values are executed.</summary>
    public static SimulationReport WithoutData(this SimulationReport report) => report with
    {
        Energy = report.Energy with { DataDependent = null, Actions = [.. report.Energy.Actions.Select(line => line with { DataShare = 1 })] },
        Layers = [.. report.Layers.Select(layer => layer with { ZeroShare = null, DataEnergyUj = 0 })],
    };

    /// <summary>Cycles, shares and energies add up.</summary>
    public static void AddUp(SimulationReport report)
    {
        Assert.All(report.Engines, engine => Assert.Equal(report.Cycles, engine.Cycles.Sum()));
        long working = report.Engines.Sum(engine => engine.Cycles[(int)CycleOwner.Compute]);
        Assert.Equal(report.Cycles * report.Engines.Count, working + report.Stalls.Values.Sum());
        Assert.Equal(report.Cycles, report.Layers.Sum(layer => layer.Cycles));
        Assert.Equal(report.Traffic.DramReadBytes, report.Layers.Sum(layer => layer.DramReadBytes));
        Assert.Equal(report.Traffic.DramWriteBytes, report.Layers.Sum(layer => layer.DramWriteBytes));
        Assert.Equal(report.Traffic.SramReadBytes, report.Layers.Sum(layer => layer.SramReadBytes));
        Assert.Equal(report.Traffic.SramWriteBytes, report.Layers.Sum(layer => layer.SramWriteBytes));
        Assert.All(report.Layers, layer => Assert.InRange(layer.StallCycles, 0, layer.Cycles));
        var energy = report.Energy;
        double parts = energy.ArrayUj + energy.VectorUj + energy.SramUj + energy.DramUj + energy.NetworkUj + energy.ControlUj + energy.LeakageUj
            + energy.HostUj;
        Assert.Equal(energy.TotalUj, parts, energy.TotalUj * 1e-12);
        Assert.InRange(energy.TotalUj, energy.LowUj, energy.HighUj);
        Assert.Equal(energy.TotalUj, report.Layers.Sum(layer => layer.EnergyUj), energy.TotalUj * 1e-9);
        var data = energy.DataDependent!;
        double dataParts = data.ArrayUj + data.VectorUj + data.SramUj + data.DramUj + data.NetworkUj + data.ControlUj + data.LeakageUj + data.HostUj;
        Assert.Equal(data.TotalUj, dataParts, data.TotalUj * 1e-12);
        Assert.InRange(data.TotalUj, data.LowUj, data.HighUj);
        Assert.Equal(data.TotalUj, report.Layers.Sum(layer => layer.DataEnergyUj), data.TotalUj * 1e-9);
        Assert.Equal(data.TotalUj, energy.Actions.Sum(line => line.Microjoules.Value * line.DataShare), data.TotalUj * 1e-9);
    }
}
