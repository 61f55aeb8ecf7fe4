namespace NpuSim.Isa.Instructions;

/// <summary>One dimension of a strided piece of memory.</summary>
/// <param name="Count">Repetitions.</param>
/// <param name="Stride">Bytes from one to the next; may be 0 or negative.</param>
public readonly record struct FootprintDimension(long Count, long Stride)
{
    /// <summary>No repetition.</summary>
    public static FootprintDimension None => new(1, 0);
}

/// <summary>The exact bytes behind one memory operand: a run of bytes, repeated in up to three dimensions, the first innermost.</summary>
/// <param name="Space">The memory.</param>
/// <param name="Role">What happens to the bytes.</param>
/// <param name="Origin">Byte offset of the first run; other runs may lie before it.</param>
/// <param name="RunBytes">Contiguous bytes of a run.</param>
/// <param name="First">Innermost repetition.</param>
/// <param name="Second">Middle repetition.</param>
/// <param name="Third">Outermost repetition.</param>
public readonly record struct Footprint(
    MemorySpace Space, Role Role, long Origin, long RunBytes, FootprintDimension First, FootprintDimension Second, FootprintDimension Third)
{
    /// <summary>Lowest byte touched. Values beyond 64 bits saturate; they lie outside every memory.</summary>
    public long Start => IsRow ? Origin + Math.Min(0, RowReach) : Saturate(Origin + Reach(negative: true));

    /// <summary>Bytes from the lowest to the highest one touched, inclusive.</summary>
    public long Length => IsRow ? RunBytes + Math.Abs(RowReach) : Saturate(RunBytes + Reach(negative: false) - Reach(negative: true));

    /// <summary>Bytes moved; a byte counts as often as it is touched.</summary>
    public long Bytes => Times(Times(Times(RunBytes, First.Count), Second.Count), Third.Count);

    /// <summary>Whether the bytes touched are one interval without gaps, each touched once, in ascending order.</summary>
    public bool IsContiguous
    {
        get
        {
            long run = RunBytes;
            bool follows = true;
            foreach (var (count, stride) in (ReadOnlySpan<FootprintDimension>)[First, Second, Third])
            {
                follows &= count == 1 || stride == run;
                run = Times(run, count);
            }

            return follows;
        }
    }

    /// <summary>Offsets of the runs in the order in which they are touched. There may be billions: bound <see cref="Bytes"/> first.</summary>
    public IEnumerable<long> Runs()
    {
        for (long third = 0; third < Third.Count; third++)
        {
            for (long second = 0; second < Second.Count; second++)
            {
                for (long first = 0; first < First.Count; first++)
                    yield return Origin + third * Third.Stride + second * Second.Stride + first * First.Stride;
            }
        }
    }

    // Most footprints repeat in one dimension only, and their numbers are small enough for sums and products of 64 bits.
    private bool IsRow => Second.Count == 1 && Third.Count == 1 && Origin >> 60 == 0 && RunBytes >> 60 == 0 && First.Count >> 31 == 0
        && First.Stride == (int)First.Stride;

    private long RowReach => (First.Count - 1) * First.Stride;

    // How far the runs reach below (or above) the first one.
    private Int128 Reach(bool negative)
    {
        Int128 reach = 0;
        foreach (var (count, stride) in (ReadOnlySpan<FootprintDimension>)[First, Second, Third])
        {
            if (stride < 0 == negative)
                reach += (Int128)(count - 1) * stride;
        }

        return reach;
    }

    private static long Times(long bytes, long count) =>
        (bytes | count) >> 31 == 0 ? bytes * count : Saturate((Int128)bytes * count);

    private static long Saturate(Int128 value) => (long)Int128.Clamp(value, long.MinValue, long.MaxValue);
}
