using NpuSim.Isa.Instructions;
using NpuSim.Isa.Machine;
using NpuSim.Isa.Timing;
using NpuSim.Simulator.Energy;

namespace NpuSim.Simulator.Streams;

/// <summary>What one step asks of the private buffers.</summary>
/// <param name="Cycles">Cycles that it takes alone, at least 1.</param>
/// <param name="Bytes">Bytes at each port.</param>
/// <param name="Ports">Which ports these are, as bits.</param>
/// <param name="PerCycle">Of them in a cycle, as <see cref="BufferShares.PerCycle"/>.</param>
internal readonly record struct StepTraffic(long Cycles, PortBytes Bytes, uint Ports, PortBytes PerCycle);

/// <summary>What the steps of a stream ask of the private buffers of their core; nothing where these are not contended.</summary>
internal sealed class TrafficCount(CoreSpec core)
{
    // The first stands for steps without traffic.
    private StepTraffic[] _steps = new StepTraffic[16];
    private int _count = 1;
    private PortBytes _bytes;
    private uint _ports;

    /// <summary>Whether the step being counted has any bytes.</summary>
    public bool HasBytes => _ports != 0;

    /// <summary>What a step asks for.</summary>
    /// <param name="number">As <see cref="Take"/> gave it, not 0.</param>
    public ref readonly StepTraffic this[int number] => ref _steps[number];

    /// <summary>Adds bytes that the step being counted reads or writes; those of shared memories do not count.</summary>
    public void Add(MemorySpace space, bool write, long bytes)
    {
        if (core.BufferContention && MemorySpaces.IsLocal(space) && bytes > 0)
        {
            int port = BufferPorts.Of(core, space, write);
            _bytes[port] += bytes;
            _ports |= 1u << port;
        }
    }

    /// <summary>Ends the step being counted.</summary>
    /// <param name="cycles">Cycles that it takes alone.</param>
    /// <param name="actions">Those of its layer.</param>
    /// <param name="index">Its core.</param>
    /// <returns>Its number among those that have bytes.</returns>
    public int Take(long cycles, LayerActions actions, int index)
    {
        if (_count == _steps.Length)
        {
            Array.Resize(ref _steps, 2 * _count);
        }

        long alone = Math.Max(1, cycles);
        _steps[_count] = new StepTraffic(alone, _bytes, _ports, BufferShares.PerCycle(_bytes, alone));
        actions.AddPortBytes(index, _bytes);
        (_bytes, _ports) = (default, 0);
        return _count++;
    }
}
