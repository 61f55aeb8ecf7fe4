namespace NpuSim.Cli.Reports;

/// <summary>A battery.</summary>
/// <param name="MilliampereHours">Charge.</param>
/// <param name="Volts">Its voltage, as if it were the same until it is empty.</param>
internal readonly record struct Battery(double MilliampereHours, double Volts)
{
    /// <summary>Hours that it lasts.</summary>
    /// <param name="milliwatts">Power behind the regulators.</param>
    /// <param name="efficiency">Share that these pass on.</param>
    public double Hours(double milliwatts, double efficiency) => MilliampereHours * Volts * efficiency / milliwatts;
}
