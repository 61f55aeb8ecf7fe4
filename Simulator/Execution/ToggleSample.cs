using NpuSim.Isa.Instructions;
using NpuSim.Kernels;

namespace NpuSim.Simulator.Execution;

/// <summary>Bits that change between pixels as they pass, or between words of a stream: a sample of each tile, the same whoever takes
/// it.</summary>
/// <remarks>Changes are taken from pixel 2·i·s to the next one, in one row of pixels of every t, with s and t such that some 2 KiB of a
/// tile are compared. Which changes
/// are taken depends on the tile alone, and a band of rows that begins at an even pixel of its column has all of its own.</remarks>
internal static class ToggleSample
{
    /// <summary>Bytes that pass at once where nothing else is known: what is taken of a tile of a single pixel.</summary>
    public const int WordBytes = 64;

    private const long Budget = 2048;
    // A short comparison takes as long as one of so many bytes.
    private const long LeastBytes = 64;

    /// <summary>Changes from pixel to pixel of a tile.</summary>
    /// <param name="image">Memories.</param>
    /// <param name="core">Whose buffers.</param>
    /// <param name="tile">The tile: runs are pixels, the first dimension is the columns of a row, the second one rows.</param>
    /// <param name="rows">The rows that are looked at, where there are several columns; else the pixels. The default is all.</param>
    public static ToggleCount Pixels(MemoryImage image, int core, in Footprint tile, RowBand rows)
    {
        if (tile.First.Count == 1 && tile.Second.Count > 1)
        {
            return Pixels(image, core, tile with { First = tile.Second, Second = FootprintDimension.None }, rows);
        }

        if (tile.First.Count == 1)
        {
            return Words(image.Read(core, tile.Space, tile.Origin, tile.RunBytes), WordBytes);
        }

        long pairs = tile.First.Count / 2, share = Step(pairs * tile.Second.Count, tile.RunBytes);
        long rowStep = Math.Min(share, tile.Second.Count), step = 2 * Ceiling(share, rowStep);
        bool isColumn = tile.Second.Count == 1 && rows != default;
        long firstRow = isColumn || rows == default ? 0 : Ceiling(rows.First, rowStep) * rowStep;
        long endRow = isColumn || rows == default ? tile.Second.Count : rows.End;
        long firstPixel = isColumn ? Ceiling(rows.First, step) * step : 0, endPixel = isColumn ? rows.End : tile.First.Count;
        int bytes = (int)Math.Min(Budget, tile.RunBytes);
        var count = default(ToggleCount);
        for (long row = firstRow; row < endRow && endPixel - firstPixel > 1; row += rowStep)
        {
            long pixels = endPixel - firstPixel, origin = tile.Origin + (row * tile.Second.Stride) + (firstPixel * tile.First.Stride);
            var line = image.Read(core, tile.Space, origin, ((pixels - 1) * tile.First.Stride) + bytes);
            count += ToggleKernel.Rows(line, pixels, bytes, tile.First.Stride, (int)Math.Min(step, int.MaxValue));
        }

        return count;
    }

    /// <summary>Changes from word to word of what a transfer has written.</summary>
    /// <param name="image">Memories.</param>
    /// <param name="core">Whose buffers.</param>
    /// <param name="written">What it has written.</param>
    /// <param name="wordBytes">Bytes that the engine moves at once.</param>
    public static ToggleCount Stream(MemoryImage image, int core, in Footprint written, int wordBytes)
    {
        var stream = Merged(written);
        if (stream.RunBytes >= 2L * wordBytes)
        {
            return Words(image.Read(core, stream.Space, stream.Origin, Math.Min(stream.RunBytes, int.MaxValue)), wordBytes);
        }

        // Short runs: each is a word.
        return stream.First.Stride < 0
            ? default
            : Pixels(image, core, stream with { Second = FootprintDimension.None, Third = FootprintDimension.None }, default);
    }

    /// <summary>Changes from word to word of a span.</summary>
    public static ToggleCount Words(ReadOnlySpan<byte> bytes, int wordBytes)
    {
        // A span of a single word changes against nothing; its halves do against each other.
        int word = Math.Max(1, Math.Min(wordBytes, bytes.Length / 2));
        return ToggleKernel.Words(bytes, word, (int)(2 * Step(bytes.Length / word / 2, word)));
    }

    // Of so many pairs of pixels one in as many is taken.
    private static long Step(long pairs, long bytes) => Math.Max(1, pairs * Math.Clamp(bytes, LeastBytes, Budget) / Budget);

    private static Footprint Merged(in Footprint whole)
    {
        var merged = whole;
        while (merged.First.Stride == merged.RunBytes || merged.First.Count == 1)
        {
            long run = merged.RunBytes * merged.First.Count;
            merged = merged with { RunBytes = run, First = merged.Second, Second = merged.Third, Third = FootprintDimension.None };
            if (merged is { First.Count: 1, Second.Count: 1 })
            {
                break;
            }
        }

        return merged;
    }

    private static long Ceiling(long a, long b) => (a + b - 1) / b;
}
