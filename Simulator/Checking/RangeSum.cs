using NpuSim.Isa.Instructions;

namespace NpuSim.Simulator.Checking;

/// <summary>Pieces of a memory added up.</summary>
internal readonly record struct RangeSum(long First, long Last, long Bytes)
{
    /// <summary>With a piece added.</summary>
    public RangeSum Plus(long start, long count) => (Bytes, count) switch
    {
        (_, 0) => this,
        (0, _) => new RangeSum(start, start + count - 1, count),
        _ => new RangeSum(Math.Min(First, start), Math.Max(Last, start + count - 1), Bytes + count),
    };

    public CheckedRange In(MemorySpace space) => new(space, First, Last, Bytes);
}
