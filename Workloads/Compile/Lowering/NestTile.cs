using NpuSim.Workloads.Tilings;

namespace NpuSim.Workloads.Compile.Lowering;

/// <summary>A half-open range of one dimension.</summary>
internal readonly record struct Span(int Start, int Count)
{
    public int End => Start + Count;
}

/// <summary>One tile of a nest of loops.</summary>
/// <param name="Image">Which image.</param>
/// <param name="Rows">Output rows.</param>
/// <param name="Columns">Output columns.</param>
/// <param name="OutChannels">Output channels.</param>
/// <param name="TapRows">Kernel rows.</param>
/// <param name="TapColumns">Kernel columns.</param>
/// <param name="Channels">Input channels.</param>
/// <param name="First">Whether no tile before it adds to the same outputs.</param>
/// <param name="Last">Whether no tile behind it does.</param>
internal readonly record struct NestTile(
    int Image, Span Rows, Span Columns, Span OutChannels, Span TapRows, Span TapColumns, Span Channels, bool First, bool Last)
{
    /// <summary>The outputs it adds to.</summary>
    public (int Image, int Row, int Column, int OutChannel) Output => (Image, Rows.Start, Columns.Start, OutChannels.Start);
}

/// <summary>The loops over the tiles of a dense product.</summary>
internal sealed class TileNest
{
    /// <summary>More tiles than a program of this form is worth.</summary>
    private const long MostTiles = 1 << 16;

    private static readonly TileDimension[] Reductions = [TileDimension.C, TileDimension.R, TileDimension.S];

    private readonly int[] _extents;
    private readonly int[] _tile;
    private readonly int[] _trips;
    private readonly IReadOnlyList<TileDimension> _order;

    /// <param name="work">A dense product of one group.</param>
    /// <param name="tiling">Its tiling.</param>
    /// <param name="granule">What a tile may be rounded up to beyond an extent: the array's side.</param>
    /// <exception cref="Graphs.ModelException">The factors do not cover the layer, or a loop makes empty tiles, or there are too many tiles.</exception>
    public TileNest(ConvolutionWork work, Tiling tiling, int granule)
    {
        int[] extents = [work.Window.KernelWidth, work.Window.KernelHeight, work.OutWidth, work.OutHeight, work.InChannels, work.OutChannels, work.Batch];
        var dimensions = Enum.GetValues<TileDimension>();
        _extents = extents;
        _tile = new int[extents.Length];
        _trips = new int[extents.Length];
        _order = tiling.Order;
        foreach (var dimension in dimensions)
        {
            Fit(tiling, dimension, granule);
        }

        long tiles = _trips.Aggregate(1L, (product, trips) => Math.Min(product * trips, long.MaxValue / MostTiles));
        if (tiles > MostTiles)
        {
            throw tiling.Fault(FormattableString.Invariant($"{tiles} tiles"), FormattableString.Invariant($"at most {MostTiles}"));
        }

        Count = tiles;
    }

    /// <summary>Tiles.</summary>
    public long Count { get; }

    /// <summary>Largest extent of a tile.</summary>
    public int Tile(TileDimension dimension) => _tile[(int)dimension];

    /// <summary>Tiles of one dimension.</summary>
    public int Trips(TileDimension dimension) => _trips[(int)dimension];

    /// <summary>Output tiles.</summary>
    public long Outputs => Count / Reductions.Aggregate(1L, (product, dimension) => product * Trips(dimension));

    /// <summary>Output tiles whose sums are unfinished at the same time: all those that loops inside the outermost loop over a reduction make.</summary>
    public long OpenOutputs
    {
        get
        {
            var inside = _order.SkipWhile(dimension => !IsReduction(dimension) || Trips(dimension) == 1);
            return inside.Where(dimension => !IsReduction(dimension)).Aggregate(1L, (product, dimension) => product * Trips(dimension));
        }
    }

    /// <summary>The tiles in the order of the loops.</summary>
    public IEnumerable<NestTile> Tiles()
    {
        var at = new int[_extents.Length];
        while (true)
        {
            yield return Make(at);
            int loop = _order.Count - 1;
            for (; loop >= 0 && ++at[(int)_order[loop]] == Trips(_order[loop]); loop--)
            {
                at[(int)_order[loop]] = 0;
            }

            if (loop < 0)
            {
                yield break;
            }
        }
    }

    private static bool IsReduction(TileDimension dimension) => Reductions.Contains(dimension);

    private void Fit(Tiling tiling, TileDimension dimension, int granule)
    {
        int index = (int)dimension, extent = _extents[index];
        long tile = tiling.Extent(dimension), rounded = (extent + (long)granule - 1) / granule * granule;
        if (tile > rounded)
        {
            throw tiling.Fault(FormattableString.Invariant($"{dimension} tiles of {tile}"), FormattableString.Invariant($"at most {extent}, the layer's {Name(dimension)}"));
        }

        if (dimension == TileDimension.N && tile > 1 && extent > 1)
        {
            throw tiling.Fault(FormattableString.Invariant($"tiles of {tile} images"), "one image a tile");
        }

        _tile[index] = (int)Math.Min(tile, extent);
        _trips[index] = (extent + _tile[index] - 1) / _tile[index];
        if (tiling.Count(dimension) is { } count && (count * tile < extent || (count - 1) * tile >= extent))
        {
            throw tiling.Fault(FormattableString.Invariant($"factors of {dimension} that make {count} × {tile} = {count * tile}"),
                FormattableString.Invariant($"a product that covers the layer's {Name(dimension)}, {extent}, with no tile left over"));
        }
    }

    private static string Name(TileDimension dimension) => dimension switch
    {
        TileDimension.R => "kernel columns",
        TileDimension.S => "kernel rows",
        TileDimension.P => "output columns (rows of a matrix product)",
        TileDimension.Q => "output rows",
        TileDimension.C => "input channels",
        TileDimension.K => "output channels",
        TileDimension.N => "images",
    };

    private Span Range(TileDimension dimension, int[] at)
    {
        int start = at[(int)dimension] * Tile(dimension);
        return new Span(start, Math.Min(Tile(dimension), _extents[(int)dimension] - start));
    }

    private NestTile Make(int[] at) => new(
        at[(int)TileDimension.N], Range(TileDimension.Q, at), Range(TileDimension.P, at), Range(TileDimension.K, at),
        Range(TileDimension.S, at), Range(TileDimension.R, at), Range(TileDimension.C, at),
        Array.TrueForAll(Reductions, dimension => at[(int)dimension] == 0),
        Array.TrueForAll(Reductions, dimension => at[(int)dimension] == Trips(dimension) - 1));
}
