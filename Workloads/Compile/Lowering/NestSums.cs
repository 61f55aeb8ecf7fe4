using NpuSim.Isa.Instructions;

namespace NpuSim.Workloads.Compile.Lowering;

/// <summary>Where a tile adds its products.</summary>
/// <param name="Tile">The tile.</param>
/// <param name="Slot">Its accumulators.</param>
/// <param name="Loads">Whether the unfinished sums come from shared memory before it.</param>
/// <param name="Stores">Whether they go there behind it.</param>
/// <param name="Place">Where they are there, in bytes from the first.</param>
internal readonly record struct SumUse(NestTile Tile, Address Slot, bool Loads, bool Stores, long Place);

/// <summary>The accumulators of the output tiles of one core: a slot for every tile whose sums are unfinished, or, where those do not all fit, a slot for
/// as long as tiles that follow each other add to the same outputs, and a place in shared memory between.</summary>
internal sealed class NestSums(TileNest nest, NestBuffers buffers, SlotRing slots, int cores, int core)
{
    private readonly Dictionary<(int, int, int, int), (long Output, Address Slot)> _open = [];
    private long _outputs;

    /// <summary>The tiles of this core, each with its accumulators.</summary>
    public IEnumerable<SumUse> Uses()
    {
        NestTile? waiting = null, before = null;
        foreach (var tile in nest.Tiles())
        {
            if (tile.First)
            {
                Open(tile);
            }

            if (!_open.ContainsKey(tile.Output))
            {
                continue;
            }

            if (waiting is { } ready)
            {
                yield return Use(ready, before?.Output == ready.Output, tile.Output == ready.Output);
                before = ready;
            }

            waiting = tile;
        }

        if (waiting is { } last)
        {
            yield return Use(last, before?.Output == last.Output, false);
        }
    }

    // Output tiles are shared out in the order in which they begin.
    private void Open(in NestTile tile)
    {
        long output = _outputs++;
        if (output * cores / nest.Outputs == core)
        {
            _open[tile.Output] = (output, default);
        }
    }

    private SumUse Use(NestTile tile, bool goesOn, bool isFollowed)
    {
        var (output, slot) = _open[tile.Output];
        bool loads = buffers.SpillsSums && !tile.First && !goesOn, stores = buffers.SpillsSums && !tile.Last && !isFollowed;
        if (tile.First || loads)
        {
            slot = slots.Next();
            _open[tile.Output] = (output, slot);
        }

        return new SumUse(tile, slot, loads, stores, output * buffers.AccumulatorTileBytes);
    }
}
