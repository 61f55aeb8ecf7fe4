using Microsoft.Win32.SafeHandles;
using NpuSim.Cli.Sweeps.Points;

namespace NpuSim.Cli.Sweeps.Engine;

/// <summary>An append-only file of finished points, one line each. A process that is killed leaves at most one torn line, which is dropped when the file is
/// opened again. One process at a time may have it open.</summary>
internal sealed class PointLog : IDisposable
{
    private readonly string _path;
    private readonly FileStream _file;
    private readonly Dictionary<(long Point, PointMode Mode), (long Offset, int Length)> _lines = [];
    private readonly Lock _gate = new();

    /// <summary>Opens or makes a log, reads what is in it, and cuts off a torn end.</summary>
    /// <exception cref="UsageException">It is not one, or another process has it open.</exception>
    public PointLog(string path)
    {
        _path = path;
        try
        {
            _file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 1);
        }
        catch (IOException failure) when (File.Exists(path))
        {
            throw new UsageException($"{path}: cannot be opened, is another sweep writing there? ({failure.Message.ReplaceLineEndings(" ")})");
        }

        try
        {
            long end = Recover();
            _file.SetLength(end);
            _file.Seek(end, SeekOrigin.Begin);
        }
        catch
        {
            _file.Dispose();
            throw;
        }
    }

    /// <summary>Number of points.</summary>
    public int Count => _lines.Count;

    /// <summary>Whether a point is there.</summary>
    public bool Contains(long point, PointMode mode)
    {
        lock (_gate)
        {
            return _lines.ContainsKey((point, mode));
        }
    }

    /// <summary>Adds a line, which the operating system has when this returns.</summary>
    public void Append(long point, PointMode mode, byte[] line)
    {
        lock (_gate)
        {
            _lines.Add((point, mode), (_file.Position, line.Length));
            _file.Write(line);
            _file.Flush();
        }
    }

    /// <summary>A point's line with its line feed; null where it is not there.</summary>
    public byte[]? Read(long point, PointMode mode)
    {
        lock (_gate)
        {
            return _lines.TryGetValue((point, mode), out var place) ? Read(_file.SafeFileHandle, place.Offset, place.Length) : null;
        }
    }

    /// <summary>A point's summary; null where it is not there.</summary>
    public PointSummary? Summary(long point, PointMode mode) => Read(point, mode) is { } line ? PointSummary.Parse(line, _path) : null;

    /// <summary>All points, ascending; of one point, its modes from quick to slow.</summary>
    public IReadOnlyList<(long Point, PointMode Mode)> Keys()
    {
        lock (_gate)
        {
            return [.. _lines.Keys.Order()];
        }
    }

    public void Dispose()
    {
        _file.Flush(flushToDisk: true);
        _file.Dispose();
    }

    private static byte[] Read(SafeFileHandle file, long offset, int length)
    {
        byte[] line = new byte[length];
        int read = 0;
        while (read < length)
        {
            int more = RandomAccess.Read(file, line.AsSpan(read), offset + read);
            read = more > 0 ? read + more : throw new IOException("the file of finished points became shorter while it was open");
        }

        return line;
    }

    // Returns where the last whole line ends.
    private long Recover()
    {
        long end = 0;
        int number = 0;
        foreach (var (offset, line) in LineFile.Read(_file))
        {
            var summary = PointSummary.Parse(line, FormattableString.Invariant($"{_path}({++number})"));
            if (!_lines.TryAdd((summary.Point, summary.Mode), (offset, line.Length + 1)))
            {
                throw new UsageException(FormattableString.Invariant($"{_path}({number}): found point {summary.Point} a second time, expected each once"));
            }

            end = offset + line.Length + 1;
        }

        return end;
    }
}
