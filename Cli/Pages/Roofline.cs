using NpuSim.Cli.Reports;
using NpuSim.Isa.Machine;

namespace NpuSim.Cli.Pages;

/// <summary>What a machine could reach at most.</summary>
/// <param name="MacsPerCycle">int8 multiply-accumulates of all cores.</param>
/// <param name="BytesPerCycle">Bytes of all external memories together: peak bandwidth times the share of it that streams reach; of a memory device, its
/// nominal bandwidth.</param>
internal sealed record Roofline(double MacsPerCycle, double BytesPerCycle)
{
    public static Roofline Of(MachineSpec machine)
    {
        double dram = machine.Memory.Dram is { } memory ? memory.BandwidthMBps * memory.Efficiency : 0;
        double flash = machine.Memory.Flash?.BandwidthMBps ?? 0;
        return new Roofline(MachineText.PeakMacsPerCycle(machine), (dram + flash) / machine.ClockMHz);
    }

    /// <summary>The fewest cycles that so many multiply-accumulates and bytes take.</summary>
    public double LeastCycles(long macs, long bytes) => Math.Max(macs / MacsPerCycle, BytesPerCycle > 0 ? bytes / BytesPerCycle : 0);
}
