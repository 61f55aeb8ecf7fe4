using System.Globalization;

namespace NpuSim.Cli.Sweeps.Engine;

/// <summary>One part of a sweep that is spread over several computers: every N-th of its points.</summary>
/// <param name="Index">From 1 to <paramref name="Count"/>.</param>
/// <param name="Count">Number of shards.</param>
internal sealed record Shard(int Index, int Count)
{
    private const int Maximum = 100_000;

    /// <summary>Reads <c>i/N</c>.</summary>
    /// <exception cref="UsageException">It is not that.</exception>
    public static Shard Parse(string text)
    {
        string[] parts = text.Split('/');
        return parts.Length == 2 && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out int index)
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int count) && index >= 1 && index <= count && count <= Maximum
            ? new Shard(index, count)
            : throw new UsageException($"--shard: found '{text}', expected i/N such as 1/4, i from 1 to N");
    }

    /// <summary>Whether the n-th point of the sweep, from 0, belongs to this shard.</summary>
    public bool Has(long n) => n % Count == Index - 1;

    /// <summary>How many of so many points it has.</summary>
    public long Points(long all) => (all / Count) + (all % Count >= Index ? 1 : 0);

    /// <summary>The folder of the shard within that of the sweep.</summary>
    public string Folder => string.Create(CultureInfo.InvariantCulture, $"shard-{Index}-of-{Count}");

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Index}/{Count}");
}
