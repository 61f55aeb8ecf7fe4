using NpuSim.Isa.Energy;
using NpuSim.Isa.Machine;
using Xunit;

namespace NpuSim.Tests.Isa.Energy;

public sealed class DramDeviceEnergyTests
{
    public static TheoryData<DramStandard> Families => [.. Enum.GetValues<DramStandard>()];

    [Theory]
    [MemberData(nameof(Families))]
    public void The_parts_of_a_stream_add_up_to_the_overall_figure_within_its_band(DramStandard standard)
    {
        var family = DramEnergy.Load().Of(standard);
        Assert.InRange(family.Device.StreamReadPicojoulesPerBit().Value, family.Read.Low, family.Read.High);
        Assert.InRange(family.Device.StreamWritePicojoulesPerBit().Value, family.Write.Low, family.Write.High);
    }

    [Fact]
    public void Device_currents_are_those_of_their_sources()
    {
        var dram = DramEnergy.Load();
        // DDR4-2400 8 Gb x8: 1.2 V, IDD0 48, IDD2N 34, IDD3N 43, IDD4R 135, IDD4W 123 mA; tRC 56, tRAS 39, tRP 17 clocks of 0.83 ns.
        var ddr4 = dram.Ddr4.Device;
        Assert.Equal(1, ddr4.Activate.Value / (1.2 * ((48 * 56) - (43 * 39) - (34 * 17)) * 0.83), 2);
        Assert.Equal(1, ddr4.ReadCore.Value / (1.2 * (135 - 43) / (8 * 2.410)), 2);
        Assert.Equal(1, ddr4.WriteCore.Value / (1.2 * (123 - 43) / (8 * 2.410)), 2);
        Assert.Equal(1, ddr4.Refresh.Value / (1.2 * (250 - 43) * 420 / 9360), 2);
        // LPDDR4-3200 x16: VDD2 1.1 V 45, 27, 30, 275 mA; VDD1 1.8 V 3.5, 2, 2.25 mA; tRC 97, tRAS 68 clocks of 0.625 ns.
        var lpddr4 = dram.Lpddr4.Device;
        double activate = (1.1 * ((45 * 97) - (30 * 68) - (27 * 29))) + (1.8 * ((3.5 * 97) - (2.25 * 68) - (2 * 29)));
        Assert.Equal(1, lpddr4.Activate.Value / (0.625 * activate), 2);
        Assert.Equal(1, lpddr4.ReadCore.Value / (1.1 * (275 - 30) / 51.2), 2);
        Assert.Equal(1, lpddr4.ReadInterface.Value / (1.1 * 150 / 51.2), 1);
        Assert.Equal(1, lpddr4.ActiveStandby.Value / ((1.1 * (30 + 0.75)) + (1.8 * 2.25)), 2);
        // GDDR6 has placeholders and LPDDR5 nothing: no device current of theirs may count as known.
        Assert.Equal(EnergyStatus.Assumed, dram.Gddr6.Device.ReadCore.Status);
        Assert.Equal(EnergyStatus.Assumed, dram.Lpddr5.Device.Activate.Status);
        Assert.Equal(EnergyStatus.Assumed, dram.Gddr6.Device.ActiveStandby.Status);
    }

    [Fact]
    public void From_LPDDR4_to_HBM2_a_bit_costs_less_and_a_channel_stands_by_at_more()
    {
        var dram = DramEnergy.Load();
        var (from, to) = (dram.Lpddr4.Device, dram.Hbm2.Device);
        Assert.Equal(2.07, from.ReadCore.Value / to.ReadCore.Value, 2);
        Assert.Equal(4.44, from.ReadInterface.Value / to.ReadInterface.Value, 2);
        Assert.True(from.Activate.Value / from.RowBytes.Value < to.Activate.Value / to.RowBytes.Value);
        Assert.True(to.ActiveStandby.Value > from.ActiveStandby.Value);
        Assert.True(to.ActiveStandby.Value / to.Bandwidth.Value < from.ActiveStandby.Value / from.Bandwidth.Value);
    }

    [Theory]
    [InlineData("ddr4-2400", 1, 8)]
    [InlineData("ddr3-1600", 1, 4)]
    [InlineData("lpddr4-3200-x16", 1, 1)]
    [InlineData("lpddr4-3200-x32", 2, 4)]
    [InlineData("hbm2-2000", 4, 4)]
    [InlineData("hbm2-2000-pc", 4, 4)]
    public void As_many_devices_as_the_channels_are_wide(string name, int channels, double expected)
    {
        var device = DramDeviceFile.Load(name);
        var dram = new DramSpec
        {
            Standard = device.Standard,
            BandwidthMBps = 1000,
            ReadLatencyCycles = 1,
            WriteLatencyCycles = 1,
            Device = name,
            Channels = channels,
            Organisation = device.Organisation,
            Timing = device.Timing,
        };
        var energy = DramEnergy.Load().Of(device.Standard).Device;
        Assert.Equal(expected, energy.Devices(dram));
        long rowBytes = (long)device.Organisation.BurstBytes * device.Organisation.BurstsPerRow;
        Assert.True(energy.ActivatePicojoules(rowBytes).Value >= energy.Activate.Value * 0.99);
    }

    [Fact]
    public void Without_a_device_bandwidth_tells_how_many()
    {
        var energy = DramEnergy.Load().Lpddr4.Device;
        var dram = new DramSpec { Standard = DramStandard.Lpddr4, BandwidthMBps = 12_800, ReadLatencyCycles = 1, WriteLatencyCycles = 1 };
        Assert.Equal(2, energy.Devices(dram));
        Assert.Equal(1, energy.Devices(dram with { BandwidthMBps = 100 }));
    }
}
