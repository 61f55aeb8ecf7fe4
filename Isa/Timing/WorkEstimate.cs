using NpuSim.Isa.Instructions;
using NpuSim.Isa.Program;

namespace NpuSim.Isa.Timing;

/// <summary>Transfers of one kind that a layer is estimated to make, all cores together.</summary>
/// <param name="Shared">The memory that the cores share.</param>
/// <param name="Write">Whether they go there.</param>
/// <param name="Local">The buffer at the other end.</param>
/// <param name="Count">How many.</param>
/// <param name="MovedBytes">Bytes that the shared memory moves, rounded up to its accesses.</param>
/// <param name="LocalBytes">Bytes that the buffer takes or gives.</param>
/// <param name="BusyCycles">Cycles in which the shared memory is busy.</param>
/// <param name="EngineCycles">Cycles of DMA engines, each transfer alone.</param>
/// <param name="Constant">Whether weights and parameters are moved.</param>
public readonly record struct TransferEstimate(
    MemorySpace Shared, bool Write, MemorySpace Local, long Count, long MovedBytes, long LocalBytes, long BusyCycles, long EngineCycles, bool Constant = false);

/// <summary>Work of the vector unit that a layer is estimated to make.</summary>
/// <param name="Timing">Class of the operations.</param>
/// <param name="Format">Format that they compute in.</param>
/// <param name="Elements">Elements, all cores together.</param>
/// <param name="Operations">How many instructions.</param>
/// <param name="ReadBytes">Bytes that they read from <paramref name="From"/>.</param>
/// <param name="From">Where operands are.</param>
/// <param name="WrittenBytes">Bytes that they write to the activation buffer.</param>
public readonly record struct VectorEstimate(
    TimingClass Timing, VectorFormat Format, long Elements, long Operations, long ReadBytes, MemorySpace From, long WrittenBytes);

/// <summary>What a layer is estimated to do and to take, by the formulas of <c>Isa.Timing</c> alone: nothing is emitted and no event happens.</summary>
public sealed record LayerEstimate
{
    /// <summary>The engine that does its arithmetic; the sequencer stands for the host.</summary>
    public required Engine Engine { get; init; }

    /// <summary>Core cycles, as if no other layer were there.</summary>
    public required long Cycles { get; init; }

    /// <summary>Multiply-accumulates, dense count.</summary>
    public long Macs { get; init; }

    /// <summary>Format of the array's work.</summary>
    public ArrayFormat Format { get; init; }

    /// <summary>Passes of the array.</summary>
    public long Passes { get; init; }

    /// <summary>Cycles of the array, all cores together.</summary>
    public long ArrayCycles { get; init; }

    /// <summary>Cycles of the vector units, all cores together.</summary>
    public long VectorCycles { get; init; }

    /// <summary>What all passes read and write at the private buffers; their cycles are <see cref="ArrayCycles"/>.</summary>
    public PassCost Accesses { get; init; }

    public IReadOnlyList<TransferEstimate> Transfers { get; init; } = [];

    public IReadOnlyList<VectorEstimate> Vector { get; init; } = [];

    /// <summary>Instructions of all cores.</summary>
    public long Instructions { get; init; }

    /// <summary>Scalar operations of the host.</summary>
    public long HostOperations { get; init; }

    /// <summary>Cycles in which the host works.</summary>
    public long HostCycles { get; init; }

    /// <summary>Bytes of private buffers that its tiles take: activation, weight, accumulator.</summary>
    public (long Activation, long Weight, long Accumulator) SlotBytes { get; init; }
}

/// <summary>A network on a machine, estimated.</summary>
/// <param name="Name">Of the model.</param>
/// <param name="Layers">Name of the node, name of the operator, and what it does.</param>
/// <param name="Plan">Memories, as far as an estimate plans them.</param>
/// <param name="WeightBytes">Bytes of weights and parameters as stored.</param>
public sealed record NetworkEstimate(string Name, IReadOnlyList<(string Name, string Operator, LayerEstimate Work)> Layers, MemoryPlan Plan, long WeightBytes);
