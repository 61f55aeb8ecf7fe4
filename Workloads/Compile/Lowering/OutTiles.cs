namespace NpuSim.Workloads.Compile.Lowering;

/// <summary>A tile of a product's output; channels count within the group.</summary>
internal readonly record struct OutTile(int Image, int Row, int Rows, int Column, int Columns, int Group, int Channel, int Channels);

/// <summary>The part of the input under an output tile that exists, and how far its first row and column lie inside the window. Channels count over all
/// groups.</summary>
internal readonly record struct InputPlane(int Image, int Row, int Rows, int Column, int Columns, int Channel, int Channels, int PadTop, int PadLeft);

/// <summary>The tiles of a product's output in the order in which they are computed.</summary>
internal sealed class OutTiles(ConvolutionWork work, ConvolutionTile tile)
{
    private readonly int _down = Parts(work.OutHeight, tile.Rows);
    private readonly int _across = Parts(work.OutWidth, tile.Columns);
    private readonly int _deep = Parts(work.OutChannels, tile.OutChannels);

    public int Count => Planes * Depths;

    public OutTile this[int index]
    {
        get
        {
            var (plane, depth) = tile.InputOuter ? Math.DivRem(index, Depths) : Swapped(Math.DivRem(index, Planes));
            var (line, column) = Math.DivRem(plane, _across);
            var (image, row) = Math.DivRem(line, _down);
            var (group, channel) = Math.DivRem(depth, _deep);
            (row, column, channel) = (row * tile.Rows, column * tile.Columns, channel * tile.OutChannels);
            return new OutTile(image, row, Math.Min(tile.Rows, work.OutHeight - row), column, Math.Min(tile.Columns, work.OutWidth - column),
                group, channel, Math.Min(tile.OutChannels, work.OutChannels - channel));
        }
    }

    private int Planes => work.Batch * _down * _across;

    private int Depths => work.Groups * _deep;

    private static (int, int) Swapped((int Outer, int Inner) pair) => (pair.Inner, pair.Outer);

    private static int Parts(int extent, int part) => (extent + part - 1) / part;
}
