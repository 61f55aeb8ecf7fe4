using NpuSim.Isa.Energy;
using NpuSim.Isa.Machine;
using NpuSim.Simulator.Reports;

namespace NpuSim.Simulator.Energy;

/// <summary>What a machine takes between two inferences, in mW: its clock stands still, its power is gated as <c>energy.gating.sleepLeakageShare</c> says,
/// main memory keeps its contents by itself, the host waits.</summary>
/// <param name="Leakage">Of everything on the chip, as far as it is not without power.</param>
/// <param name="Dram">Self-refresh of main memory, and standby of flash where the machine states it.</param>
/// <param name="Host">The waiting host, where the machine states it.</param>
/// <param name="NotModelled">What the machine has and this has not.</param>
public sealed record StandbyPower(EnergyBand Leakage, EnergyBand Dram, EnergyBand Host, IReadOnlyList<string> NotModelled)
{
    private const double MicrosecondsPerMillisecond = 1000;

    /// <summary>All of it.</summary>
    public EnergyBand Total => Leakage + Dram + Host;

    /// <summary>That of a machine at its own voltage and temperature.</summary>
    public static StandbyPower Of(MachineSpec machine)
    {
        var missing = new List<string> { "entering and leaving standby: its time and energy" };
        EnergyBand outside = default, host = default;
        if (machine.Memory.Dram is { } dram)
        {
            var device = EnergyPrices.Device(dram.Standard);
            outside += device.SelfRefresh.Band * device.Devices(dram);
        }

        if (machine.Memory.Flash is { } flash)
        {
            Add(ref outside, flash.StandbyMilliwatts, "flash: standby (memory.flash.standbyMilliwatts is not given)", missing);
        }

        Add(ref host, machine.Host.IdleMilliwatts, "host: what it takes while it waits (host.idleMilliwatts is not given)", missing);
        return new StandbyPower(PoweredLeakage(machine) * machine.Energy.Gating.SleepLeakageShare, outside, host, missing);
    }

    // With all power on, whatever is gated in the middle of a run.
    private static EnergyBand PoweredLeakage(MachineSpec machine)
    {
        var powered = machine with { Energy = machine.Energy with { Gating = machine.Energy.Gating with { IdleLeakageShare = 1 } } };
        return EnergyLedger.Of(powered).PerCycle.Of(EnergyPart.Leakage) * (machine.ClockMHz / MicrosecondsPerMillisecond);
    }

    private static void Add(ref EnergyBand sum, double? milliwatts, string otherwise, List<string> missing)
    {
        if (milliwatts is { } stated)
        {
            sum += new EnergyBand(stated, stated, stated);
        }
        else
        {
            missing.Add(otherwise);
        }
    }
}
