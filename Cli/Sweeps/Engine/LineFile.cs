namespace NpuSim.Cli.Sweeps.Engine;

/// <summary>Reads the whole lines of a file; what follows the last line feed is left out.</summary>
internal static class LineFile
{
    private const int BlockBytes = 1 << 16;

    /// <summary>Each line without its line feed, and where it begins.</summary>
    public static IEnumerable<(long Offset, byte[] Line)> Read(Stream stream)
    {
        byte[] block = new byte[BlockBytes];
        var line = new List<byte>();
        long start = 0;
        int read;
        while ((read = stream.Read(block)) > 0)
        {
            int at = 0;
            int feed;
            while ((feed = Array.IndexOf(block, (byte)'\n', at, read - at)) >= 0)
            {
                line.AddRange(block.AsSpan(at, feed - at));
                yield return (start, line.ToArray());
                start += line.Count + 1;
                line.Clear();
                at = feed + 1;
            }

            line.AddRange(block.AsSpan(at, read - at));
        }
    }
}
