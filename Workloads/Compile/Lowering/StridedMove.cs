using NpuSim.Isa.Instructions;
using NpuSim.Isa.Timing;

namespace NpuSim.Workloads.Compile.Lowering;

/// <summary>A copy of a box of elements between two tensors, each with strides of its own, cut into blocks that a DMA descriptor can hold.</summary>
/// <param name="Extents">Box, outermost first.</param>
/// <param name="To">Bytes per step of each dimension at the destination.</param>
/// <param name="From">Bytes per step of each dimension at the source.</param>
internal sealed record StridedMove(IReadOnlyList<int> Extents, IReadOnlyList<long> To, IReadOnlyList<long> From)
{
    private const int DescriptorDimensions = 3;

    private readonly record struct Dimension(int Extent, long To, long From);

    /// <summary>Byte strides of a dense row-major tensor.</summary>
    public static long[] DenseStrides(IReadOnlyList<int> shape, int elementBytes)
    {
        var strides = new long[shape.Count];
        long stride = elementBytes;
        for (int i = shape.Count - 1; i >= 0; i--)
        {
            strides[i] = stride;
            stride *= shape[i];
        }

        return strides;
    }

    /// <summary>One step per descriptor, shared out among the cores.</summary>
    public IReadOnlyList<IReadOnlyList<TileStep>> Steps(LoweringContext context, Address destination, Address source, int elementBytes)
    {
        var moves = Moves(destination, source, elementBytes, context.Cores).ToList();
        return [.. Enumerable.Range(0, context.Cores).Select(core => context.Share(moves, core))];
    }

    /// <summary>The descriptors as steps; on several cores the outermost dimension is cut into as many parts.</summary>
    public IEnumerable<TileStep> Moves(Address destination, Address source, int elementBytes, int cores)
    {
        var dimensions = Merged(elementBytes, out uint run);
        // What is one run is cut as a dimension of bytes.
        if (dimensions.Count == 0 && cores > 1)
        {
            (dimensions, run) = ([new Dimension((int)run, 1, 1)], 1);
        }

        foreach (var (part, offset) in Parts(dimensions, cores))
        {
            foreach (var step in Descriptors(destination + offset.To, source + offset.From, part, run))
            {
                yield return step;
            }
        }
    }

    private static IEnumerable<(List<Dimension> Part, (long To, long From) Offset)> Parts(List<Dimension> dimensions, int parts)
    {
        if (dimensions.Count == 0)
        {
            yield return (dimensions, (0, 0));
            yield break;
        }

        var outermost = dimensions[0];
        parts = Math.Min(parts, outermost.Extent);
        for (int part = 0; part < parts; part++)
        {
            int first = (int)((long)outermost.Extent * part / parts), end = (int)((long)outermost.Extent * (part + 1) / parts);
            yield return ([outermost with { Extent = end - first }, .. dimensions.Skip(1)], (first * outermost.To, first * outermost.From));
        }
    }

    // A descriptor holds three dimensions beside the run; those outside of them are walked.
    private static IEnumerable<TileStep> Descriptors(Address destination, Address source, List<Dimension> dimensions, uint run)
    {
        int outer = Math.Max(0, dimensions.Count - DescriptorDimensions);
        var inner = dimensions.Skip(outer).Reverse().Concat(Enumerable.Repeat(new Dimension(1, 0, 0), DescriptorDimensions)).Take(DescriptorDimensions).ToArray();
        var block = new TransferBlock(run, (uint)inner[0].Extent, (uint)inner[1].Extent, (uint)inner[2].Extent);
        var to = new TransferStrides((int)inner[0].To, (int)inner[1].To, (int)inner[2].To);
        var from = new TransferStrides((int)inner[0].From, (int)inner[1].From, (int)inner[2].From);
        foreach (var (offsetTo, offsetFrom) in Offsets(dimensions.Take(outer)))
        {
            yield return new PhasedStep(null, null, null,
                stream => stream.Transfer(DmaRole.Activations, destination + offsetTo, to, source + offsetFrom, from, block));
        }
    }

    private static IEnumerable<(long To, long From)> Offsets(IEnumerable<Dimension> outer) => outer.Aggregate(
        (IEnumerable<(long To, long From)>)[(0, 0)],
        (offsets, dimension) => offsets.SelectMany(_ => Enumerable.Range(0, dimension.Extent), (offset, i) => (offset.To + i * dimension.To, offset.From + i * dimension.From)));

    // Without unit dimensions, with neighbours that follow on at both sides joined; the innermost contiguous ones become the run.
    private List<Dimension> Merged(int elementBytes, out uint run)
    {
        var merged = new List<Dimension>();
        for (int i = 0; i < Extents.Count; i++)
        {
            var next = new Dimension(Extents[i], To[i], From[i]);
            if (next.Extent == 1)
            {
                continue;
            }

            if (merged.Count > 0 && merged[^1].To == next.To * next.Extent && merged[^1].From == next.From * next.Extent)
            {
                merged[^1] = next with { Extent = merged[^1].Extent * next.Extent };
            }
            else
            {
                merged.Add(next);
            }
        }

        run = (uint)elementBytes;
        if (merged.Count > 0 && merged[^1].To == elementBytes && merged[^1].From == elementBytes)
        {
            run = checked((uint)(merged[^1].Extent * (long)elementBytes));
            merged.RemoveAt(merged.Count - 1);
        }

        return merged;
    }
}
