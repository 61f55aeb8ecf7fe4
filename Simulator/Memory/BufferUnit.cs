using System.Numerics;
using NpuSim.Isa.Machine;
using NpuSim.Isa.Timing;
using NpuSim.Simulator.Streams;

namespace NpuSim.Simulator.Memory;

/// <summary>The private buffers of one core, and the engines that reach them now.</summary>
/// <remarks>An engine's work is cycles at full pace. Between two changes of who is at work everybody's pace is constant, so that what is left is known at
/// every moment, in whole fractions of a cycle.</remarks>
/// <param name="core">The core.</param>
/// <param name="units">Its units.</param>
internal sealed class BufferUnit(CoreSpec core, int units)
{
    // What is left is fixed-point in 63 bits.
    private const long MostCycles = long.MaxValue >> (BufferShares.FractionBits + 1);

    // A thousandth of a cycle: paces are rounded down, and what they leave of a last cycle is no cycle.
    private const long Negligible = BufferShares.One >> 10;

    private readonly PortBytes _capacity = BufferPorts.BytesPerCycle(core);
    private readonly PortBytes[] _demands = new PortBytes[units];
    private readonly uint[] _ports = new uint[units];
    private readonly long[] _left = new long[units];
    private readonly long[] _paces = new long[units];
    private PortBytes _asked;
    private uint _overfull;
    private uint _working;
    private bool _changed;
    private bool _held;
    private long _now;

    public bool IsWorking(int unit) => (_working & 1u << unit) != 0;

    /// <summary>Whether paces are to be found anew: who is at work has changed, and a port is or was asked for more than it gives.</summary>
    public bool IsUnsettled => _changed && (_held || _overfull != 0);

    /// <summary>An engine begins to reach the buffers.</summary>
    /// <param name="unit">The engine.</param>
    /// <param name="traffic">What it asks for.</param>
    /// <param name="cycles">Cycles at full pace, at least 1.</param>
    /// <param name="now">The cycle.</param>
    /// <returns>False where the work takes longer than can be counted here; then it goes on alone.</returns>
    public bool Begin(int unit, in StepTraffic traffic, long cycles, long now)
    {
        if (cycles > MostCycles)
        {
            return false;
        }

        // While everybody goes at full pace what is left need not be brought up to date: it counts from the last time it was.
        if (_held || now - _now > MostCycles - cycles)
        {
            Advance(now);
        }

        _demands[unit] = cycles == traffic.Cycles ? traffic.PerCycle : BufferShares.PerCycle(traffic.Bytes, cycles);
        _ports[unit] = traffic.Ports;
        _left[unit] = (now - _now + cycles) << BufferShares.FractionBits;
        _paces[unit] = BufferShares.One;
        _working |= 1u << unit;
        Ask(unit, 1);
        return true;
    }

    /// <summary>An engine has done its work.</summary>
    public void End(int unit, long now)
    {
        if (_held)
        {
            Advance(now);
        }

        _working &= ~(1u << unit);
        Ask(unit, -1);
    }

    /// <summary>Finds everybody's pace from now on, where <see cref="IsUnsettled"/>: the paces of engines may change that were there before.</summary>
    public void Settle(long now)
    {
        _changed = false;
        Advance(now);
        BufferShares.Paces(_demands, _working, _overfull, _capacity, _paces);
        _held = _overfull != 0;
    }

    /// <summary>The cycle at which an engine's work is done if nobody comes or goes.</summary>
    public long DoneAt(int unit)
    {
        long left = Math.Max(0, _left[unit] - Negligible);
        return _now + (_paces[unit] == BufferShares.One
            ? (left + BufferShares.One - 1) >> BufferShares.FractionBits
            : ArrayTiming.CeilingDivide(left, _paces[unit]));
    }

    private void Ask(int unit, int sign)
    {
        ref readonly var demand = ref _demands[unit];
        for (uint left = _ports[unit]; left != 0; left &= left - 1)
        {
            int port = BitOperations.TrailingZeroCount(left);
            long asked = _asked[port] + sign * demand[port];
            _asked[port] = asked;
            uint bit = 1u << port;
            _overfull = asked > _capacity[port] << BufferShares.FractionBits ? _overfull | bit : _overfull & ~bit;
        }

        _changed = true;
    }

    private void Advance(long now)
    {
        if (now == _now)
        {
            return;
        }

        for (uint left = _working; left != 0; left &= left - 1)
        {
            int unit = BitOperations.TrailingZeroCount(left);
            _left[unit] -= (now - _now) * _paces[unit];
        }

        _now = now;
    }
}
