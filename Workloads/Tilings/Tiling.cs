using System.Globalization;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Tilings;

/// <summary>A tiling that the compiler follows instead of choosing its own: the extent of a tile in every dimension and the order of the loops
/// over tiles.</summary>
/// <remarks>Two notations. A tile: seven extents R_S_P_Q_C_K_N, as Gemmini's library prints them; its loops are those of that library, from the outside
/// N, Q, P, K, S, R, C for a convolution and P, K, C for a matrix product. A loop nest in Timeloop's notation, levels from the outermost memory
/// inwards, <c>L3[WIO] K8 Q28 - L2[WI] K4X - L1[O] K2 S7 R7 Q4 P7 C3X - L0[W] P16</c>: the factors of the first level are the loops over tiles, the first
/// written outermost; the product of the others is the tile. X marks a spatial factor, which counts like any other.</remarks>
public sealed class Tiling
{
    private const int Dimensions = 7;
    private const int LargestFactor = 1 << 24;

    private static readonly TileDimension[] TileOrder = [TileDimension.N, TileDimension.Q, TileDimension.P, TileDimension.K, TileDimension.S, TileDimension.R, TileDimension.C];

    private readonly long[] _tile;
    private readonly long[]? _counts;

    private Tiling(string text, long[] tile, long[]? counts, IReadOnlyList<TileDimension> order)
    {
        (Text, _tile, _counts, Order) = (text, tile, counts, order);
    }

    /// <summary>As it was written.</summary>
    public string Text { get; }

    /// <summary>The loops over tiles, outermost first; every dimension once.</summary>
    public IReadOnlyList<TileDimension> Order { get; }

    /// <summary>Whether it was written as a tile, so that the loops are those of Gemmini's library.</summary>
    public bool IsTile => _counts is null;

    /// <summary>Where it was written, for messages: file and line; empty where it was not read from a file.</summary>
    public string Place { get; init; } = "";

    /// <summary>Extent of a tile; at least 1.</summary>
    public long Extent(TileDimension dimension) => _tile[(int)dimension];

    /// <summary>Tiles that the loop over a dimension makes, or null where the notation leaves it open.</summary>
    public long? Count(TileDimension dimension) => _counts?[(int)dimension];

    /// <summary>A tile and an order that the compiler has chosen.</summary>
    internal static Tiling Of(IReadOnlyList<(TileDimension Dimension, long Extent)> tile, IReadOnlyList<TileDimension> order)
    {
        var extents = Ones();
        foreach (var (dimension, extent) in tile)
        {
            extents[(int)dimension] = extent;
        }

        return new Tiling("", extents, null, [.. order, .. TileOrder.Except(order)]);
    }

    /// <summary>The same tile in loops of another order; dimensions that it does not name are innermost.</summary>
    internal Tiling WithOrder(IReadOnlyList<TileDimension> order) => new(Text, _tile, _counts, [.. order, .. TileOrder.Except(order)]) { Place = Place };

    /// <summary>Reads either notation.</summary>
    /// <exception cref="ModelException">The text is neither; one line says what was found and what is expected.</exception>
    public static Tiling Parse(string text, string place = "") => text.Contains('[', StringComparison.Ordinal) ? Nest(text, place) : Tile(text, place);

    /// <summary>The refusal of this tiling.</summary>
    /// <param name="found">What it says.</param>
    /// <param name="expected">What would do.</param>
    public ModelException Fault(string found, string expected) => Wrong(Text, Place, found, expected);

    private static ModelException Wrong(string text, string place, string found, string expected)
    {
        string shown = text.Length > 60 ? $"{text[..60]}…" : text;
        return new ModelException($"{(place.Length > 0 ? $"{place}: " : "")}tiling \"{shown}\": found {found}, expected {expected}");
    }

    private static long[] Ones()
    {
        var ones = new long[Dimensions];
        Array.Fill(ones, 1);
        return ones;
    }

    private static Tiling Tile(string text, string place)
    {
        string[] parts = text.Split('_');
        if (parts.Length != Dimensions)
        {
            throw Wrong(text, place, FormattableString.Invariant($"{parts.Length} parts between underscores"),
                "seven tile extents R_S_P_Q_C_K_N or a loop nest such as \"L3[WIO] K8 P2 - L2[WI] K16X - L1[O] C4 C16X - L0[W] P7\"");
        }

        return new Tiling(text, [.. parts.Select(part => Factor(text, place, part, part))], null, TileOrder) { Place = place };
    }

    private static Tiling Nest(string text, string place)
    {
        var tile = Ones();
        var counts = Ones();
        var order = new List<TileDimension>();
        string[] levels = text.Split(" - ");
        for (int level = 0; level < levels.Length; level++)
        {
            string[] words = levels[level].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words.Length == 0 || words[0][0] != 'L' || !words[0].EndsWith(']'))
            {
                throw Wrong(text, place, $"level \"{levels[level]}\"", "a memory such as L3[WIO] and its factors, levels apart by \" - \"");
            }

            foreach (string word in words.Skip(1))
            {
                var dimension = Dimension(text, place, word);
                long factor = Factor(text, place, word, word[1..].TrimEnd('X'));
                var into = level == 0 ? counts : tile;
                into[(int)dimension] = Multiply(text, place, into[(int)dimension], factor);
                if (level == 0 && !order.Contains(dimension))
                {
                    order.Add(dimension);
                }
            }
        }

        return levels.Length > 1
            ? new Tiling(text, tile, counts, [.. order, .. TileOrder.Except(order)]) { Place = place }
            : throw Wrong(text, place, "one level", "the loops over tiles and at least one level inside them");
    }

    private static TileDimension Dimension(string text, string place, string word) =>
        Enum.TryParse(word[..1], out TileDimension dimension) && Enum.IsDefined(dimension) && char.IsAsciiLetterUpper(word[0])
            ? dimension
            : throw Wrong(text, place, $"\"{word}\"", "a dimension R, S, P, Q, C, K or N and its factor");

    private static long Factor(string text, string place, string shown, string digits) =>
        long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out long factor) && factor is >= 1 and <= LargestFactor
            ? factor
            : throw Wrong(text, place, $"\"{shown}\"", FormattableString.Invariant($"a whole number 1…{LargestFactor}"));

    private static long Multiply(string text, string place, long a, long b) =>
        a * b <= LargestFactor ? a * b : throw Wrong(text, place, FormattableString.Invariant($"a factor of {a * b}"), FormattableString.Invariant($"at most {LargestFactor}"));
}
