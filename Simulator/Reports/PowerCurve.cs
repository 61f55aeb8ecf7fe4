namespace NpuSim.Simulator.Reports;

/// <summary>Power over time, as far as layers tell: a layer's dynamic energy is spread evenly from its first start to its last finish, and what overlaps
/// adds up. Bursts within a layer are not seen.</summary>
internal static class PowerCurve
{
    /// <summary>The highest sum at any cycle, in energy per cycle.</summary>
    /// <param name="layers">First cycle, the cycle behind the last one, and energy of each layer; those without a cycle count nothing.</param>
    public static double Peak(IEnumerable<(long Start, long End, double Energy)> layers)
    {
        var running = layers.Where(layer => layer.End > layer.Start).ToList();
        double peak = 0;
        foreach (var (start, _, _) in running)
        {
            // Summed anew at every start instead of added and subtracted, which would leave rounding errors behind. The order is that of the layers.
            double here = running.Where(layer => layer.Start <= start && start < layer.End).Sum(layer => layer.Energy / (layer.End - layer.Start));
            peak = Math.Max(peak, here);
        }

        return peak;
    }
}
