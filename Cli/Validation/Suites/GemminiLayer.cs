using System.Globalization;
using NpuSim.Workloads.Tilings;

namespace NpuSim.Cli.Validation.Suites;

/// <summary>The layer of a row of Gemmini's tables, as it was run there.</summary>
internal sealed record GemminiLayer(int Channels, int OutChannels, int Columns, int Rows, int Kernel, int KernelRows, int Stride)
{
    /// <summary>Accumulator of the build that was measured, one half: enough where loops over a reduction leave many sums unfinished.</summary>
    private const long BuildAccumulatorKiB = 2048;

    /// <summary>Room for results on their way out, which leave Gemmini's accumulator directly.</summary>
    private const long ResultsKiB = 64;

    private static readonly TileDimension[] Reductions = [TileDimension.C, TileDimension.R, TileDimension.S];

    /// <summary>One output row and a 1 × 1 kernel ran as a matrix product.</summary>
    public bool IsProduct => Rows == 1 && Kernel == 1 && KernelRows == 1;

    private int Width => Columns * Stride;

    private int Padding => Kernel / 2;

    /// <summary>Columns and rows of the output that ran: with an even kernel one more than the table says.</summary>
    private int OutWidth => IsProduct ? Columns : ((Width + (2 * Padding) - Kernel) / Stride) + 1;

    public static GemminiLayer Of(ReferenceRow row, int largest) => new(
        row.Int("prob.C", 1, largest), row.Int("prob.K", 1, largest), row.Int("prob.P", 1, largest), row.Int("prob.Q", 1, largest),
        row.Int("prob.R", 1, largest), row.Int("prob.S", 1, largest), row.Int("prob.Wstride", 1, largest));

    public string Describe() => string.Create(CultureInfo.InvariantCulture, $"{Channels}x{Columns}x{Rows} to {OutChannels}, {Kernel}x{KernelRows}/{Stride}");

    /// <summary>A layer table of this layer alone.</summary>
    /// <param name="tiling">Its tiling; empty where the compiler chooses.</param>
    /// <param name="buffers">Cells of its buffers as of <see cref="Buffers"/>; empty where the machine's stay.</param>
    public string Table(string tiling, string buffers)
    {
        string sizes = buffers.Length > 0 ? ",set:core.activation.sizeKiB,set:core.weight.sizeKiB,set:core.accumulator.sizeKiB" : "";
        return IsProduct
            ? string.Create(CultureInfo.InvariantCulture, $"name,M,N,K,tiling{sizes}\nlayer,{Columns},{OutChannels},{Channels},{tiling}{buffers}\n")
            : string.Create(CultureInfo.InvariantCulture,
                $"name,W,H,C,K,R,S,stride,pad,tiling{sizes}\nlayer,{Width},{Rows * Stride},{Channels},{OutChannels},{KernelRows},{Kernel},{Stride},{Padding},{tiling}{buffers}\n");
    }

    /// <summary>Buffers for a row's mapping: each half as large as the row's columns say.</summary>
    public string Buffers(ReferenceRow row)
    {
        const int ScratchpadRowBytes = 16, AccumulatorRowBytes = 64, LargestDepth = 1 << 20;
        int side = row.Has("arch.meshX") ? row.Int("arch.meshX", 1, 1024) : 16;
        long scratchpad = KiB(row.Integer("arch.mem2_depth", 1, LargestDepth) * ScratchpadRowBytes * side / 16);
        long accumulator = KiB(row.Integer("arch.mem1_depth", 1, LargestDepth) * AccumulatorRowBytes * side / 16);
        scratchpad = IsProduct ? Math.Max(scratchpad, BuildAccumulatorKiB) : scratchpad;
        accumulator = IsProduct || LeavesSums(row.Text("mapping.mapping")) ? Math.Max(accumulator, BuildAccumulatorKiB) : accumulator;
        return string.Create(CultureInfo.InvariantCulture, $",{scratchpad + ResultsKiB},{scratchpad},{accumulator}");
    }

    /// <summary>A mapping as the program ran it: its outermost level makes ⌈extent / tile⌉ tiles, and a matrix product's tile counts whole blocks of
    /// the array, ⌊tile / 16⌋ but at least one, on an array of 16 as on one of 128.</summary>
    public string AsRun(string mapping, int side)
    {
        const int LibraryBlock = 16;
        var tiling = Tiling.Parse(mapping);
        if (IsProduct)
        {
            (char Name, int Extent, long Tile)[] loops = [.. tiling.Order.Where(dimension => dimension is TileDimension.P or TileDimension.K or TileDimension.C)
                .Select(dimension => (dimension.ToString()[0], Extent(dimension), Math.Max(1, tiling.Extent(dimension) / LibraryBlock) * side))];
            string outside = string.Join(' ', loops.Select(loop => string.Create(CultureInfo.InvariantCulture, $"{loop.Name}{(loop.Extent + loop.Tile - 1) / loop.Tile}")));
            string inside = string.Join(' ', loops.Select(loop => string.Create(CultureInfo.InvariantCulture, $"{loop.Name}{Math.Min(loop.Tile, loop.Extent)}")));
            return $"L3[WIO] {outside} - L1[O] {inside}";
        }

        int[] extents = [Kernel, KernelRows, OutWidth, OutWidth, Channels, OutChannels, 1];
        var trips = tiling.Order.Select(dimension => (Dimension: dimension, Count: (extents[(int)dimension] + tiling.Extent(dimension) - 1) / tiling.Extent(dimension)));
        string outer = string.Join(' ', trips.Select(loop => string.Create(CultureInfo.InvariantCulture, $"{loop.Dimension}{loop.Count}")));
        int inner = mapping.IndexOf(" - ", StringComparison.Ordinal);
        return $"L3[WIO] {outer}{mapping[inner..]}";
    }

    /// <summary>Whether the program that measured the 128 × 128 array did work twice: before commit 570dff3 of gemmini-rocc-tests it stepped through K and C
    /// by the mapping's spatial factors while it computed tiles of spatial times temporal ones.</summary>
    public bool RepeatsWork(string mapping) => !IsProduct && mapping.Split(" - ").Skip(1).SelectMany(level => level.Split(' ').Skip(1))
        .Any(word => word[0] is 'K' or 'C' && !word.EndsWith('X') && word[1..] != "1");

    /// <summary>Tiles of a mapping; a run takes about as long as they are many.</summary>
    public static long Tiles(string mapping)
    {
        var tiling = Tiling.Parse(mapping);
        return tiling.Order.Aggregate(1L, (product, dimension) => Math.Min(product * tiling.Count(dimension)!.Value, int.MaxValue));
    }

    private int Extent(TileDimension dimension) => dimension switch
    {
        TileDimension.P => Columns,
        TileDimension.K => OutChannels,
        TileDimension.C => Channels,
        TileDimension.R or TileDimension.S or TileDimension.Q or TileDimension.N => 1,
    };

    private static long KiB(long bytes) => (bytes + 1023) / 1024;

    // A loop over a reduction around one over outputs.
    private static bool LeavesSums(string mapping)
    {
        var tiling = Tiling.Parse(mapping);
        var loops = tiling.Order.Where(dimension => tiling.Count(dimension) > 1).ToList();
        return loops.Exists(Reductions.Contains) && loops.Skip(loops.FindIndex(Reductions.Contains)).Any(dimension => !Reductions.Contains(dimension));
    }
}
