using NpuSim.Isa.Timing;

namespace NpuSim.Workloads.Compile;

/// <summary>Fewer, longer dimensions for the same transfer.</summary>
internal static class TransferMerge
{
    /// <summary>The block with dimensions that follow on without a gap on both sides made one; what is left over is 1 with stride 0, so that equal transfers
    /// configure equally.</summary>
    public static (TransferBlock Block, TransferStrides To, TransferStrides From) Of(TransferBlock block, TransferStrides to, TransferStrides from)
    {
        uint bytes = block.Bytes;
        Span<(uint Count, int To, int From)> kept = stackalloc (uint, int, int)[3];
        kept.Fill((1, 0, 0));
        int dimensions = 0;
        ReadOnlySpan<(uint Count, int To, int From)> all =
        [
            (block.Count1, to.Stride1, from.Stride1), (block.Count2, to.Stride2, from.Stride2), (block.Count3, to.Stride3, from.Stride3),
        ];
        foreach (var dimension in all)
        {
            if (dimension.Count == 1)
            {
                continue;
            }

            var inner = dimensions == 0 ? (Count: 1u, To: (int)bytes, From: (int)bytes) : kept[dimensions - 1];
            bool follows = dimension.To == inner.To * inner.Count && dimension.From == inner.From * inner.Count;
            if (follows && dimensions == 0)
            {
                bytes *= dimension.Count;
            }
            else if (follows)
            {
                kept[dimensions - 1] = inner with { Count = inner.Count * dimension.Count };
            }
            else
            {
                kept[dimensions++] = dimension;
            }
        }

        return (new TransferBlock(bytes, kept[0].Count, kept[1].Count, kept[2].Count),
            new TransferStrides(kept[0].To, kept[1].To, kept[2].To), new TransferStrides(kept[0].From, kept[1].From, kept[2].From));
    }
}
