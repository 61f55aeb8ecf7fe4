using System.ComponentModel;

namespace NpuSim.Isa.Machine;

/// <summary>Legal range of a number in a machine file.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class BoundsAttribute(double minimum, double maximum) : Attribute
{
    public double Minimum { get; } = minimum;

    public double Maximum { get; } = maximum;
}

/// <summary>A whole machine, as one file of <c>configs/machines</c> describes it.</summary>
public sealed record MachineSpec
{
    [Description("Name of the machine; a preset's file has the same name.")]
    public required string Name { get; init; }

    [Description("What it is, in one line.")]
    public required string Description { get; init; }

    [Description("Where its numbers come from; the word 'assumed' marks what has no source.")]
    public required string Source { get; init; }

    [Description("Core clock in MHz; every cycle count of a report is in this clock.")]
    [Bounds(1, 10_000)]
    public required int ClockMHz { get; init; }

    [Description("Number of identical cores.")]
    [Bounds(1, 64)]
    public int Cores { get; init; } = 1;

    [Description("The units of one core.")]
    public required CoreSpec Core { get; init; }

    [Description("On-chip buffer shared by the cores; absent where the machine has none.")]
    public GlobalBufferSpec? GlobalBuffer { get; init; }

    [Description("External memories.")]
    public required MemorySpec Memory { get; init; }

    [Description("The processor that runs what the NPU cannot.")]
    public required HostSpec Host { get; init; }

    [Description("Technology and operating point for energy.")]
    public required EnergySpec Energy { get; init; }
}

/// <summary>The units of one core.</summary>
public sealed record CoreSpec
{
    [Description("The multiply-accumulate array.")]
    public required ArraySpec Array { get; init; }

    [Description("The vector unit.")]
    public required VectorSpec Vector { get; init; }

    [Description("Buffer for activations.")]
    public required BufferSpec Activation { get; init; }

    [Description("Buffer for weights and parameters.")]
    public required BufferSpec Weight { get; init; }

    [Description("Buffer for int32 accumulators.")]
    public required BufferSpec Accumulator { get; init; }

    [Description("Whether engines that reach a private buffer in the same cycles share what its banks and ports give; without it they do not notice each other.")]
    public bool BufferContention { get; init; }

    [Description("DMA engines.")]
    public required DmaSpec Dma { get; init; }

    [Description("Fixed-function pipeline that runs whole convolution layers from memory to memory; absent where the machine has none.")]
    public ConvolutionPipelineSpec? ConvolutionPipeline { get; init; }

    [Description("Instruction fetch and dispatch.")]
    public SequencerSpec Sequencer { get; init; } = new();

    [Description("Streaming of results from engine to engine; absent where an engine begins when the one before it has finished.")]
    public ChainingSpec? Chaining { get; init; }

    [Description("Whether an operand that the next tile uses again stays in its buffer; false where the hardware loads both operands of every tile.")]
    public bool KeepsOperands { get; init; } = true;

    [Description("Whether the engine that loads also clears an output tile's accumulators, and every pass adds; false where the first pass overwrites.")]
    public bool ClearsAccumulators { get; init; }
}

/// <summary>How results stream from the array to the vector unit and on to DMA, instruction beside instruction.</summary>
public sealed record ChainingSpec
{
    [Description("Cycles from the last result of one engine to the last of the engine that streams behind it.")]
    [Bounds(0, 10_000)]
    public int TailCycles { get; init; } = 4;
}

/// <summary>The vector unit.</summary>
public sealed record VectorSpec
{
    [Description("Elements per cycle of a simple operation.")]
    [Bounds(1, 4096)]
    public required int Lanes { get; init; }

    [Description("Whether it computes in float32; without it such operators go to the host.")]
    public bool Float32 { get; init; } = true;

    [Description("Cycles to fill the pipeline, once per instruction.")]
    [Bounds(0, 10_000)]
    public int StartupCycles { get; init; } = 8;

    [Description("Lane cycles per element: add, subtract, minimum, maximum, clamp, move.")]
    [Bounds(0.01, 1000)]
    public double SimpleCycles { get; init; } = 1;

    [Description("Lane cycles per element: multiply, requantise, quantise.")]
    [Bounds(0.01, 1000)]
    public double MultiplyCycles { get; init; } = 1;

    [Description("Lane cycles per element: exponential, reciprocal, reciprocal square root.")]
    [Bounds(0.01, 1000)]
    public double SpecialCycles { get; init; } = 4;

    [Description("Lane cycles per element: table look-up.")]
    [Bounds(0.01, 1000)]
    public double LookupCycles { get; init; } = 1;

    [Description("Lane cycles per window tap of pooling.")]
    [Bounds(0.01, 1000)]
    public double PoolCycles { get; init; } = 1;

    [Description("Lane cycles per element of a reduction.")]
    [Bounds(0.01, 1000)]
    public double ReduceCycles { get; init; } = 1;
}

/// <summary>A private SRAM buffer.</summary>
public sealed record BufferSpec
{
    [Description("Capacity in KiB, of one copy.")]
    [Bounds(1, 1_048_576)]
    public required int SizeKiB { get; init; }

    [Description("Copies of the buffer: 2 where hardware computes on one while it loads into the other; 1 where sizeKiB is all there is.")]
    [Bounds(1, 4)]
    public int Copies { get; init; } = 1;

    [Description("Banks that are reached at once.")]
    [Bounds(1, 1024)]
    public int Banks { get; init; } = 4;

    [Description("Bytes that one bank gives or takes in a cycle.")]
    [Bounds(1, 4096)]
    public int BytesPerBankCycle { get; init; } = 16;

    [Description("Ports of a bank: 1 shared, 2 one for reading and one for writing.")]
    [Bounds(1, 2)]
    public int Ports { get; init; } = 1;

    [Description("Activation: tensors live in it, and the array and the vector unit work on them in place; else they live in shared memory.")]
    public bool HoldsTensors { get; init; }

    [Description("Accumulator: KiB that instructions may address, where results are used up as they come so that sizeKiB hold them; 0: sizeKiB.")]
    [Bounds(0, 1_048_576)]
    public int AddressedKiB { get; init; }

    /// <summary>Cells.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public long SizeBytes => SizeKiB * 1024L * Copies;

    /// <summary>What instructions may address.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public long AddressedBytes => Math.Max((long)SizeKiB * Copies, AddressedKiB) * 1024L;

    [System.Text.Json.Serialization.JsonIgnore]
    public int BytesPerCycle => Banks * BytesPerBankCycle;
}

/// <summary>The DMA engines of a core.</summary>
public sealed record DmaSpec
{
    [Description("Engines; 1: all transfers share it, 2: loads and stores, 3: activations, stores and weights. The compiler leaves further ones to hand-written programs.")]
    [Bounds(1, 8)]
    public int Engines { get; init; } = 3;

    [Description("Bytes per core cycle that one engine moves at most.")]
    [Bounds(1, 4096)]
    public required int BytesPerCycle { get; init; }

    [Description("Bytes of one burst; a contiguous run is cut into bursts.")]
    [Bounds(8, 4096)]
    public int BurstBytes { get; init; } = 64;

    [Description("Bursts under way at once per engine.")]
    [Bounds(1, 1024)]
    public int OutstandingBursts { get; init; } = 16;

    [Description("Cycles to decode a descriptor and start.")]
    [Bounds(0, 10_000)]
    public int SetupCycles { get; init; } = 16;

    [Description("Every contiguous run of a descriptor is a command row of its own, cut at multiples of burstBytes: runs that follow on are not merged.")]
    public bool RowCommands { get; init; }

    [Description("Code in which weights are stored; absent where they are stored plain.")]
    public WeightCodingSpec? WeightCoding { get; init; }
}

/// <summary>How weights and their parameters are stored where they are decoded on their way to the array.</summary>
public sealed record WeightCodingSpec
{
    [Description("Coded size over what the order-0 entropy of the bytes asks for.")]
    [Bounds(0.1, 8)]
    public required double SizeRatio { get; init; }

    [Description("Bytes that a coded piece is rounded up to.")]
    [Bounds(1, 4096)]
    public int GranuleBytes { get; init; } = 16;
}

/// <summary>Instruction fetch and dispatch.</summary>
public sealed record SequencerSpec
{
    [Description("Instructions that wait in the queue of each engine.")]
    [Bounds(1, 1024)]
    public int QueueDepth { get; init; } = 8;

    [Description("Cycles to decode and hand one instruction to its queue; 0 where instructions stand in registers.")]
    [Bounds(0, 1000)]
    public int DispatchCycles { get; init; } = 1;

    [Description("Cycles from a signal of one engine to the start of the instruction that waits for it.")]
    [Bounds(0, 1000)]
    public int SemaphoreCycles { get; init; }

    [Description("Bytes per instruction fetch from external memory, 32 or more; fetch runs ahead of dispatch by as many. "
        + "0: the host has written the instructions into registers before the run, which costs the machine neither time nor traffic.")]
    [Bounds(0, 65_536)]
    public int FetchBytes { get; init; } = 512;
}

/// <summary>The processor that runs what the NPU cannot. Its cost is never zero.</summary>
public sealed record HostSpec
{
    [Description("What it is.")]
    public required string Name { get; init; }

    [Description("Scalar operations per second, in millions.")]
    [Bounds(1, 10_000_000)]
    public required double MegaOperationsPerSecond { get; init; }

    [Description("Bytes per second that it moves to and from shared memory, in millions.")]
    [Bounds(1, 10_000_000)]
    public required double BandwidthMBps { get; init; }

    [Description("Microseconds to hand an operator over and back (interrupt, cache maintenance, driver).")]
    [Bounds(0.01, 1_000_000)]
    public required double HandOverMicroseconds { get; init; }

    [Description("Picojoules per scalar operation, the whole processor.")]
    [Bounds(0.01, 1_000_000)]
    public required double PicojoulesPerOperation { get; init; }

    [Description("Milliwatts of the whole processor while it waits; at most what it takes at work. Absent where that is not known, and reports say that it is left out.")]
    [Bounds(0.0001, 1_000_000)]
    public double? IdleMilliwatts { get; init; }

    [Description("Core cycles per candidate where the vendor's library searches the tile of a convolution at run time; 0 where tiles are chosen before.")]
    [Bounds(0, 1_000_000)]
    public int TileSearchCycles { get; init; }

    [Description("Scratchpad rows, as wide as the array, for which that library was built; it searches for a tile that takes half of them.")]
    [Bounds(0, 1_048_576)]
    public int TileSearchScratchpadRows { get; init; }

    [Description("Accumulator rows, as wide as the array, for which that library was built; it searches for a tile that takes half of them.")]
    [Bounds(0, 1_048_576)]
    public int TileSearchAccumulatorRows { get; init; }

    /// <summary>Milliwatts of the whole processor at work.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public double WorkMilliwatts => MegaOperationsPerSecond * PicojoulesPerOperation * 1e-3;
}
