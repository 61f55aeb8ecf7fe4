using NpuSim.Isa.Energy;
using NpuSim.Isa.Machine;
using NpuSim.Simulator.Energy;

namespace NpuSim.Simulator.Reports;

/// <summary>What a machine takes on average that runs one inference after the other at a fixed rate and stands by in between.</summary>
/// <param name="InferencesPerSecond">The rate.</param>
/// <param name="ActiveShare">Share of the time in which it works.</param>
/// <param name="Standby">What it takes between two inferences.</param>
/// <param name="AverageMilliwatts">Over both.</param>
/// <param name="Parts">The same by part, one entry per <see cref="EnergyPart"/>.</param>
public sealed record DutyCycleReport(
    double InferencesPerSecond, double ActiveShare, StandbyPower Standby, EnergyBand AverageMilliwatts, IReadOnlyList<double> Parts)
{
    private const double MicrowattsPerMilliwatt = 1000;
    private const double MillisecondsPerSecond = 1000;

    /// <summary>Energy of a second in µJ.</summary>
    public double MicrojoulesPerSecond => AverageMilliwatts.Value * MicrowattsPerMilliwatt;

    /// <summary>Energy of an inference with the standby after it, in µJ.</summary>
    public double MicrojoulesPerInference => MicrojoulesPerSecond / InferencesPerSecond;

    /// <summary>The report of a run that is repeated.</summary>
    /// <param name="run">One inference.</param>
    /// <param name="machine">The machine that ran it.</param>
    /// <param name="inferencesPerSecond">The rate, above 0.</param>
    /// <returns>Null where an inference takes longer than its share of a second.</returns>
    public static DutyCycleReport? Of(SimulationReport run, MachineSpec machine, double inferencesPerSecond)
    {
        double active = run.LatencyMs * inferencesPerSecond / MillisecondsPerSecond;
        if (active > 1)
        {
            return null;
        }

        var standby = StandbyPower.Of(machine);
        double rate = inferencesPerSecond / MicrowattsPerMilliwatt;
        var energy = run.Energy;
        double[] parts =
        [
            energy.ArrayUj * rate, energy.VectorUj * rate, energy.SramUj * rate, energy.DramUj * rate, energy.NetworkUj * rate, energy.ControlUj * rate,
            energy.LeakageUj * rate, energy.HostUj * rate,
        ];
        parts[(int)EnergyPart.Leakage] += standby.Leakage.Value * (1 - active);
        parts[(int)EnergyPart.Dram] += standby.Dram.Value * (1 - active);
        parts[(int)EnergyPart.Host] += standby.Host.Value * (1 - active);
        var average = (new EnergyBand(energy.TotalUj, energy.LowUj, energy.HighUj) * rate) + (standby.Total * (1 - active));
        return new DutyCycleReport(inferencesPerSecond, active, standby, average, parts);
    }
}
