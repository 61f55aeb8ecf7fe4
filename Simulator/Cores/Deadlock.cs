using System.Globalization;
using System.Text;
using NpuSim.Simulator.Streams;

namespace NpuSim.Simulator.Cores;

/// <summary>Says in two lines why a machine stands still.</summary>
internal sealed class Deadlock
{
    private const int LongestChain = 8;

    private readonly IReadOnlyList<CoreUnit> _cores;
    private readonly HashSet<(int Core, int Unit)> _seen = [];
    private readonly List<(int Core, int Index)> _chain = [];

    private Deadlock(IReadOnlyList<CoreUnit> cores) => _cores = cores;

    /// <summary>The chain of waits, from the first unit that cannot go on to what it comes down to.</summary>
    public static DeadlockException Of(IReadOnlyList<CoreUnit> cores, long cycle)
    {
        var walk = new Deadlock(cores);
        var core = cores.First(candidate => !candidate.IsDone);
        (int Core, int Unit)? place = core.Sequencer.IsHalted ? walk.FirstWaiting(core) : (core.Index, Units.Sequencer);
        var chain = new StringBuilder();
        for (int links = 0; place is { } at; links++)
        {
            chain.Append(links == 0 ? "" : ", ");
            if (!walk._seen.Add(at))
            {
                chain.Append(CultureInfo.InvariantCulture, $"and so back to core {at.Core} {Units.Name(at.Unit)}");
                break;
            }

            if (links == LongestChain)
            {
                chain.Append("and so on");
                break;
            }

            place = at.Unit == Units.Sequencer ? walk.Sequencer(cores[at.Core], chain) : walk.Engine(cores[at.Core], at.Unit, chain);
        }

        return new DeadlockException(string.Create(CultureInfo.InvariantCulture, $"deadlock at cycle {cycle}: no unit can go on\n{chain}"), walk._chain);
    }

    private (int Core, int Unit)? Sequencer(CoreUnit core, StringBuilder chain)
    {
        var sequencer = core.Sequencer;
        if (sequencer.IsHalted)
        {
            chain.Append(CultureInfo.InvariantCulture, $"core {core.Index} has ended");
            return null;
        }

        ref readonly var step = ref core.Stream.Steps[sequencer.Current];
        Name(core, Units.Sequencer, sequencer.Current, chain);
        switch (sequencer.State)
        {
            case SequencerState.WaitingForQueue:
                chain.Append(CultureInfo.InvariantCulture, $" waits for room in the queue of {Units.Name(step.Unit)}");
                return (core.Index, step.Unit);
            case SequencerState.WaitingForIdle:
                chain.Append(" waits until the engines are idle");
                return FirstWaiting(core);
            case SequencerState.WaitingForBarrier:
                chain.Append(CultureInfo.InvariantCulture, $" waits at barrier {step.Detail}");
                return AbsentFromBarrier(step.Detail);
            case SequencerState.WaitingForSemaphore:
                return Semaphore(core, step.Sync, chain);
            case SequencerState.Decoding:
            case SequencerState.WaitingForBytes:
            case SequencerState.WaitingForHost:
            case SequencerState.Halted:
            default:
                throw new InvalidOperationException("a sequencer at work cannot be part of a deadlock");
        }
    }

    private (int Core, int Unit)? Engine(CoreUnit core, int unit, StringBuilder chain)
    {
        int head = core.Engines[unit - Units.Array].Head;
        Name(core, unit, head, chain);
        return Semaphore(core, core.Stream.Steps[head].Sync, chain);
    }

    private static (int Core, int Unit)? Semaphore(CoreUnit core, in StepSync sync, StringBuilder chain)
    {
        int semaphore = core.Semaphores.Missing(sync);
        chain.Append(
            CultureInfo.InvariantCulture, $" waits for semaphore {semaphore} (has {core.Semaphores[semaphore]} of {Semaphores.Wanted(sync, semaphore)})");
        int giver = NextGiver(core, semaphore);
        if (giver < 0)
        {
            chain.Append(", which no instruction gives any more");
            return null;
        }

        int unit = core.Stream.Steps[giver].Unit;
        bool dispatched = giver < core.Sequencer.Current || unit == Units.Sequencer;
        chain.Append(CultureInfo.InvariantCulture, $" of {Instruction(core, unit, giver)}{(dispatched ? "" : ", which is not dispatched yet")}");
        return (core.Index, dispatched ? unit : Units.Sequencer);
    }

    private static int NextGiver(CoreUnit core, int semaphore)
    {
        var steps = core.Stream.Steps;
        for (int index = 0; index < core.Stream.Count; index++)
        {
            var sync = steps[index].Sync;
            bool gives = sync.Signal0 == semaphore || sync.Signal1 == semaphore || sync.CountedSignal == semaphore;
            if (gives && index >= FirstUnfinished(core, steps[index].Unit))
            {
                return index;
            }
        }

        return -1;
    }

    private static int FirstUnfinished(CoreUnit core, int unit)
    {
        if (unit == Units.Sequencer)
        {
            return core.Sequencer.Current;
        }

        var engine = core.Engines[unit - Units.Array];
        return engine.IsEmpty ? core.Sequencer.Current : engine.Head;
    }

    private (int Core, int Unit)? FirstWaiting(CoreUnit core)
    {
        foreach (var engine in core.Engines)
        {
            if (!engine.IsIdle)
            {
                return (core.Index, engine.Unit);
            }
        }

        return null;
    }

    private (int Core, int Unit)? AbsentFromBarrier(int barrier)
    {
        var absent = _cores.FirstOrDefault(core => core.Stream.Count > 0
            && (core.Sequencer.State != SequencerState.WaitingForBarrier || core.Stream.Steps[core.Sequencer.Current].Detail != barrier));
        return absent is null ? null : (absent.Index, Units.Sequencer);
    }

    private void Name(CoreUnit core, int unit, int index, StringBuilder chain)
    {
        _chain.Add((core.Index, index));
        chain.Append(Instruction(core, unit, index));
    }

    private static string Instruction(CoreUnit core, int unit, int index) => string.Create(
        CultureInfo.InvariantCulture, $"core {core.Index} {Units.Name(unit)} instruction {index} ({core.Stream.Mnemonic(index)})");
}
