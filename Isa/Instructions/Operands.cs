namespace NpuSim.Isa.Instructions;

/// <summary>Where an operand lives. Activation, weight and accumulator buffers are private to a core; the others are shared.</summary>
public enum MemorySpace : byte
{
    Dram,
    Flash,
    Global,
    Activation,
    Weight,
    Accumulator,
}

/// <summary>The units that execute instructions. A core has one of each, except for DMA, which has as many as its machine says.</summary>
public enum Engine : byte
{
    Sequencer,
    Dma,
    Array,
    Vector,
}

/// <summary>What an instruction does to the memory behind an operand.</summary>
public enum Role : byte
{
    None,
    Read,
    Write,
    ReadWrite,
}

/// <summary>Element formats the vector unit works on.</summary>
public enum VectorFormat : byte
{
    /// <summary>int8 with fixed-point multipliers and double rounding (TFLite reference).</summary>
    Int8Fixed,

    /// <summary>int8 with float32 scales and round half to even (ONNX QDQ, XNNPACK).</summary>
    Int8Float,
    Int32,
    Float32,
}

/// <summary>Element formats of the array: what activations, weights and sums are.</summary>
public enum ArrayFormat : byte
{
    /// <summary>int8 activations and weights, int32 sums.</summary>
    Int8,

    /// <summary>int8 activations, two's complement weights of 4 bits, the lower half of a byte first; int32 sums.</summary>
    Int4,

    /// <summary>int16 activations and weights, int32 sums modulo 2^32; zero points 0.</summary>
    Int16,

    /// <summary>bfloat16 activations and weights, float32 sums: one chain of fused multiply-adds for each output, over ascending (r, s, c); a tap
    /// outside the tile is a zero activation; zero points 0.</summary>
    Bf16,

    /// <summary>±1 activations and weights of one bit, 1 for +1 and 0 for −1, the low bit of a byte first; int32 sums; zero points 0.</summary>
    Binary,

    /// <summary>int8 activations, weights of 4 bits: bit 3 is the sign, the others e; e = 0 is 0, else ±2^(e−1); int32 sums; weight zero point 0.</summary>
    Log2,

    /// <summary>float32 activations and weights in memory, each rounded to bfloat16 (nearest, half to even) as it enters the array; the rest as
    /// <see cref="Bf16"/>.</summary>
    Float32,
}

/// <summary>Functions of one float32 operand that the vector unit computes, each in float64 and then rounded.</summary>
public enum VectorFunction : byte
{
    Sigmoid,
    Tanh,
    Erf,
    Gelu,
    GeluTanh,
    Swish,
    Exp,
}

/// <summary>How an int32 accumulator becomes an int8 value.</summary>
public enum Rounding : byte
{
    /// <summary>Rounding doubling high multiply, then rounding right shift, ties away from zero: dialect <c>tflite-reference</c>.</summary>
    Double,

    /// <summary>One rounding of the full 64-bit product, ties up: dialect <c>tflite-ruy</c>.</summary>
    Single,

    /// <summary>Product with a float32 scale, round half to even: ONNX QDQ and XNNPACK.</summary>
    Float,
}

/// <summary>How the second operand of a vector operation is spread over the tile.</summary>
public enum Broadcast : byte
{
    /// <summary>B has a row for each row of A, or one row for all when its pitch is 0.</summary>
    None,

    /// <summary>B has one element for each row of A (pitch B is the distance of these elements).</summary>
    RowScalar,
}

/// <summary>The direction in which a reduction folds a tile.</summary>
public enum ReduceAxis : byte
{
    /// <summary>Over the columns: one result for each row.</summary>
    Columns,

    /// <summary>Over the rows: one result for each column.</summary>
    Rows,
}

/// <summary>A byte address in a memory space of the issuing core.</summary>
/// <param name="Space">The memory.</param>
/// <param name="Offset">Byte offset from its start.</param>
public readonly record struct Address(MemorySpace Space, uint Offset)
{
    public static Address operator +(Address address, long bytes) => address with { Offset = checked((uint)(address.Offset + bytes)) };

    public override string ToString() => $"{MemorySpaces.Name(Space)}[0x{Offset:x}]";
}

/// <summary>The short names of the memory spaces, as the assembler writes them.</summary>
public static class MemorySpaces
{
    public static string Name(MemorySpace space) => space switch
    {
        MemorySpace.Dram => "dram",
        MemorySpace.Flash => "flash",
        MemorySpace.Global => "global",
        MemorySpace.Activation => "act",
        MemorySpace.Weight => "wgt",
        MemorySpace.Accumulator => "acc",
    };

    /// <summary>True where the space belongs to one core and is reached without DMA.</summary>
    public static bool IsLocal(MemorySpace space) => space switch
    {
        MemorySpace.Dram or MemorySpace.Flash or MemorySpace.Global => false,
        MemorySpace.Activation or MemorySpace.Weight or MemorySpace.Accumulator => true,
    };
}
