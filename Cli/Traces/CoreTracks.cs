using System.Text.Json;
using NpuSim.Cli.Reports;
using NpuSim.Isa.Instructions;
using NpuSim.Simulator.Reports;

namespace NpuSim.Cli.Traces;

/// <summary>The tracks of one core: its sequencer's states, the host at work for it, one track for each engine, and a counter for each
/// queue.</summary>
internal sealed class CoreTracks
{
    private const int NameWidth = 40;
    private const int Sequencer = 1;
    private const int Host = 2;
    private const int Array = 3;
    private const int Vector = 4;
    private const int FirstDma = 5;

    private static readonly byte[][] Owners =
        [.. Enum.GetNames<CycleOwner>().Select(name => TraceText.Quoted(JsonNamingPolicy.CamelCase.ConvertName(name)))];

    private static readonly byte[][] SequencerWords = [.. Enum.GetValues<CycleOwner>().Select(owner => TraceText.Quoted(Words(owner)))];

    private readonly TraceEvents _events;
    private readonly RunTrace _trace;
    private readonly int _process;
    private readonly byte[][] _layers;
    private readonly QueueCounter?[] _queues;
    private readonly Dictionary<string, byte[]> _mnemonics = new(StringComparer.Ordinal);

    public CoreTracks(TraceEvents events, RunTrace trace, int core, int process)
    {
        (_events, _trace, _process) = (events, trace, process);
        _layers = [.. trace.Program.Layers.Select(layer => TraceText.Quoted(Figures.Short(layer.Name, NameWidth)))];
        int dma = trace.Machine.Core.Dma.Engines;
        _queues = new QueueCounter?[FirstDma + dma];
        events.Process(process, FormattableString.Invariant($"core {core}"));
        Name(Sequencer, "sequencer", hasQueue: false);
        Name(Host, "host", hasQueue: false);
        Name(Array, "array", hasQueue: true);
        Name(Vector, "vector unit", hasQueue: true);
        for (int index = 0; index < dma; index++)
        {
            Name(FirstDma + index, FormattableString.Invariant($"DMA engine {index}"), hasQueue: true);
        }
    }

    /// <summary>What the sequencer did.</summary>
    public void Write(TracedState state)
    {
        if (state.Owner != CycleOwner.Drained)
        {
            _events.Span(_process, _process + Sequencer, SequencerWords[(int)state.Owner], state.Start, state.End);
            _events.EndArguments();
        }
    }

    /// <summary>The next instruction of the core.</summary>
    public void Write(TracedInstruction instruction)
    {
        var span = instruction.Span;
        int track = Track(span);
        _queues[track]?.Pass(instruction.Queued, span.Start);
        bool isShown = track != Sequencer && (span.End > span.Start || Sum(instruction.Waits) > 0);
        if (!isShown)
        {
            return;
        }

        WriteSpan(instruction, track);
        if (instruction.Giver >= 0)
        {
            var giver = _trace.Span(span.Core, instruction.Giver);
            int from = Track(giver);
            if (from != Sequencer && giver.End > giver.Start)
            {
                _events.Arrow(_process, _process + from, giver.Start, giver.End, _process + track, span.Start);
            }
        }
    }

    /// <summary>No more instructions come.</summary>
    public void End()
    {
        foreach (var queue in _queues)
        {
            queue?.End();
        }
    }

    private void WriteSpan(TracedInstruction instruction, int track)
    {
        var span = instruction.Span;
        var text = _events.Span(_process, _process + track, SpanName(instruction), span.Start, span.End);
        text.Put(",\"instruction\":"u8).Put(span.Instruction);
        if (span.Layer < _layers.Length)
        {
            text.Put(",\"layer\":"u8).Put(_layers[span.Layer]);
        }

        Put(text, ",\"macs\":"u8, instruction.Macs);
        Put(text, ",\"readBytes\":"u8, instruction.Read.Bytes);
        Put(text, ",\"writtenBytes\":"u8, instruction.Written.Bytes);
        PutOwners(text, ",\"wait\":{"u8, instruction.Waits);
        // An instruction that only computes says so by not saying more.
        if (instruction.Works[(int)CycleOwner.Compute] < span.End - span.Start)
        {
            PutOwners(text, ",\"owners\":{"u8, instruction.Works);
        }

        _events.EndArguments();
    }

    private byte[] SpanName(TracedInstruction instruction)
    {
        if (instruction.HostOperator >= 0)
        {
            return TraceText.Quoted(_trace.Program.HostOperators[instruction.HostOperator].Operator);
        }

        if (!_mnemonics.TryGetValue(instruction.Mnemonic, out byte[]? name))
        {
            _mnemonics[instruction.Mnemonic] = name = TraceText.Quoted(instruction.Mnemonic);
        }

        return name;
    }

    private static void Put(TraceText text, ReadOnlySpan<byte> key, long number)
    {
        if (number != 0)
        {
            text.Put(key).Put(number);
        }
    }

    private static void PutOwners(TraceText text, ReadOnlySpan<byte> key, ReadOnlySpan<long> cycles)
    {
        bool isFirst = true;
        for (int owner = 0; owner < cycles.Length; owner++)
        {
            if (cycles[owner] > 0)
            {
                text.Put(isFirst ? key : ","u8).Put(Owners[owner]).Put(":"u8).Put(cycles[owner]);
                isFirst = false;
            }
        }

        text.Put(isFirst ? ""u8 : "}"u8);
    }

    private static long Sum(ReadOnlySpan<long> cycles)
    {
        long sum = 0;
        foreach (long some in cycles)
        {
            sum += some;
        }

        return sum;
    }

    private int Track(TraceSpan span) => span.Engine switch
    {
        Engine.Sequencer => _trace.Program.Streams[span.Core][span.Instruction] is HostCall ? Host : Sequencer,
        Engine.Array => Array,
        Engine.Vector => Vector,
        Engine.Dma => FirstDma + span.Index,
    };

    private void Name(int track, string name, bool hasQueue)
    {
        _events.Track(_process, _process + track, name);
        _queues[track] = hasQueue ? new QueueCounter(_events, _process, TraceText.Quoted($"queue of {name}")) : null;
    }

    // A sequencer's states have these owners; the others are said as everywhere.
    private static string Words(CycleOwner owner) => owner switch
    {
        CycleOwner.Compute => "dispatch",
        CycleOwner.InstructionFetch => "instructions not there",
        CycleOwner.Fence => "fence, barrier or semaphore",
        CycleOwner.QueueFull or CycleOwner.Host or CycleOwner.Configuration or CycleOwner.WaitDma or CycleOwner.WaitArray or CycleOwner.WaitVector
            or CycleOwner.Memory or CycleOwner.MemoryDevice or CycleOwner.Latency or CycleOwner.BankConflict or CycleOwner.Drained => RunSummary.Words(owner),
    };
}
