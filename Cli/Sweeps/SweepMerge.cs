using NpuSim.Cli.Sweeps.Engine;
using NpuSim.Cli.Sweeps.Search;
using NpuSim.Cli.Sweeps.Spec;

namespace NpuSim.Cli.Sweeps;

/// <summary>Joins the shards of a sweep into what one computer would have written.</summary>
internal static class SweepMerge
{
    /// <summary>Checks that the shards are all of one sweep and complete, and writes their points into a folder.</summary>
    /// <param name="folders">Folders of shards, or folders that hold them.</param>
    /// <param name="output">Where the whole goes.</param>
    /// <returns>The sweep.</returns>
    /// <exception cref="UsageException">A shard is missing, is not finished, comes twice, or is of another sweep.</exception>
    public static SweepPlan Run(IReadOnlyList<string> folders, string output)
    {
        var shards = folders.SelectMany(Shards).ToList();
        var first = SweepFolder.Read(Path.Combine(shards[0].Folder, SweepFolder.PlanFile));
        var plan = SweepPlan.Of(first, Path.Combine(shards[0].Folder, SweepFolder.PlanFile));
        CheckSet(shards, (string?)first["hash"]);
        var points = new SortedDictionary<(long, PointMode), byte[]>();
        foreach (var (folder, shard) in shards)
        {
            Add(points, folder, shard, Expected(plan, shard));
        }

        Directory.CreateDirectory(output);
        first.Remove("shard");
        OutputFile.WriteText(Path.Combine(output, SweepFolder.PlanFile), SweepFolder.Text(first));
        foreach (string file in (string[])[SweepFolder.LogFile, SweepFolder.ResultsFile])
        {
            OutputFile.Write(Path.Combine(output, file), stream => Write(stream, points.Values));
        }

        return plan;
    }

    private static IEnumerable<(string Folder, Shard Shard)> Shards(string folder)
    {
        string plan = Path.Combine(folder, SweepFolder.PlanFile);
        if (File.Exists(plan) && (string?)SweepFolder.Read(plan)["shard"] is { } shard)
        {
            return [(folder, Shard.Parse(shard))];
        }

        var inner = Directory.Exists(folder)
            ? Directory.GetDirectories(folder, "shard-*-of-*").Where(path => File.Exists(Path.Combine(path, SweepFolder.PlanFile))).Order(StringComparer.Ordinal).SelectMany(Shards).ToList() : [];
        return inner.Count > 0 ? inner : throw new UsageException($"{folder}: found no shard, expected what npusim sweep --shard i/N --out wrote");
    }

    private static void CheckSet(List<(string Folder, Shard Shard)> shards, string? hash)
    {
        var (folder, first) = shards[0];
        foreach (var (other, shard) in shards)
        {
            if ((string?)SweepFolder.Read(Path.Combine(other, SweepFolder.PlanFile))["hash"] != hash)
            {
                throw new UsageException($"{other}: is of another sweep than {folder}, expected shards of one");
            }

            if (shard.Count != first.Count)
            {
                throw new UsageException($"{other}: is shard {shard}, {folder} is {first}, expected shards of one number");
            }
        }

        int[] there = [.. shards.Select(pair => pair.Shard.Index)];
        if (there.GroupBy(index => index).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            throw new UsageException(FormattableString.Invariant($"shard {twice.Key}/{first.Count}: found {twice.Count()} times, expected once"));
        }

        int[] missing = [.. Enumerable.Range(1, first.Count).Except(there)];
        if (missing.Length > 0)
        {
            throw new UsageException(FormattableString.Invariant($"shards of {first.Count} are missing: {string.Join(", ", missing.Take(20))}{(missing.Length > 20 ? ", …" : "")}"));
        }
    }

    private static HashSet<long> Expected(SweepPlan plan, Shard shard) =>
        [.. Searches.Of(plan).Rounds((_, _) => throw new InvalidOperationException("a search that needs results has no shards")).Single().Points.Where((_, n) => shard.Has(n))];

    private static void Add(SortedDictionary<(long, PointMode), byte[]> points, string folder, Shard shard, HashSet<long> expected)
    {
        if (!File.Exists(Path.Combine(folder, SweepFolder.ResultsFile)))
        {
            throw new UsageException($"{folder}: shard {shard} is not finished, run it again before it is merged");
        }

        foreach (var (summary, line) in SweepResults.Read(folder))
        {
            if (!expected.Remove(summary.Point))
            {
                throw new UsageException(FormattableString.Invariant($"{folder}: found point {summary.Point}, which is not of shard {shard}, or twice"));
            }

            points.Add((summary.Point, summary.Mode), line);
        }

        if (expected.Count > 0)
        {
            throw new UsageException(FormattableString.Invariant($"{folder}: shard {shard} lacks {expected.Count} points such as {expected.Min()}, run it again before it is merged"));
        }
    }

    private static void Write(Stream stream, IEnumerable<byte[]> lines)
    {
        using var buffered = new BufferedStream(stream, 1 << 16);
        foreach (byte[] line in lines)
        {
            buffered.Write(line);
            buffered.Write("\n"u8);
        }
    }
}
