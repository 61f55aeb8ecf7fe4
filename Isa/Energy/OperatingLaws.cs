using NpuSim.Isa.Machine;

namespace NpuSim.Isa.Energy;

/// <summary>How energy, leakage and the highest clock go with voltage and temperature. Sources: docs/energy/power.md.</summary>
public static class OperatingLaws
{
    // Leakage per volt beyond its current's own product, and per degree: laws of a public design specification (secondary).
    private const double LeakagePerVolt = 3;
    private const double LeakagePerDegree = 0.02;
    // Sakurai and Newton's alpha for short channels.
    private const double VelocitySaturation = 1.3;

    /// <summary>Factor on dynamic energy against that at a nominal voltage: (V / nominal)².</summary>
    public static double Dynamic(double voltage, double nominal) => voltage / nominal * (voltage / nominal);

    /// <summary>Factor on leakage power against that at a nominal voltage: (V / nominal) · e^(3·(V − nominal)).</summary>
    public static double Leakage(double voltage, double nominal) => voltage / nominal * PortableMath.Exp(LeakagePerVolt * (voltage - nominal));

    /// <summary>Factor on leakage power against that of the tables, which hold at 350 K: e^(0.02·(T − 76.85 °C)).</summary>
    public static double LeakageAt(double temperatureC) => PortableMath.Exp(LeakagePerDegree * (temperatureC - EnergySpec.TableTemperatureC));

    /// <summary>Highest clock in MHz at a voltage, by the alpha-power law through a known point: f = k·(V − Vth)^1.3 / V; 0 at or below the threshold.</summary>
    /// <param name="voltage">Supply voltage.</param>
    /// <param name="rated">The known point, above the threshold.</param>
    /// <param name="threshold">Vth in V.</param>
    public static double HighestClockMHz(double voltage, RatedPointSpec rated, double threshold) => voltage <= threshold
        ? 0
        : rated.ClockMHz * (rated.Voltage / voltage) * PortableMath.Power((voltage - threshold) / (rated.Voltage - threshold), VelocitySaturation);
}
