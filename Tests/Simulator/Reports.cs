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
    }
}
