using System.Buffers;
using NpuSim.Isa.Instructions;
using NpuSim.Isa.Machine;
using NpuSim.Isa.Program;
using NpuSim.Isa.Timing;
using NpuSim.Simulator.Energy;

namespace NpuSim.Simulator.Streams;

/// <summary>Walks one core's stream once, in program order: cycles, transfers, counted actions. It does so in pieces, as time comes to them, and has each
/// piece verified first. What the first instruction of a kind costs and does holds for the others, wherever in memory they are at work.</summary>
internal sealed class StreamResolver
{
    // Long enough that going from one walk to the other costs nothing, short enough that values begin at once.
    private const int Piece = 256;

    private readonly MachineSpec _machine;
    private readonly int _core;
    private readonly IReadOnlyList<LayerActions> _layers;
    private readonly ConstantMap _constants;
    private readonly ProgramVerification _verification;
    private readonly InstructionWork _work;
    private readonly CodeFetch _code;
    private readonly ResolvedStream _resolved;
    private readonly RowTally _tally;
    private readonly LayerActions _one;
    private readonly bool _keepsCounts;
    private ResolvedStep[] _kinds = new ResolvedStep[64];
    private int _controlCounts;
    private LayerActions _actions;
    private int _layer;
    private int _next;
    private long _end;
    private long _fetched;

    /// <param name="program">The program.</param>
    /// <param name="machine">The machine.</param>
    /// <param name="core">Which core's stream.</param>
    /// <param name="layers">Counted into.</param>
    /// <param name="constants">Those of the program.</param>
    /// <param name="verification">Of the program.</param>
    /// <param name="keepsCounts">Whether somebody will ask what each single instruction did.</param>
    public StreamResolver(
        NpuProgram program, MachineSpec machine, int core, IReadOnlyList<LayerActions> layers, ConstantMap constants,
        ProgramVerification verification, bool keepsCounts)
    {
        (_machine, _core, _layers, _constants, _verification, _keepsCounts) = (machine, core, layers, constants, verification, keepsCounts);
        _actions = layers[0];
        _one = new LayerActions(machine.Cores, Units.Count(machine.Core.Dma.Engines));
        var stream = InstructionSpan.Walkable(core < program.Streams.Count ? program.Streams[core] : []);
        var counts = StreamCounts.Of(stream, Units.Count(machine.Core.Dma.Engines));
        var transfers = new TransferWork(machine, constants);
        _code = new CodeFetch(program, machine, core, counts.Bytes, transfers);
        _resolved = Lay(stream, counts);
        _work = new InstructionWork(program, machine, core, transfers, _resolved.Tables);
        _tally = new RowTally(_resolved.Rows);
    }

    /// <summary>The stream, of which nothing is resolved at first.</summary>
    public ResolvedStream Stream => _resolved;

    /// <summary>Resolves the stream up to an instruction and some beyond it.</summary>
    /// <returns>Instructions resolved.</returns>
    /// <exception cref="ProgramException">An instruction is refused by the verifier.</exception>
    /// <exception cref="SimulationException">An instruction cannot be given a meaning; the message says which and why.</exception>
    public int Resolve(int index)
    {
        var stream = InstructionSpan.Of(_resolved.Instructions);
        int end = (int)Math.Min(stream.Length, (long)index + Piece);
        if (_next >= end)
        {
            return end;
        }

        _verification.Verify(_core, end);
        var kinds = _verification.Kinds(_core);
        for (; _next < end; _next++)
        {
            ResolveNext(stream[_next], kinds[_next]);
        }

        if (end == stream.Length)
        {
            _tally.MoveTo(_actions);
        }

        return end;
    }

    private void ResolveNext(Instruction instruction, int kind)
    {
        var row = InstructionTable.Row(instruction);
        _end += row.EncodedBytes;
        if (_code.IsDue(_fetched, _end))
        {
            _code.Count(ref _fetched, _end, _actions);
        }

        if (kind > 0 && kind < _kinds.Length && _kinds[kind].Counts > 0)
        {
            _work.Pass(instruction, row.Timing);
            Place(instruction, row, _kinds[kind]);
            _tally.Add(_kinds[kind].Counts);
            return;
        }

        try
        {
            Place(instruction, row, ResolveAnew(instruction, row, kind));
        }
        catch (Exception failure) when (failure is SimulationException or ProgramException or OverflowException)
        {
            throw new SimulationException(FormattableString.Invariant($"core {_core} instruction {_next} ({row.Mnemonic}): {failure.Message}"));
        }

        if (instruction is LayerMark mark)
        {
            _tally.MoveTo(_actions);
            _layer = mark.Layer;
            _actions = _layers[mark.Layer];
        }
    }

    private ResolvedStep ResolveAnew(Instruction instruction, InstructionRow row, int kind)
    {
        bool alike = kind > 0 && _work.IsAlike(instruction, row.Timing), control = row.Timing == TimingClass.Control;
        if (!alike && !control && !_keepsCounts)
        {
            return Arriving(_work.Resolve(instruction, row, _actions), instruction, row);
        }

        _one.Clear();
        var step = Arriving(_work.Resolve(instruction, row, _one), instruction, row);
        // Control instructions differ in what they are for, and are counted alike.
        int counts = control && _controlCounts > 0 ? _controlCounts : _resolved.Rows.Add(_one);
        _controlCounts = control ? counts : _controlCounts;
        _tally.Add(counts);
        step = step with { Counts = counts };
        if (alike)
        {
            if (kind >= _kinds.Length)
            {
                Array.Resize(ref _kinds, Math.Max(2 * _kinds.Length, kind + 1));
            }

            _kinds[kind] = step;
        }

        return step;
    }

    private ResolvedStep Arriving(ResolvedStep step, Instruction instruction, InstructionRow row) =>
        row.Timing == TimingClass.Transfer ? step with { ArrivingBytes = _work.ArrivingBytes(instruction) } : step;

    private void Place(Instruction instruction, InstructionRow row, in ResolvedStep resolved)
    {
        var work = resolved.Work;
        _resolved.Steps[_next] = new StreamStep
        {
            Kind = work.Kind,
            Unit = resolved.Unit,
            Owner = work.Owner,
            HasValues = row.Timing != TimingClass.Control,
            Sync = StepSync.Of(instruction, row.Opcode),
            Layer = _layer,
            Counts = resolved.Counts,
            EndByte = _end,
            Cycles = work.Cycles,
            Detail = work.Detail,
            Traffic = resolved.Traffic,
        };
        if (resolved.ArrivingBytes > 0 && TransferEnds.Of(instruction).Source is { } source && _constants.Contains(source))
        {
            _actions.WeightBytes += resolved.ArrivingBytes;
        }
    }

    // What must be known of the whole stream before its first instruction runs.
    private ResolvedStream Lay(IReadOnlyList<Instruction> stream, StreamCounts counts) => new(this)
    {
        Instructions = stream,
        Steps = ArrayPool<StreamStep>.Shared.Rent(stream.Count),
        Tables = new StepTables(_machine.Core, counts.Early),
        Rows = new CountRows(),
        TailCycles = _machine.Core.Chaining?.TailCycles ?? 0,
        UnitInstructions = counts.Units,
        Bytes = counts.Bytes,
        Code = _code,
    };
}
