namespace NpuSim.Isa.Program;

/// <summary>What a layer of the array computes as a whole, before it is cut into tiles: so many products [M × K] · [K × N] beside each other.</summary>
/// <param name="Count">Products: groups of a convolution, channels of a depthwise one, batches of a product of matrices.</param>
/// <param name="Rows">M: output pixels of all images, or rows.</param>
/// <param name="Columns">N: output channels of a group, or columns.</param>
/// <param name="Depth">K: input channels of a group times kernel taps, or the common extent.</param>
public sealed record ProductExtents(int Count, int Rows, int Columns, int Depth)
{
    private const int Members = 4;

    /// <summary>Count, rows, columns, depth; the form in files.</summary>
    public IReadOnlyList<int> ToList() => [Count, Rows, Columns, Depth];

    /// <summary>The reverse of <see cref="ToList"/>; null for an empty list.</summary>
    /// <exception cref="ArgumentException">Another number of extents, or one below 1.</exception>
    public static ProductExtents? FromList(IReadOnlyList<int> extents) => extents switch
    {
        [] => null,
        [var count, var rows, var columns, var depth] when extents.All(extent => extent >= 1) => new ProductExtents(count, rows, columns, depth),
        _ => throw new ArgumentException(FormattableString.Invariant($"found a product of {string.Join(" × ", extents)}, expected {Members} extents from 1")),
    };
}
