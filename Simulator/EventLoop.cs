using System.Diagnostics;
using NpuSim.Isa.Machine;
using NpuSim.Isa.Program;
using NpuSim.Simulator.Cores;
using NpuSim.Simulator.Streams;

namespace NpuSim.Simulator;

/// <summary>What one pass through the events of a program cost the host.</summary>
/// <param name="Events">Events, each scheduled and taken once.</param>
/// <param name="Seconds">Time of the loop.</param>
/// <param name="AllocatedBytes">Bytes that the loop allocated.</param>
public readonly record struct EventLoopCost(long Events, double Seconds, long AllocatedBytes);

/// <summary>The part of a timed run in which events happen, alone: without verification, resolution and report.</summary>
public sealed class EventLoop
{
    private readonly MachineSpec _machine;
    private readonly ResolvedProgram _resolved;

    /// <exception cref="ProgramException">The verifier refuses the program.</exception>
    /// <exception cref="SimulationException">An instruction cannot be given a meaning on this machine.</exception>
    public EventLoop(NpuProgram program, MachineSpec machine)
    {
        (_machine, _resolved) = (machine, ResolvedProgram.Begin(program, machine));
        _resolved.Finish();
    }

    /// <summary>Lets the program's events happen once, from the start to the last one, on this thread.</summary>
    /// <exception cref="SimulationException">A stream cannot go on.</exception>
    public EventLoopCost Run(CancellationToken cancellation)
    {
        var timed = new TimedMachine(_machine, _resolved, order: null);
        long allocated = GC.GetAllocatedBytesForCurrentThread(), start = Stopwatch.GetTimestamp();
        timed.Run(null, cancellation);
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        timed.Timeline.Release();
        return new EventLoopCost(timed.Events, seconds, allocated);
    }
}
