using NpuSim.Isa.Machine;
using NpuSim.Simulator.Memory.Dram;

namespace NpuSim.Simulator.Memory;

/// <summary>The end of one side of a transfer at the external memory.</summary>
/// <param name="Core">Core.</param>
/// <param name="Unit">Unit of the core.</param>
/// <param name="Side">Which of the unit's two sides.</param>
/// <param name="Cycle">Core cycle at which it ends.</param>
/// <param name="AloneCycles">Core cycles of it in which nobody else asked anything of the memory.</param>
internal readonly record struct DeviceEnd(int Core, int Unit, int Side, long Cycle, long AloneCycles);

/// <summary>An external memory with a device, in the time of the machine: each side of each unit has a port at its controller.</summary>
/// <remarks>The memory's clock is exact: a request of core cycle c reaches the controller in the first memory clock that begins no
/// earlier, and data of
/// memory clock m are there in the first core cycle that begins no earlier than its end, both by the ratio of the two clocks in integers.
/// The controller runs ahead to the next event of the machine, because only an event can bring new requests.</remarks>
internal sealed class DeviceMemory
{
    private const int Sides = 2;
    private const long Never = long.MaxValue;

    private readonly DramUnit _unit;
    private readonly PatternSource[] _sources;
    private readonly int _units;
    private readonly long _coreMHz;
    private readonly long _memoryMHz;
    private readonly int _outstanding;
    private readonly long _pathClocks;
    private int _busy;

    private DeviceMemory(MachineSpec machine, DramSpec dram, DramDeviceSpec device, List<DramCommand>? log)
    {
        var dma = machine.Core.Dma;
        _units = Streams.Units.Count(dma.Engines);
        int ports = machine.Cores * _units * Sides;
        _unit = new DramUnit(device, dram.Controller!, dram.Channels, ports, dram.Channels, jumps: log is null, log);
        _sources = new PatternSource[ports];
        for (int port = 0; port < ports; port++)
        {
            _sources[port] = new PatternSource();
        }

        (_coreMHz, _memoryMHz) = (machine.ClockMHz, device.Organisation.ClockMHz);
        _outstanding = (int)Math.Max(1, (long)dma.OutstandingBursts * dma.BurstBytes / device.Organisation.BurstBytes);
        _pathClocks = ToMemory(dram.Controller!.PathCycles);
    }

    /// <summary>Whether a request is under way.</summary>
    public bool IsBusy => _busy > 0;

    /// <summary>What the controller did, in commands.</summary>
    public long Commands(DramCommandKind kind) => _unit.Commands(kind);

    /// <summary>Changes of direction of its data buses.</summary>
    public long Turnarounds => _unit.Turnarounds;

    /// <summary>Writes that were accepted and have not gone out.</summary>
    public long WaitingWrites => _unit.WaitingWrites;

    /// <summary>The memory of a machine whose DRAM has a device; null where it has none.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="log">Takes every command; null for none, which is faster and gives the same times.</param>
    public static DeviceMemory? Of(MachineSpec machine, List<DramCommand>? log = null) =>
        machine.Memory.Dram is { DeviceSpec: { } device } dram ? new DeviceMemory(machine, dram, device, log) : null;

    /// <summary>Asks for the bursts of one side of a transfer.</summary>
    /// <param name="core">Core.</param>
    /// <param name="unit">Unit of the core.</param>
    /// <param name="side">Which of the unit's two sides.</param>
    /// <param name="pattern">The bursts.</param>
    /// <param name="offset">Bytes by which they are moved.</param>
    /// <param name="now">Core cycle; the memory has not run past it.</param>
    /// <param name="ownCycles">Core cycles over which the requester itself spreads the bursts.</param>
    public void Begin(int core, int unit, int side, BurstPattern pattern, long offset, long now, long ownCycles)
    {
        int port = (((core * _units) + unit) * Sides) + side;
        _sources[port].Begin(pattern, offset);
        _busy++;
        _unit.Begin(port, _sources[port], ToMemory(now), new DramPace(_outstanding, _pathClocks, ownCycles * _memoryMHz / _coreMHz, pattern.Bursts));
    }

    /// <summary>Runs ahead to a core cycle, or until the end of a side is known.</summary>
    /// <param name="cycle">Cycle of the machine's next event.</param>
    /// <param name="end">The side that ends.</param>
    /// <returns>False where none ends before that cycle's requests can change anything.</returns>
    public bool TryEnd(long cycle, out DeviceEnd end)
    {
        end = default;
        if (_busy == 0)
        {
            return false;
        }

        _unit.Advance(cycle == Never ? Never - 1 : ToMemory(cycle) - 1);
        if (!_unit.TryFinished(out int index))
        {
            return false;
        }

        _busy--;
        var port = _unit.Port(index);
        int place = index / Sides;
        long alone = port.AloneClocks + port.LastClock - port.LastAccepted;
        end = new DeviceEnd(place / _units, place % _units, index % Sides, ToCore(port.LastClock), ToCore(alone));
        return true;
    }

    private long ToMemory(long cycles) => Scaled(cycles, _memoryMHz, _coreMHz);

    private long ToCore(long clocks) => Scaled(clocks, _coreMHz, _memoryMHz);

    // ⌈value · times / by⌉
    private static long Scaled(long value, long times, long by) => (long)((((Int128)value * times) + by - 1) / by);
}
