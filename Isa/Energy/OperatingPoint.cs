using NpuSim.Isa.Machine;

namespace NpuSim.Isa.Energy;

/// <summary>A supply voltage and the core clock that goes with it.</summary>
/// <param name="Voltage">Supply voltage in V.</param>
/// <param name="ClockMHz">Core clock.</param>
public readonly record struct OperatingPoint(double Voltage, int ClockMHz)
{
    /// <summary>The point at which a machine runs.</summary>
    public static OperatingPoint Of(MachineSpec machine) => new(machine.Energy.Voltage, machine.ClockMHz);

    /// <summary>A voltage with the highest clock, in whole MHz, that the law allows there; through the machine's rated point or, where it has none, its own. The
    /// clock is 0 where the voltage allows none.</summary>
    public static OperatingPoint Highest(MachineSpec machine, double voltage)
    {
        const double Rounding = 1e-9; // a machine's own rated clock must come out whole
        return new OperatingPoint(voltage, (int)Math.Floor(HighestClockMHz(machine, voltage) * (1 + Rounding)));
    }

    /// <summary>The highest clock that a machine's voltage allows, in MHz; null where nothing is known of it.</summary>
    public static double? HighestClockMHz(MachineSpec machine) =>
        machine.Energy.Rated is null ? null : HighestClockMHz(machine, machine.Energy.Voltage);

    /// <summary>The machine at this point. What is not in the core's clock domain keeps its time: latencies that its file counts in core cycles (main memory,
    /// flash, caches, the path to a memory's controller, the host's tile search) are rounded to the nearest cycle of the new clock; bandwidths, devices, a
    /// global buffer with its own clock and the host are in real time already.</summary>
    public MachineSpec Apply(MachineSpec machine)
    {
        var energy = machine.Energy with { Voltage = Voltage };
        if (ClockMHz == machine.ClockMHz)
        {
            return machine with { Energy = energy };
        }

        var ratio = new CoreClockChange(machine.ClockMHz, ClockMHz);
        return machine with
        {
            ClockMHz = ClockMHz,
            Energy = energy,
            Memory = ratio.Memory(machine.Memory),
            Host = machine.Host with { TileSearchCycles = ratio.Cycles(machine.Host.TileSearchCycles) },
        };
    }

    /// <summary>The highest clock in MHz at a voltage, by the law through the machine's rated point or, where it has none, its own.</summary>
    public static double HighestClockMHz(MachineSpec machine, double voltage)
    {
        var rated = machine.Energy.Rated ?? new RatedPointSpec { Voltage = machine.Energy.Voltage, ClockMHz = machine.ClockMHz };
        return OperatingLaws.HighestClockMHz(voltage, rated, machine.Energy.ThresholdVoltage);
    }

    /// <summary>Counts of core cycles that stand for a time, at another core clock.</summary>
    private readonly record struct CoreClockChange(long FromMHz, long ToMHz)
    {
        /// <summary>As many cycles of the new clock as are nearest in time; none stay none, others are at least 1.</summary>
        public int Cycles(int cycles) => cycles == 0 ? 0 : (int)Math.Max(1, ((2 * cycles * ToMHz) + FromMHz) / (2 * FromMHz));

        public MemorySpec Memory(MemorySpec memory) => memory with
        {
            Dram = memory.Dram is { } dram ? Main(dram) : null,
            Flash = memory.Flash is { } flash ? flash with { ReadLatencyCycles = Cycles(flash.ReadLatencyCycles) } : null,
            Cache = memory.Cache is { } near ? Cache(near) : null,
            SystemCache = memory.SystemCache is { } far ? Cache(far) : null,
        };

        private DramSpec Main(DramSpec dram) => dram with
        {
            ReadLatencyCycles = Cycles(dram.ReadLatencyCycles),
            WriteLatencyCycles = Cycles(dram.WriteLatencyCycles),
            Controller = dram.Controller is { } controller ? controller with { PathCycles = Cycles(controller.PathCycles) } : null,
        };

        private CacheSpec Cache(CacheSpec cache) => cache with
        {
            ReadLatencyCycles = Cycles(cache.ReadLatencyCycles),
            WriteLatencyCycles = Cycles(cache.WriteLatencyCycles),
            SameLineWriteCycles = Cycles(cache.SameLineWriteCycles),
        };
    }
}
