using System.ComponentModel;
using NpuSim.Isa.Instructions;

namespace NpuSim.Isa.Machine;

/// <summary>How the array is built.</summary>
public enum ArrayKind : byte
{
    /// <summary>Rows × columns of processing elements that pass operands to their neighbours.</summary>
    Systolic,

    /// <summary>Output atoms, each a dot product over input atoms, fed by broadcast (NVDLA, Ethos-U).</summary>
    DotProduct,

    /// <summary>Elements that keep a kernel row each, while input rows are broadcast along diagonals and sums go up columns (Eyeriss).</summary>
    RowStationary,
}

/// <summary>Which operand stays in a systolic array.</summary>
public enum Dataflow : byte
{
    WeightStationary,
    OutputStationary,
    InputStationary,
}

/// <summary>What the array gains from zeros.</summary>
public enum Sparsity : byte
{
    None,

    /// <summary>A zero activation saves energy but no time: the multiplication is left out, and in elements with their own memories so are weight and sum.
    /// Zero is what the multiplier sees as zero: the zero point of int8. Zero weights are not looked for.</summary>
    ZeroGating,
}

/// <summary>Whose account of a layer on the array a report shows.</summary>
public enum ArrayAccounting : byte
{
    /// <summary>What this machine's array takes, pass by pass.</summary>
    Machine,

    /// <summary>SCALE-Sim v3's closed forms on the layer as a whole.</summary>
    ScaleSim,
}

/// <summary>The multiply-accumulate array.</summary>
public sealed record ArraySpec
{
    [Description("systolic, dotProduct or rowStationary.")]
    public required ArrayKind Kind { get; init; }

    [Description("Systolic: rows of processing elements (reduction). Dot product: input channels per dot product. Row stationary: rows of elements (kernel rows).")]
    [Bounds(1, 1024)]
    public required int Rows { get; init; }

    [Description("Systolic: columns of processing elements (outputs). Dot product: output channels at once. Row stationary: columns of elements (output rows).")]
    [Bounds(1, 1024)]
    public required int Columns { get; init; }

    [Description("Dot product: output pixels at once; 1 for the other kinds.")]
    [Bounds(1, 64)]
    public int Pixels { get; init; } = 1;

    [Description("Systolic: which operand stays.")]
    public Dataflow Dataflow { get; init; } = Dataflow.WeightStationary;

    [Description("Systolic: the next stationary operand is shifted in while the array computes.")]
    public bool ShadowRegisters { get; init; } = true;

    [Description("Systolic, weight stationary: vectors that one compute command streams; a command does not cross a row of outputs. 0 where a fold is one stream.")]
    [Bounds(0, 1024)]
    public int CommandVectors { get; init; }

    [Description("Systolic, weight stationary: least cycles of a compute command (entries of the queue in flight over their latency).")]
    [Bounds(1, 1024)]
    public int CommandMinimumCycles { get; init; } = 1;

    [Description("Dot product: least cycles that one kernel tap of one channel block takes (pipeline or weight decode); 1 where nothing binds.")]
    [Bounds(1, 1024)]
    public int MinimumCyclesPerTap { get; init; } = 1;

    [Description("Dot product: kernel taps of a depthwise pass worked on at once by one output channel's multipliers.")]
    [Bounds(1, 64)]
    public int DepthwiseTaps { get; init; } = 1;

    [Description("Systolic: arrays side by side that share a pass; each takes blocks of output columns in turn.")]
    [Bounds(1, 64)]
    public int Arrays { get; init; } = 1;

    [Description("Systolic: a fold reduces over the channels of one kernel tap; without, over channels and taps as one run.")]
    public bool TapsApart { get; init; }

    [Description("Row stationary: weights that an element holds; 1 for the other kinds.")]
    [Bounds(1, 65_536)]
    public int ElementWeights { get; init; } = 1;

    [Description("Row stationary: sums that an element holds; 1 for the other kinds.")]
    [Bounds(1, 65_536)]
    public int ElementSums { get; init; } = 1;

    [Description("Row stationary: activations that an element holds and takes its products' from; 0 where they only pass.")]
    [Bounds(0, 65_536)]
    public int ElementActivations { get; init; }

    [Description("Row stationary: bits of a sum in an element, for energy and area.")]
    [Bounds(8, 64)]
    public int ElementSumBits { get; init; } = 32;

    [Description("Row stationary: format whose multipliers, registers and scratch pads the narrower ones use, for energy; absent where each has its own.")]
    public ArrayFormat? Datapath { get; init; }

    [Description("Cycles from the last operand to the last accumulator of a pass, beside what the array's shape implies.")]
    [Bounds(0, 10_000)]
    public int PipelineCycles { get; init; } = 4;

    [Description("Dot product: how it walks a pass block by block out of a shared buffer; absent where a pass is one walk.")]
    public BlockSpec? Blocks { get; init; }

    [Description("machine: a report's computeCycles are what this array takes, tile by tile. scaleSim: they are those that SCALE-Sim v3 computes for the layer as a whole, with its SRAM accesses and utilisations beside them; the simulated cycles stay the machine's own.")]
    public ArrayAccounting Accounting { get; init; } = ArrayAccounting.Machine;

    [Description("Formats beside int8; absent where it has none.")]
    public FormatRates? Formats { get; init; }

    [Description("none or zeroGating.")]
    public Sparsity Sparsity { get; init; } = Sparsity.None;

    /// <summary>Multiply-accumulates per multiplier and cycle in a format; 0 where the array does not have it.</summary>
    public double Rate(ArrayFormat format) => format switch
    {
        ArrayFormat.Int8 => 1,
        ArrayFormat.Int4 => Formats?.Int4 ?? 0,
        ArrayFormat.Int16 => Formats?.Int16 ?? 0,
        ArrayFormat.Bf16 => Formats?.Bf16 ?? 0,
        ArrayFormat.Binary => Formats?.Binary ?? 0,
        ArrayFormat.Log2 => Formats?.Log2 ?? 0,
        ArrayFormat.Float32 => Formats?.Float32 ?? 0,
    };

    /// <summary>The format on whose multipliers and registers products of a format are carried.</summary>
    public ArrayFormat Carrier(ArrayFormat format) =>
        Datapath is { } wide && ArrayOrder.ActivationBits(wide) > ArrayOrder.ActivationBits(format) ? wide : format;

    /// <summary>int8 multiply-accumulates per cycle at full use.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public long PeakMacsPerCycle => (long)Rows * Columns * Pixels * Arrays;
}

/// <summary>Multiply-accumulates per multiplier and cycle in formats beside int8, which does one; a power of two, or 0 for none.</summary>
public sealed record FormatRates
{
    [Description("int8 activations with int4 weights.")]
    [Bounds(0, 64)]
    public double Int4 { get; init; }

    [Description("int16 activations and weights.")]
    [Bounds(0, 64)]
    public double Int16 { get; init; }

    [Description("bfloat16 activations and weights, float32 sums.")]
    [Bounds(0, 64)]
    public double Bf16 { get; init; }

    [Description("Binary activations and weights.")]
    [Bounds(0, 64)]
    public double Binary { get; init; }

    [Description("int8 activations with signed powers of two as weights.")]
    [Bounds(0, 64)]
    public double Log2 { get; init; }

    [Description("float32 activations and weights, each rounded to bfloat16 as it enters, float32 sums. Where it is above 0, float models run unquantised.")]
    [Bounds(0, 64)]
    public double Float32 { get; init; }
}
