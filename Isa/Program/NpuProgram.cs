using NpuSim.Isa.Instructions;

namespace NpuSim.Isa.Program;

/// <summary>Element types of tensors at the program's border and in its tensor map.</summary>
public enum ElementType : byte
{
    Int8,
    UInt8,
    Int16,
    Int32,
    Int64,
    Float32,
    Bool,
}

/// <summary>Sizes of element types.</summary>
public static class ElementTypes
{
    public static int SizeBytes(this ElementType type) => type switch
    {
        ElementType.Int8 or ElementType.UInt8 or ElementType.Bool => 1,
        ElementType.Int16 => 2,
        ElementType.Int32 or ElementType.Float32 => 4,
        ElementType.Int64 => 8,
    };
}

/// <summary>What a tensor is to the program.</summary>
public enum TensorRole : byte
{
    Input,
    Output,
    Intermediate,
    Constant,
}

/// <summary>One row of the tensor map: a dense row-major tensor in a shared memory.</summary>
/// <param name="Name">Name in the model.</param>
/// <param name="Role">What it is to the program.</param>
/// <param name="Address">Where it starts; never in a core's own buffer.</param>
/// <param name="Type">Element type.</param>
/// <param name="Shape">Extents, outermost first; empty for a scalar.</param>
/// <param name="Scale">Real value of one step, 0 where the tensor is not quantised.</param>
/// <param name="Zero">Quantised value of real 0.</param>
/// <param name="FirstLayer">First layer that touches it.</param>
/// <param name="LastLayer">Last layer that touches it.</param>
public sealed record TensorEntry(
    string Name, TensorRole Role, Address Address, ElementType Type, IReadOnlyList<int> Shape, float Scale, int Zero, int FirstLayer, int LastLayer)
{
    public long Elements => Shape.Aggregate(1L, (product, extent) => product * extent);

    public long Bytes => Elements * Type.SizeBytes();
}

/// <summary>One row of the layer table: what the marks in the streams stand for.</summary>
/// <param name="Name">Node name in the model.</param>
/// <param name="Operator">Operator name, as in the model.</param>
/// <param name="Engine">The engine that does its arithmetic; <see cref="Instructions.Engine.Sequencer"/> stands for the host.</param>
/// <param name="Macs">Multiply-accumulates of the layer, dense count.</param>
/// <param name="WeightBytes">Bytes of its weights and parameters as stored.</param>
/// <param name="Note">Empty, or why the layer is where it is (host reason), or how it was tiled.</param>
public sealed record LayerEntry(string Name, string Operator, Engine Engine, long Macs, long WeightBytes, string Note)
{
    /// <summary>What the array computes for it as a whole; null where its arithmetic is not the array's.</summary>
    public ProductExtents? Product { get; init; }
}

/// <summary>An operator that the host processor executes on tensors in shared memory.</summary>
/// <param name="Name">Node name in the model.</param>
/// <param name="Operator">Operator name, the key by which the host finds its code.</param>
/// <param name="Attributes">Attributes as JSON, the host's own business.</param>
/// <param name="Inputs">Indices into the tensor map.</param>
/// <param name="Outputs">Indices into the tensor map.</param>
/// <param name="Operations">Scalar operations, for its cost.</param>
/// <param name="Reason">Why the NPU does not do it: constraint, found value.</param>
public sealed record HostOperator(
    string Name, string Operator, string Attributes, IReadOnlyList<int> Inputs, IReadOnlyList<int> Outputs, long Operations, string Reason);

/// <summary>Bytes to lay into a shared memory before the program starts.</summary>
public sealed record ConstantBlock(Address Address, ReadOnlyMemory<byte> Data)
{
    /// <summary>Order-0 entropy of the bytes in bits per byte where it is known already; null where it is to be counted.</summary>
    public double? EntropyBits { get; init; }
}

/// <summary>What the compiler planned for each memory.</summary>
/// <param name="DramBytes">Highest DRAM byte used, constants included.</param>
/// <param name="FlashBytes">Bytes of constants in flash.</param>
/// <param name="GlobalBytes">Highest byte used in the global buffer.</param>
/// <param name="ActivationBytes">Highest byte used in any core's activation buffer.</param>
/// <param name="WeightBytes">Highest byte used in any core's weight buffer.</param>
/// <param name="AccumulatorBytes">Highest byte used in any core's accumulator buffer.</param>
public sealed record MemoryPlan(
    long DramBytes, long FlashBytes, long GlobalBytes, long ActivationBytes, long WeightBytes, long AccumulatorBytes);

/// <summary>A compiled program: one instruction stream per core, constants, tensor map, layer marks, host operators.</summary>
public sealed record NpuProgram(
    string Name,
    string Machine,
    IReadOnlyList<IReadOnlyList<Instruction>> Streams,
    IReadOnlyList<ConstantBlock> Constants,
    IReadOnlyList<TensorEntry> Tensors,
    IReadOnlyList<LayerEntry> Layers,
    IReadOnlyList<HostOperator> HostOperators,
    MemoryPlan Plan)
{
    /// <summary>False where constants have their sizes but not their contents: such a program can be verified and timed, not executed or saved.</summary>
    public bool HasValues { get; init; } = true;

    /// <summary>Refuses a program without contents.</summary>
    /// <exception cref="InvalidOperationException">It has none.</exception>
    public void RequireValues()
    {
        if (!HasValues)
        {
            throw new InvalidOperationException($"program {Name} was compiled for timing and has no constants to execute or save");
        }
    }
}

/// <summary>Executes host operators. Implemented by the graph interpreter; the command line hands it to the simulator.</summary>
public interface IHostProcessor
{
    /// <summary>Computes one operator.</summary>
    /// <param name="operation">The row of the host-operator table.</param>
    /// <param name="tensors">The program's tensor map, for shapes and types.</param>
    /// <param name="inputs">Dense little-endian contents, in the order of <see cref="HostOperator.Inputs"/>.</param>
    /// <param name="outputs">Buffers to fill, in the order of <see cref="HostOperator.Outputs"/>.</param>
    void Execute(
        HostOperator operation, IReadOnlyList<TensorEntry> tensors, IReadOnlyList<ReadOnlyMemory<byte>> inputs, IReadOnlyList<Memory<byte>> outputs);
}
