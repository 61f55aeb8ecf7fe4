using System.ComponentModel;
using NpuSim.Isa.Machine;

namespace NpuSim.Isa.Energy;

/// <summary>Energies of one device behind a channel of main memory, part by part: <c>device</c> of a family in <c>configs/energy/dram.jsonc</c>. As many
/// devices as the channel is wide work side by side (<see cref="Devices"/>).</summary>
public sealed record DramDeviceEnergy
{
    [Description("Bytes that the device gives or takes in one burst.")]
    [Unit("B")]
    public required EnergyEntry BurstBytes { get; init; }

    [Description("Bytes of its row.")]
    [Unit("B")]
    public required EnergyEntry RowBytes { get; init; }

    [Description("Bytes that it moves at most (10^6 per second).")]
    [Unit("MB/s")]
    public required EnergyEntry Bandwidth { get; init; }

    [Description("Opening and closing one row.")]
    [Unit("pJ")]
    public required EnergyEntry Activate { get; init; }

    [Description("Reading one bit of an open row up to the device's pins.")]
    [Unit("pJ/bit")]
    public required EnergyEntry ReadCore { get; init; }

    [Description("Writing one bit to an open row from the device's pins.")]
    [Unit("pJ/bit")]
    public required EnergyEntry WriteCore { get; init; }

    [Description("One bit read over the interface, both ends.")]
    [Unit("pJ/bit")]
    public required EnergyEntry ReadInterface { get; init; }

    [Description("One bit written over the interface, both ends.")]
    [Unit("pJ/bit")]
    public required EnergyEntry WriteInterface { get; init; }

    [Description("Standing by with a row open.")]
    [Unit("mW")]
    public required EnergyEntry ActiveStandby { get; init; }

    [Description("Standing by with all rows closed.")]
    [Unit("mW")]
    public required EnergyEntry PrechargeStandby { get; init; }

    [Description("Rows closed, clock off; contents kept by refresh from outside.")]
    [Unit("mW")]
    public required EnergyEntry PowerDown { get; init; }

    [Description("The device keeps its contents by itself.")]
    [Unit("mW")]
    public required EnergyEntry SelfRefresh { get; init; }

    [Description("Refreshing, beside standby, on average.")]
    [Unit("mW")]
    public required EnergyEntry Refresh { get; init; }

    /// <summary>Devices of a main memory, of all its channels and ranks: by width where its device is given, else by bandwidth; at least 1, not always whole.</summary>
    public double Devices(DramSpec dram)
    {
        if (dram.DeviceSpec is not { Organisation: var organisation })
            return Math.Max(1, dram.BandwidthMBps / Bandwidth.Value);
        return Math.Max(1, (double)organisation.BurstBytes * organisation.Ranks * dram.Channels / BurstBytes.Value);
    }

    /// <summary>Picojoules of opening and closing a row on all devices that hold it.</summary>
    /// <param name="rowBytes">Bytes of the row on the whole channel, above 0.</param>
    public EnergyBand ActivatePicojoules(double rowBytes) => Activate.Band * (rowBytes / RowBytes.Value);

    /// <summary>Picojoules per bit of a stream that reads whole rows at the full rate, with what the device takes beside.</summary>
    public EnergyBand StreamReadPicojoulesPerBit() => Stream(ReadCore.Band + ReadInterface.Band);

    /// <summary>Picojoules per bit of a stream that writes whole rows at the full rate, with what the device takes beside.</summary>
    public EnergyBand StreamWritePicojoulesPerBit() => Stream(WriteCore.Band + WriteInterface.Band);

    // mW over MB/s is nJ per byte.
    private EnergyBand Stream(EnergyBand transfer) =>
        transfer + (Activate.Band * (1 / (8 * RowBytes.Value))) + ((ActiveStandby.Band + Refresh.Band) * (1000 / (8 * Bandwidth.Value)));
}
