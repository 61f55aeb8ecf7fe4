using System.Numerics;
using System.Runtime.CompilerServices;
using NpuSim.Simulator.Streams;

namespace NpuSim.Simulator.Cores;

// Semaphores given, at the end of an instruction or early, and who wakes up for them.
internal sealed partial class CoreUnit
{
    // Semaphores being given by whom engines are being woken for.
    private ulong _given;

    /// <summary>Gives an instruction's semaphores and starts what waited for them, in the order of the units.</summary>
    public void Give(in StepSync sync, int index, int unit, long now)
    {
        if (_signals.Delays)
        {
            Delay(sync, index, unit, now);
            return;
        }

        _semaphores.Give(sync);
        Wake(Semaphores.Signals(sync), unit, index, now);
    }

    // Apart, so that who calls Give need not clear room for a signal that is seldom sent.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Delay(in StepSync sync, int index, int unit, long now) => _signals.Delay(new Signal(sync, unit, index, Early: null), now);

    /// <summary>The instruction under way on a unit has its first results: it gives its early signals.</summary>
    /// <param name="unit">The unit.</param>
    /// <param name="expected">When that was to be; another instruction's event is passed over.</param>
    /// <param name="now">The cycle.</param>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public void ResultsBegin(int unit, long expected, long now)
    {
        var engine = _engines[unit];
        if (engine.ResultsAt != expected)
        {
            return;
        }

        engine.ResultsAt = -1;
        ref readonly var step = ref _steps[engine.Current];
        var signal = new Signal(step.Sync, unit, engine.Current, new ProducerResults(engine.End, _stream.Results[step.Detail], unit, engine.Current));
        if (_signals.Delays)
        {
            _signals.Delay(signal, now);
            return;
        }

        Take(signal, now);
    }

    /// <summary>The oldest signal under way arrives.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public void SignalArrived(long now) => Take(_signals.Arrive(), now);

    private void Take(in Signal signal, long now)
    {
        _semaphores.Give(signal);
        Wake(Semaphores.Signals(signal.Sync), signal.Unit, signal.Index, now);
    }

    private void Wake(ulong given, int unit, int index, long now)
    {
        ulong before = _given;
        _given |= given;
        for (uint waiting = _blocked; waiting != 0; waiting &= waiting - 1)
        {
            var engine = _engines[BitOperations.TrailingZeroCount(waiting)];
            if (!engine.IsBusy && MayStart(engine))
            {
                TryStart(engine, now, unit, index);
            }
        }

        _given = before;
        Sequencer.SemaphoreGiven(now);
    }

    // A blocked engine stays so until someone gives a semaphore that it waits for.
    private bool MayStart(EngineUnit engine) => (_blocked & 1u << engine.Unit) == 0 || (engine.Awaited & _given) != 0;
}
