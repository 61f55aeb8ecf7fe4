using System.Globalization;

namespace NpuSim.Cli.Debugging;

/// <summary>The product of <c>--shape MxNxK</c> or <c>MxNxCxT</c>: the depth K is C channels times T kernel taps.</summary>
internal sealed record ArrayShape(int Rows, int Columns, int Channels, int Taps)
{
    /// <summary>The shape where none is asked for: small enough to read, and more rows than a 4 × 4 array has.</summary>
    public static readonly ArrayShape Default = new(5, 4, 4, 1);

    private const int Largest = 64;

    /// <summary>K.</summary>
    public int Depth => Channels * Taps;

    /// <exception cref="UsageException">The text is no shape.</exception>
    public static ArrayShape Parse(string text)
    {
        int[] extents = [.. text.Split('x').Select(Extent)];
        return extents.Length is 3 or 4 && extents.All(extent => extent is >= 1 and <= Largest)
            ? new ArrayShape(extents[0], extents[1], extents[2], extents.Length == 4 ? extents[3] : 1)
            : throw new UsageException(FormattableString.Invariant(
                $"--shape: found '{text}', expected MxNxK such as 5x4x4, or MxNxCxT with T kernel taps, each from 1 to {Largest}"));
    }

    public override string ToString() => Taps == 1
        ? string.Create(CultureInfo.InvariantCulture, $"[{Rows} × {Depth}] · [{Depth} × {Columns}]")
        : string.Create(CultureInfo.InvariantCulture, $"[{Rows} × {Taps}·{Channels}] · [{Taps}·{Channels} × {Columns}]");

    private static int Extent(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int extent) ? extent : 0;
}
