using NpuSim.Isa.Instructions;
using NpuSim.Simulator.Memory;
using NpuSim.Simulator.Reports;

namespace NpuSim.Simulator.Streams;

/// <summary>How a step uses its unit.</summary>
internal enum StepKind : byte
{
    /// <summary>Takes a fixed number of cycles.</summary>
    Fixed,

    /// <summary>Moves a block; the shared memories decide how long.</summary>
    Transfer,

    /// <summary>The sequencer waits for its core's engines.</summary>
    Fence,

    /// <summary>The sequencer waits for the other cores.</summary>
    Barrier,

    /// <summary>The host works.</summary>
    Host,

    /// <summary>The stream ends.</summary>
    Halt,
}

/// <summary>The semaphores of a step: what Sync says, and the counted one of <c>sem.wait</c> and <c>sem.signal</c>.</summary>
internal readonly record struct StepSync(
    byte Wait0, byte Wait1, byte Signal0, byte Signal1, byte CountedWait = 0, byte CountedSignal = 0, ushort Count = 0, byte Early = 0)
{
    /// <summary>What an instruction waits for and signals.</summary>
    /// <param name="instruction">The instruction.</param>
    /// <param name="opcode">Its opcode.</param>
    public static StepSync Of(Instruction instruction, Opcode opcode)
    {
        var sync = instruction.Sync;
        var plain = new StepSync(sync.Wait0, sync.Wait1, sync.Signal0, sync.Signal1, Early: sync.Early);
        return opcode switch
        {
            Opcode.SemaphoreWait when instruction is SemaphoreWait wait =>
                plain with { CountedWait = wait.Semaphore, Count = wait.Count, Early = 0 },
            Opcode.SemaphoreSignal when instruction is SemaphoreSignal signal =>
                plain with { CountedSignal = signal.Semaphore, Count = signal.Count, Early = 0 },
            var _ => plain,
        };
    }

    public bool Waits => (Wait0 | Wait1 | CountedWait) != 0;

    public bool Signals => (Signal0 | Signal1 | CountedSignal) != 0;
}

/// <summary>What timing must know of one instruction. It does not depend on when the instruction runs.</summary>
internal readonly record struct StreamStep
{
    public required StepKind Kind { get; init; }

    /// <summary>The unit whose queue it goes through; see <see cref="Units"/>.</summary>
    public required byte Unit { get; init; }

    /// <summary>Who owns its cycles.</summary>
    public required CycleOwner Owner { get; init; }

    /// <summary>Whether it touches memory or a register that does, so that values must follow it.</summary>
    public required bool HasValues { get; init; }

    public required StepSync Sync { get; init; }

    /// <summary>Row of the layer table; 0 before the first mark.</summary>
    public required int Layer { get; init; }

    /// <summary>Row of what it does beside fetching itself, 0 where that is not kept.</summary>
    public int Counts { get; init; }

    /// <summary>Offset behind its last byte in the encoded stream.</summary>
    public required long EndByte { get; init; }

    /// <summary>Cycles of a fixed step.</summary>
    public long Cycles { get; init; }

    /// <summary>Index of the transfer or host call, or number of the barrier; of a fixed step with early signals, index of its results.</summary>
    public int Detail { get; init; }

    /// <summary>Index of its bytes at the private buffers; 0 where it has none or they are not contended.</summary>
    public int Traffic { get; init; }
}

/// <summary>What timing must know of one transfer, or of a hardware layer, which transfers features, weights and results while it works.</summary>
/// <param name="SetupCycles">Decoding the descriptor.</param>
/// <param name="LatencyCycles">From the request to the first data, both sides.</param>
/// <param name="OwnCycles">What the engine, the private buffers and the bursts under way need for the data.</param>
/// <param name="Source">The shared memory read, if any.</param>
/// <param name="Destination">The shared memory written, if any.</param>
/// <param name="LoadCycles">Of a hardware layer's own cycles: those in which its operations wait for features or weights.</param>
/// <param name="DrainCycles">Of a hardware layer's own cycles: those in which its operations wait for the output stage, or it alone works.</param>
internal readonly record struct StepTransfer(
    long SetupCycles, long LatencyCycles, long OwnCycles, MemoryDemand Source, MemoryDemand Destination, long LoadCycles = 0, long DrainCycles = 0)
{
    /// <summary>Cycles of the data alone, when nobody else uses the memories.</summary>
    public long DataCycles => Math.Max(OwnCycles, Math.Max(Source.LeastCycles, Destination.LeastCycles));
}

/// <summary>What timing must know of one host call.</summary>
/// <param name="Cycles">Hand-over, arithmetic and data at the host's own rate, in core cycles; at least 1.</param>
/// <param name="Demand">Its traffic at the external memory.</param>
/// <param name="Operator">Row of the host-operator table.</param>
/// <param name="ReadBytes">Bytes that it takes from external memories, rounded up to their accesses.</param>
/// <param name="WrittenBytes">Bytes that it puts there.</param>
internal readonly record struct StepHostCall(long Cycles, MemoryDemand Demand, int Operator, long ReadBytes, long WrittenBytes);

/// <summary>The numbering of a core's units.</summary>
internal static class Units
{
    public const int Sequencer = 0;
    public const int Array = 1;
    public const int Vector = 2;
    public const int FirstDma = 3;

    /// <summary>Units of a core with this many DMA engines.</summary>
    public static int Count(int dmaEngines) => FirstDma + dmaEngines;

    public static int Of(Engine engine, int dma) => engine switch
    {
        Engine.Sequencer => Sequencer,
        Engine.Array => Array,
        Engine.Vector => Vector,
        Engine.Dma => FirstDma + dma,
    };

    /// <summary>The unit whose queue an instruction goes through; a semaphore instruction goes through its target's.</summary>
    public static int OfQueue(Instruction instruction) => Of(instruction, InstructionTable.Row(instruction));

    /// <summary>The unit whose queue an instruction goes through.</summary>
    public static int Of(Instruction instruction, InstructionRow row) => row.Engine switch
    {
        Engine.Array => Array,
        Engine.Vector => Vector,
        Engine.Dma => FirstDma + InstructionTable.DmaIndex(instruction),
        Engine.Sequencer => instruction switch
        {
            SemaphoreWait wait => Of(wait.Target, wait.Dma),
            SemaphoreSignal signal => Of(signal.Target, signal.Dma),
            var _ => Sequencer,
        },
    };

    public static Engine Kind(int unit) => unit switch
    {
        Sequencer => Engine.Sequencer,
        Array => Engine.Array,
        Vector => Engine.Vector,
        >= FirstDma => Engine.Dma,
        _ => throw new ArgumentOutOfRangeException(nameof(unit), unit, "not a unit"),
    };

    public static int Index(int unit) => unit >= FirstDma ? unit - FirstDma : 0;

    /// <summary>How messages name a unit.</summary>
    public static string Name(int unit) => Kind(unit) switch
    {
        Engine.Sequencer => "sequencer",
        Engine.Array => "array",
        Engine.Vector => "vector",
        Engine.Dma => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"dma{Index(unit)}"),
    };

    /// <summary>Who owns the cycles in which a queue waits for a semaphore that this unit gives.</summary>
    public static CycleOwner WaitOwner(int signaller) => Kind(signaller) switch
    {
        // The sequencer gives a semaphore in the order of its stream, as a fence would let it go on.
        Engine.Sequencer => CycleOwner.Fence,
        Engine.Array => CycleOwner.WaitArray,
        Engine.Vector => CycleOwner.WaitVector,
        Engine.Dma => CycleOwner.WaitDma,
    };
}
