using NpuSim.Simulator.Reports;

namespace NpuSim.Cli.Drawings;

/// <summary>A power curve with no more windows than a picture or a counter can show: neighbours are taken together, so that its integral
/// stays the run's energy.</summary>
/// <param name="curve">The curve.</param>
/// <param name="most">Windows at most.</param>
internal sealed class PowerWindows(PowerCurve curve, int most)
{
    private readonly int _together = Math.Max(1, (curve.Windows + most - 1) / most);

    public int Count => (curve.Windows + _together - 1) / _together;

    /// <summary>Cycles of a window; the last one may be shorter.</summary>
    public long Cycles => curve.WindowCycles * _together;

    /// <summary>First cycle of a window.</summary>
    public long Start(int window) => curve.Start(window * _together);

    /// <summary>Power of a part in a window.</summary>
    public double Milliwatts(int window, EnergyPart part)
    {
        int first = window * _together, end = Math.Min(curve.Windows, first + _together);
        double microjoules = 0;
        for (int one = first; one < end; one++)
        {
            microjoules += curve.Microjoules(one, part);
        }

        return microjoules / (curve.Microseconds(curve.End(end - 1)) - curve.Microseconds(curve.Start(first))) * 1000;
    }
}
