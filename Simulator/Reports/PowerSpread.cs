using NpuSim.Isa.Machine;
using NpuSim.Simulator.Cores;
using NpuSim.Simulator.Energy;
using NpuSim.Simulator.Streams;

namespace NpuSim.Simulator.Reports;

/// <summary>A power window that a run is too long for; its message is what the user sees.</summary>
public sealed class PowerWindowException(string message) : SimulationException(message);

/// <summary>Spreads the energy of a run over its time: every instruction's over the cycles in which it is at work.</summary>
internal sealed class PowerSpread
{
    private const double PicojoulesPerMicrojoule = 1e6;

    private static readonly int Parts = Enum.GetValues<EnergyPart>().Length;

    private readonly long _total;
    private readonly long _window;
    private readonly double[][] _windows;

    private PowerSpread(long total, long window)
    {
        (_total, _window) = (total, window);
        long windows = (total + window - 1) / window;
        if (windows > PowerCurve.MostWindows)
        {
            throw new PowerWindowException(FormattableString.Invariant(
                $"--power-window: found {window} for a run of {total} cycles, expected at least {((total - 1) / PowerCurve.MostWindows) + 1}, at most {PowerCurve.MostWindows} windows"));
        }

        _windows = new double[Parts][];
        for (int part = 0; part < Parts; part++)
        {
            _windows[part] = new double[windows];
        }
    }

    /// <summary>The curve of a finished run.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="resolved">What ran.</param>
    /// <param name="timed">When.</param>
    /// <param name="ledger">What it costs.</param>
    /// <param name="energy">What it cost: the curve's integral.</param>
    /// <param name="windowCycles">Of a window; 0 for the usual.</param>
    /// <exception cref="PowerWindowException">There would be too many windows.</exception>
    public static PowerCurve Curve(
        MachineSpec machine, ResolvedProgram resolved, TimedMachine timed, EnergyLedger ledger, EnergyReport energy, long windowCycles)
    {
        var spread = new PowerSpread(timed.Now, windowCycles > 0 ? windowCycles : PowerCurve.Usual(timed.Now));
        if (spread._total > 0)
        {
            double[] done = spread.Instructions(resolved, timed.Timeline, ledger.Done(resolved.Actions));
            spread.Balance(done, ledger.PerCycle, energy);
        }

        return new PowerCurve(spread._total, spread._window, machine.ClockMHz, machine.Energy.Voltage, spread._windows);
    }

    // Energy of all instructions by part, in picojoules.
    private double[] Instructions(ResolvedProgram resolved, Timeline timeline, PricedAction[] actions)
    {
        double[] done = new double[Parts];
        var one = resolved.NoActions();
        for (int core = 0; core < resolved.Streams.Count; core++)
        {
            var energies = new RowEnergies(resolved.Streams[core], actions, one);
            var steps = resolved.Streams[core].Steps;
            ReadOnlySpan<long> starts = timeline.Starts(core), finishes = timeline.Finishes(core);
            for (int index = 0; index < starts.Length; index++)
            {
                // What takes no time is done in the cycle in which it starts.
                long start = Math.Min(starts[index], _total - 1), end = Math.Clamp(finishes[index], start + 1, _total);
                Add(energies.Of(steps[index]), start, end, done);
            }
        }

        return done;
    }

    private void Add(ReadOnlySpan<double> one, long start, long end, double[] done)
    {
        for (int part = 0; part < one.Length; part++)
        {
            if (one[part] > 0)
            {
                done[part] += one[part];
                Add(part, start, end, one[part]);
            }
        }
    }

    // What lasts goes on all the time; the rest is that of instructions, which the devices of a memory may have made more or less of than was asked for.
    private void Balance(double[] done, in EnergyParts perCycle, EnergyReport energy)
    {
        double[] whole = [energy.ArrayUj, energy.VectorUj, energy.SramUj, energy.DramUj, energy.NetworkUj, energy.ControlUj, energy.LeakageUj, energy.HostUj];
        for (int part = 0; part < Parts; part++)
        {
            double lasting = perCycle.Of((EnergyPart)part).Value * _total, all = whole[part] * PicojoulesPerMicrojoule;
            double working = done[part] > 0 ? all - lasting : 0, factor = done[part] > 0 ? working / done[part] : 0;
            for (int window = 0; window < _windows[part].Length; window++)
            {
                _windows[part][window] *= factor;
            }

            Add(part, 0, _total, all - working);
        }
    }

    private void Add(int part, long start, long end, double picojoules)
    {
        double[] windows = _windows[part];
        long first = start / _window, last = (end - 1) / _window;
        if (first == last)
        {
            windows[first] += picojoules;
            return;
        }

        double perCycle = picojoules / (end - start);
        windows[first] += perCycle * (((first + 1) * _window) - start);
        for (long window = first + 1; window < last; window++)
        {
            windows[window] += perCycle * _window;
        }

        windows[last] += perCycle * (end - (last * _window));
    }
}
