using System.Text.Json;
using NpuSim.Cli.Reports;
using NpuSim.Isa.Energy;
using NpuSim.Simulator.Reports;

namespace NpuSim.Cli.Sweeps.Points;

/// <summary>The registry of figures: one row each.</summary>
internal static class Metrics
{
    /// <summary>Peak power, which is left out of runs of which nobody asks it.</summary>
    public const string PeakPower = "power.peakMw";

    /// <summary>Peak current, as that.</summary>
    public const string PeakCurrent = "power.peakCurrentMa";

    private static readonly string[] Buffers = ["accumulator", "activation", "global", "weight"];

    /// <summary>All of them, in the order of the run's JSON.</summary>
    public static IReadOnlyList<Metric> All { get; } =
    [
        new("cycles", "", point => point.Report.Cycles),
        new("latencyMs", "ms", point => point.Report.LatencyMs),
        new("macs", "", point => point.Report.Macs),
        new("utilization", "", point => point.Report.Utilization),
        new("traffic.dramReadBytes", "B", point => point.Report.Traffic.DramReadBytes),
        new("traffic.dramWriteBytes", "B", point => point.Report.Traffic.DramWriteBytes),
        new("traffic.sramReadBytes", "B", point => point.Report.Traffic.SramReadBytes),
        new("traffic.sramWriteBytes", "B", point => point.Report.Traffic.SramWriteBytes),
        new("traffic.weightBytes", "B", point => point.Report.Traffic.WeightBytes),
        new("traffic.instructionBytes", "B", point => point.Report.Traffic.InstructionBytes),
        new("energy.totalUj", "µJ", point => point.Report.Energy.TotalUj),
        new("energy.arrayUj", "µJ", point => point.Report.Energy.ArrayUj),
        new("energy.vectorUj", "µJ", point => point.Report.Energy.VectorUj),
        new("energy.sramUj", "µJ", point => point.Report.Energy.SramUj),
        new("energy.dramUj", "µJ", point => point.Report.Energy.DramUj),
        new("energy.networkUj", "µJ", point => point.Report.Energy.NetworkUj),
        new("energy.controlUj", "µJ", point => point.Report.Energy.ControlUj),
        new("energy.leakageUj", "µJ", point => point.Report.Energy.LeakageUj),
        new("energy.hostUj", "µJ", point => point.Report.Energy.HostUj),
        new("energy.lowUj", "µJ", point => point.Report.Energy.LowUj),
        new("energy.highUj", "µJ", point => point.Report.Energy.HighUj),
        new("energy.dataDependent.totalUj", "µJ", point => point.Report.Energy.DataDependent?.TotalUj),
        new("energy.dataDependent.lowUj", "µJ", point => point.Report.Energy.DataDependent?.LowUj),
        new("energy.dataDependent.highUj", "µJ", point => point.Report.Energy.DataDependent?.HighUj),
        new("energy.dataDependent.arrayUj", "µJ", point => point.Report.Energy.DataDependent?.ArrayUj),
        new("energy.dataDependent.sramUj", "µJ", point => point.Report.Energy.DataDependent?.SramUj),
        new("energy.dataDependent.dramUj", "µJ", point => point.Report.Energy.DataDependent?.DramUj),
        new("energy.dataDependent.zeroActivationShare", "", point => point.Report.Energy.DataDependent?.ZeroActivationShare),
        new("power.averageMw", "mW", point => point.Report.Power.AverageMw),
        new(PeakPower, "mW", point => point.Report.Power.PeakMw),
        new("power.supplyMw", "mW", point => point.Report.Power.AverageMw / point.Machine.Energy.RegulatorEfficiency),
        new("power.currentMa", "mA", point => point.Report.Power.CurrentMa),
        new(PeakCurrent, "mA", point => point.Report.Power.PeakCurrentMa),
        new("power.inferencesPerSecond", "1/s", point => point.Report.LatencyMs > 0 ? 1000 / point.Report.LatencyMs : 0),
        new("power.inferencesPerJoule", "1/J", point => PowerText.PerJoule(point.Report.Energy.TotalUj)),
        new("power.topsPerWatt", "TOPS/W", point => PowerText.TopsPerWatt(point.Report)),
        new("power.highestClockMHz", "MHz", point => OperatingPoint.HighestClockMHz(point.Machine), OfMachine: true),
        new("area.totalMm2", "mm²", point => point.Area.TotalMm2.Value, OfMachine: true),
        new("area.lowMm2", "mm²", point => point.Area.TotalMm2.Low, OfMachine: true),
        new("area.highMm2", "mm²", point => point.Area.TotalMm2.High, OfMachine: true),
        .. Buffers.Select(buffer => new Metric(
            $"memory.sramPeakBytes.{buffer}", "B", point => point.Report.Memory.SramPeakBytes.TryGetValue(buffer, out long bytes) ? bytes : null)),
        new("memory.dramPeakBytes", "B", point => point.Report.Memory.DramPeakBytes),
        new("memory.dram.openedRows", "", point => point.Report.Memory.Dram?.OpenedRows),
        new("memory.weightBytesStored", "B", point => point.Report.Memory.WeightBytesStored),
        new("host.operators", "", point => point.Report.Host.Operators),
        new("host.latencyMs", "ms", point => point.Report.Host.LatencyMs),
        new("host.energyUj", "µJ", point => point.Report.Host.EnergyUj),
        .. Enum.GetValues<CycleOwner>().Where(owner => owner != CycleOwner.Compute)
            .Select(owner => JsonNamingPolicy.CamelCase.ConvertName(owner.ToString()))
            .Select(owner => new Metric($"stalls.{owner}", "", point => point.Report.Stalls.TryGetValue(owner, out long cycles) ? cycles : null)),
        .. LayerBounds.Names.Select(bound => new Metric($"bounds.{bound}", "", point => LayerBounds.Cycles(point.Report, bound))),
    ];

    private static readonly Dictionary<string, int> Places = All.Select((metric, index) => (metric.Path, index)).ToDictionary(pair => pair.Path, pair => pair.index, StringComparer.Ordinal);

    /// <summary>The place of a path in <see cref="All"/>; -1 where there is none.</summary>
    public static int Find(string path) => Places.GetValueOrDefault(path, -1);
}
