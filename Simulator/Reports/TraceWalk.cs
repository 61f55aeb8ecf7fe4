using NpuSim.Isa.Instructions;
using NpuSim.Simulator.Cores;
using NpuSim.Simulator.Ownership;
using NpuSim.Simulator.Streams;

namespace NpuSim.Simulator.Reports;

/// <summary>Walks one core's stream of a recorded run and gathers what is known of each instruction.</summary>
internal sealed class TraceWalk
{
    private readonly int _core;
    private readonly ResolvedStream _stream;
    private readonly Timeline _timeline;
    private readonly RunRecord _record;
    private readonly EngineRegisters _registers;
    private readonly int[] _entries;
    private readonly TracedInstruction _instruction = new();

    public TraceWalk(int core, ResolvedStream stream, Timeline timeline, RunRecord record, int dmaEngines)
    {
        (_core, _stream, _timeline, _record) = (core, stream, timeline, record);
        _registers = new EngineRegisters(dmaEngines);
        _entries = new int[Units.Count(dmaEngines)];
    }

    /// <summary>In the order of the stream; the same object each time.</summary>
    public IEnumerable<TracedInstruction> Instructions()
    {
        for (int index = 0; index < _stream.Count; index++)
        {
            var instruction = _stream.Instructions[index];
            var row = InstructionTable.Row(instruction);
            if (row.Timing == TimingClass.Configuration)
            {
                _registers.Apply(instruction);
            }

            long start = _timeline.Starts(_core)[index], end = _timeline.Finishes(_core)[index];
            Fill(index, instruction, row, start, end);
            yield return _instruction;
        }
    }

    private void Fill(int index, Instruction instruction, InstructionRow row, long start, long end)
    {
        ref readonly var step = ref _stream.Steps[index];
        var traced = _instruction;
        traced.Clear();
        traced.Span = new TraceSpan(_core, Units.Kind(step.Unit), Units.Index(step.Unit), index, step.Layer, start, end);
        traced.Mnemonic = row.Mnemonic;
        (traced.Queued, traced.DataStart) = (start, start);
        traced.Macs = row.Timing is TimingClass.ArrayPass or TimingClass.LayerPass ? ArrayWork.Shape(instruction, _registers).Macs : 0;
        if (step.Unit != Units.Sequencer)
        {
            traced.Queued = _record.Queued(_core, index);
            TakeCycles(step.Unit, start, end);
            traced.Giver = Waited(traced.Waits) ? _record.Giver(_core, index) : -1;
        }

        if (step.Kind == StepKind.Transfer)
        {
            ref readonly var transfer = ref _stream.Transfers[step.Detail];
            traced.Read = new TracedAccess(transfer.Source.Space, transfer.Source.MovedBytes);
            traced.Written = new TracedAccess(transfer.Destination.Space, transfer.Destination.MovedBytes);
            traced.DataStart = Math.Max(start, Math.Min(start + transfer.SetupCycles + transfer.LatencyCycles, end - 1));
        }
        else if (step.Kind == StepKind.Host)
        {
            ref readonly var call = ref _stream.HostCalls[step.Detail];
            traced.Read = new TracedAccess(MemorySpace.Dram, call.ReadBytes);
            traced.Written = new TracedAccess(MemorySpace.Dram, call.WrittenBytes);
            traced.HostOperator = call.Operator;
        }
    }

    // A unit's entries end where one of its instructions starts or ends, so none belongs to both sides.
    private void TakeCycles(int unit, long start, long end)
    {
        var log = _record.Logs(_core)[unit];
        Take(log, ref _entries[unit], start, _instruction.WaitCycles);
        Take(log, ref _entries[unit], end, _instruction.WorkCycles);
    }

    private static void Take(CycleLog log, ref int entry, long until, long[] cycles)
    {
        for (; entry < log.Count && log.Until(entry) <= until; entry++)
        {
            cycles[(int)log.Owner(entry)] += log.Until(entry) - (entry == 0 ? 0 : log.Until(entry - 1));
        }
    }

    private static bool Waited(ReadOnlySpan<long> waits) =>
        waits[(int)CycleOwner.WaitArray] + waits[(int)CycleOwner.WaitDma] + waits[(int)CycleOwner.WaitVector] + waits[(int)CycleOwner.Fence] > 0;
}
