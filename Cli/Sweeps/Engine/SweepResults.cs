using NpuSim.Cli.Sweeps.Points;

namespace NpuSim.Cli.Sweeps.Engine;

/// <summary>The final file of a sweep: its points by number, whatever the order in which they finished.</summary>
internal static class SweepResults
{
    /// <summary>Writes what a log holds.</summary>
    public static void Write(string folder, PointLog log) => OutputFile.Write(Path.Combine(folder, SweepFolder.ResultsFile), stream =>
    {
        using var buffered = new BufferedStream(stream, 1 << 16);
        foreach (var (point, mode) in log.Keys())
        {
            buffered.Write(log.Read(point, mode)!);
        }
    });

    /// <summary>Reads the points of a final file, in its order.</summary>
    /// <exception cref="UsageException">It is none, or is cut off.</exception>
    public static IEnumerable<(PointSummary Summary, byte[] Line)> Read(string folder)
    {
        string path = Path.Combine(folder, SweepFolder.ResultsFile);
        using var stream = File.OpenRead(path);
        long end = 0;
        int number = 0;
        foreach (var (offset, line) in LineFile.Read(stream))
        {
            end = offset + line.Length + 1;
            yield return (PointSummary.Parse(line, FormattableString.Invariant($"{path}({++number})")), line);
        }

        if (end != stream.Length)
        {
            throw new UsageException(FormattableString.Invariant($"{path}({number + 1}): found a line without an end, expected a whole file"));
        }
    }
}
