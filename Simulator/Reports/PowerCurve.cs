namespace NpuSim.Simulator.Reports;

/// <summary>Power over time: the energy of a run by part, in windows of equal length; the last may be shorter. Its integral is the run's energy.</summary>
/// <remarks>The energy of an instruction is spread evenly over the cycles in which it is at work, that of fetching it included; what is not the work of an
/// instruction (leakage, clocks, background of memories) is spread evenly over the run.</remarks>
public sealed class PowerCurve
{
    /// <summary>Cycles of a window where none is asked for: about what the capacitors beside a chip smooth. Longer in steps of two where a run would
    /// have more than 100,000 windows.</summary>
    public const long UsualWindowCycles = 1000;

    /// <summary>Windows that a curve may have.</summary>
    public const long MostWindows = 1_000_000;

    private const long MostUsualWindows = 100_000;
    private const double MicrojoulesPerPicojoule = 1e-6;

    private static readonly EnergyPart[] Parts = Enum.GetValues<EnergyPart>();

    private readonly double[][] _picojoules;
    private readonly double _nanosecondsPerCycle;
    private readonly double _voltage;

    /// <param name="cycles">Cycles of the run.</param>
    /// <param name="windowCycles">Of a window, at least 1.</param>
    /// <param name="clockMHz">Core clock.</param>
    /// <param name="voltage">Of the chip's own supply.</param>
    /// <param name="picojoules">[part][window].</param>
    internal PowerCurve(long cycles, long windowCycles, int clockMHz, double voltage, double[][] picojoules)
    {
        (Cycles, WindowCycles, _nanosecondsPerCycle, _voltage, _picojoules) = (cycles, windowCycles, 1000.0 / clockMHz, voltage, picojoules);
    }

    /// <summary>Cycles of the run.</summary>
    public long Cycles { get; }

    /// <summary>Cycles of a window.</summary>
    public long WindowCycles { get; }

    /// <summary>Windows.</summary>
    public int Windows => _picojoules[0].Length;

    /// <summary>First cycle of a window.</summary>
    public long Start(int window) => window * WindowCycles;

    /// <summary>The cycle behind the last one of a window.</summary>
    public long End(int window) => Math.Min(Cycles, Start(window) + WindowCycles);

    /// <summary>Microseconds from the start of the run to a cycle.</summary>
    public double Microseconds(long cycle) => cycle * _nanosecondsPerCycle / 1000;

    /// <summary>Energy of a part in a window, in µJ.</summary>
    public double Microjoules(int window, EnergyPart part) => _picojoules[(int)part][window] * MicrojoulesPerPicojoule;

    /// <summary>Power of a part in a window. Picojoules over nanoseconds are milliwatts.</summary>
    public double Milliwatts(int window, EnergyPart part) => _picojoules[(int)part][window] / Nanoseconds(window);

    /// <summary>Power of everything in a window.</summary>
    public double Milliwatts(int window) => Sum(window, ownSupply: false) / Nanoseconds(window);

    /// <summary>Current of the chip's own supply in a window; memories and host beside it have supplies of their own.</summary>
    public double Milliamperes(int window) => Sum(window, ownSupply: true) / Nanoseconds(window) / _voltage;

    /// <summary>Whether a part is fed by the chip's own supply.</summary>
    public static bool IsOwnSupply(EnergyPart part) => part switch
    {
        EnergyPart.Array or EnergyPart.Vector or EnergyPart.Sram or EnergyPart.Network or EnergyPart.Control or EnergyPart.Leakage => true,
        EnergyPart.Dram or EnergyPart.Host => false,
    };

    /// <summary>Energy from the chip's own supply, in µJ.</summary>
    public static double SupplyUj(EnergyReport energy) =>
        energy.ArrayUj + energy.VectorUj + energy.SramUj + energy.NetworkUj + energy.ControlUj + energy.LeakageUj;

    /// <summary>Cycles of a window where none is asked for.</summary>
    public static long Usual(long cycles)
    {
        long window = UsualWindowCycles;
        while (cycles / window >= MostUsualWindows)
        {
            window *= 2;
        }

        return window;
    }

    /// <summary>The highest window, the first of equal ones, and the highest current of any; null where there is no window.</summary>
    public PowerPeak? Peak()
    {
        if (Windows == 0)
        {
            return null;
        }

        int highest = 0;
        double current = 0;
        for (int window = 0; window < Windows; window++)
        {
            highest = Milliwatts(window) > Milliwatts(highest) ? window : highest;
            current = Math.Max(current, Milliamperes(window));
        }

        return new PowerPeak(Milliwatts(highest), Start(highest), WindowCycles, current);
    }

    private double Nanoseconds(int window) => (End(window) - Start(window)) * _nanosecondsPerCycle;

    private double Sum(int window, bool ownSupply)
    {
        double sum = 0;
        foreach (var part in Parts)
        {
            sum += !ownSupply || IsOwnSupply(part) ? _picojoules[(int)part][window] : 0;
        }

        return sum;
    }
}
