using NpuSim.Isa.Energy;
using NpuSim.Isa.Machine;
using Xunit;

namespace NpuSim.Tests.Isa;

public sealed class OperatingLawsTests
{
    [Fact]
    public void Half_the_voltage_takes_a_quarter_of_the_dynamic_energy_and_less_than_half_of_the_leakage()
    {
        Assert.Equal(0.25, OperatingLaws.Dynamic(0.4, 0.8), 12);
        Assert.Equal(0.5 * Math.Exp(-1.2), OperatingLaws.Leakage(0.4, 0.8), 12);
        Assert.Equal(1, OperatingLaws.Leakage(0.8, 0.8));
    }

    [Fact]
    public void Leakage_holds_at_350_kelvin_and_doubles_every_35_degrees()
    {
        Assert.Equal(1, OperatingLaws.LeakageAt(350 - 273.15), 12);
        Assert.Equal(Math.Exp(0.02 * 8.15), OperatingLaws.LeakageAt(85), 12);
        Assert.Equal(2, OperatingLaws.LeakageAt(EnergySpec.TableTemperatureC + (50 * Math.Log(2))), 12);
    }

    // The step of GAP9 from 0.65 to 0.8 V: its clock went from 240 to 370 MHz, which needs a threshold of about 0.41 V.
    [Theory]
    [InlineData(0.30, 1.29)]
    [InlineData(0.41, 1.54)]
    public void The_highest_clock_follows_the_alpha_power_law(double threshold, double ratio)
    {
        var rated = new RatedPointSpec { Voltage = 0.65, ClockMHz = 240 };
        Assert.Equal(240, OperatingLaws.HighestClockMHz(0.65, rated, threshold), 9);
        Assert.Equal(ratio, OperatingLaws.HighestClockMHz(0.8, rated, threshold) / 240, 0.015);
        Assert.Equal(0, OperatingLaws.HighestClockMHz(threshold, rated, threshold));
    }

    [Fact]
    public void Every_preset_runs_at_or_below_the_highest_clock_that_its_voltage_allows() => Assert.All(MachineFile.PresetNames(), name =>
    {
        var machine = MachineFile.Load(name, []);
        Assert.True(OperatingPoint.HighestClockMHz(machine) is not { } highest || highest >= machine.ClockMHz * (1 - 1e-12), name);
        Assert.Equal(OperatingPoint.Of(machine), OperatingPoint.Highest(machine with { Energy = machine.Energy with { Rated = null } }, machine.Energy.Voltage));
    });

    [Fact]
    public void At_half_the_clock_memories_answer_after_half_as_many_cycles()
    {
        var machine = MachineFile.Load("edge", []);
        var slow = new OperatingPoint(0.6, 500).Apply(machine);
        Assert.Equal((0.6, 500), (slow.Energy.Voltage, slow.ClockMHz));
        Assert.Equal(machine.Memory.Dram!.ReadLatencyCycles / 2, slow.Memory.Dram!.ReadLatencyCycles);
        Assert.Equal(machine.Memory.Dram.WriteLatencyCycles / 2, slow.Memory.Dram.WriteLatencyCycles);
        Assert.Equal((machine.Memory.Dram.BandwidthMBps, machine.Host, machine.GlobalBuffer), (slow.Memory.Dram.BandwidthMBps, slow.Host, slow.GlobalBuffer));
        Assert.Equal(machine, OperatingPoint.Of(machine).Apply(machine));
    }

    [Fact]
    public void Caches_flash_the_path_to_a_controller_and_the_hosts_search_keep_their_time_too()
    {
        var machine = MachineFile.Load("gemmini-16", []);
        var fast = new OperatingPoint(1, 2 * machine.ClockMHz).Apply(machine);
        Assert.Equal(2 * machine.Memory.Cache!.ReadLatencyCycles, fast.Memory.Cache!.ReadLatencyCycles);
        Assert.Equal(2 * machine.Memory.Cache.WriteLatencyCycles, fast.Memory.Cache.WriteLatencyCycles);
        Assert.Equal(2 * machine.Memory.Cache.SameLineWriteCycles, fast.Memory.Cache.SameLineWriteCycles);
        Assert.Equal(2 * machine.Host.TileSearchCycles, fast.Host.TileSearchCycles);
        var device = MachineFile.Load("edge", ["memory.dram.device=lpddr4-3200-x32", "memory.flash={\"bandwidthMBps\":100,\"readLatencyCycles\":30,\"picojoulesPerBit\":5}"]);
        var slow = new OperatingPoint(0.6, 100).Apply(device);
        Assert.Equal(device.Memory.Dram!.Controller!.PathCycles / 10, slow.Memory.Dram!.Controller!.PathCycles);
        Assert.Equal(3, slow.Memory.Flash!.ReadLatencyCycles);
    }

    [Theory]
    [InlineData("energy.thresholdVoltage=0.5", "energy.thresholdVoltage: found 0.5, expected 0.3 without energy.rated")]
    [InlineData("energy.rated={\"voltage\":0.45,\"clockMHz\":100}", "expected less than energy.rated.voltage, 0.45", "energy.thresholdVoltage=0.5")]
    public void A_threshold_that_nothing_reads_or_that_is_not_below_the_rated_voltage_is_refused(string first, string message, string second = "energy.temperatureC=25") =>
        Assert.Contains(message, Assert.Throws<MachineException>(() => MachineFile.Load("scale-sim", [first, second])).Message, StringComparison.Ordinal);
}
