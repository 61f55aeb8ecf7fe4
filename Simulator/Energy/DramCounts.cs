using NpuSim.Isa.Machine;
using NpuSim.Simulator.Memory;
using NpuSim.Simulator.Memory.Dram;
using NpuSim.Simulator.Reports;

namespace NpuSim.Simulator.Energy;

/// <summary>What main memory did in a run.</summary>
/// <remarks>A device counts the commands that it was given, for the run as a whole. Layers share them as what was asked for says: reads and writes by
/// bytes, opened rows by <see cref="RowEstimate"/>.</remarks>
internal static class DramCounts
{
    /// <summary>The report; where there is a device, layers get their share of its commands in the place of what was asked for.</summary>
    public static DramReport? Of(MachineSpec machine, DeviceMemory? device, IReadOnlyList<LayerActions> layers)
    {
        if (machine.Memory.Dram is not { } dram)
        {
            return null;
        }

        if (device is null || dram.DeviceSpec is not { Organisation: var organisation })
        {
            return new DramReport(layers.Sum(actions => actions.OpenedRows), null);
        }

        long reads = device.Commands(DramCommandKind.Read) + device.Commands(DramCommandKind.ReadPrecharge);
        long writes = device.Commands(DramCommandKind.Write) + device.Commands(DramCommandKind.WritePrecharge);
        long activates = device.Commands(DramCommandKind.Activate);
        double rowBytes = (double)organisation.BurstBytes * organisation.BurstsPerRow;
        double opened = activates * (rowBytes / EnergyPrices.Device(dram.Standard).RowBytes.Value);
        double readBytes = (double)reads * organisation.BurstBytes, writtenBytes = (double)(writes + device.WaitingWrites) * organisation.BurstBytes;
        Scale(layers, readBytes, actions => actions.DeviceReadBytes, (actions, bytes) => actions.DeviceReadBytes = bytes);
        Scale(layers, writtenBytes, actions => actions.DeviceWriteBytes, (actions, bytes) => actions.DeviceWriteBytes = bytes);
        Scale(layers, opened, actions => actions.OpenedRows, (actions, rows) => actions.OpenedRows = rows);
        return new DramReport(opened, new DramCommandReport(
            activates, reads, writes, device.Commands(DramCommandKind.Precharge) + device.Commands(DramCommandKind.PrechargeAll),
            device.Commands(DramCommandKind.Refresh), device.Turnarounds, device.WaitingWrites));
    }

    // The last layer with a share gets what is left, so that the shares add up.
    private static void Scale(IReadOnlyList<LayerActions> layers, double total, Func<LayerActions, double> of, Action<LayerActions, double> set)
    {
        double asked = layers.Sum(of), left = total;
        var sharing = layers.Where(actions => of(actions) > 0).ToList();
        for (int layer = 0; layer < sharing.Count; layer++)
        {
            double share = layer == sharing.Count - 1 ? left : total * (of(sharing[layer]) / asked);
            set(sharing[layer], share);
            left -= share;
        }
    }
}
