using NpuSim.Isa.Energy;
using NpuSim.Isa.Machine;
using NpuSim.Isa.Timing;

namespace NpuSim.Simulator.Memory;

/// <summary>Rows that a transfer opens in main memory, as far as that is known before it runs; a memory that is timed command by command counts its
/// own activations.</summary>
/// <remarks>Devices work side by side, burst by burst, so a row of all of them together is a stripe of devices · row bytes. A transfer opens the
/// stripes that it touches, once each: no more than its pieces, and no more than lie between its first and its last byte. In a stripe it opens a row in
/// as many devices as its bursts reach. Rows that another transfer left open, and those that it closes in between, are not known.</remarks>
internal sealed class RowEstimate
{
    private static readonly Lazy<DramEnergy> Table = new(DramEnergy.Load);

    private readonly double _stripe;
    private readonly double _burst;
    private readonly double _devices;

    private RowEstimate(DramSpec dram)
    {
        var device = Table.Value.Of(dram.Standard).Device;
        _devices = device.Devices(dram);
        _stripe = _devices * device.RowBytes.Value;
        _burst = device.BurstBytes.Value;
    }

    /// <summary>Of a machine's main memory; null where it has none.</summary>
    public static RowEstimate? Of(MachineSpec machine) => machine.Memory.Dram is { } dram ? new RowEstimate(dram) : null;

    /// <summary>Rows of single devices that a contiguous transfer opens.</summary>
    public int Of(long bytes) => Of(new AccessPattern(1, bytes), bytes, bytes);

    /// <summary>Rows of single devices that a transfer opens.</summary>
    /// <param name="pattern">Its pieces.</param>
    /// <param name="span">Bytes from its first to behind its last.</param>
    /// <param name="moved">Bytes that the memory moves.</param>
    public int Of(AccessPattern pattern, long span, long moved)
    {
        if (moved == 0)
        {
            return 0;
        }

        double stripes = Math.Min(pattern.Runs * Math.Ceiling(pattern.RunBytes / _stripe), Math.Ceiling(span / _stripe));
        stripes = Math.Max(1, stripes);
        double perStripe = Math.Min(Math.Ceiling(_devices), Math.Ceiling(moved / stripes / _burst));
        return (int)Math.Min(int.MaxValue, stripes * perStripe);
    }
}
