using NpuSim.Simulator.Reports;

namespace NpuSim.Cli.Traces;

/// <summary>Bytes that shared memories give and take in windows of equal length: each transfer's bytes are spread evenly over the cycles
/// in which its data move.</summary>
internal sealed class MemoryWindows
{
    private const int MostWindows = 2048;

    private readonly double[] _read;
    private readonly double[] _written;

    /// <param name="cycles">Cycles of the run.</param>
    public MemoryWindows(long cycles)
    {
        Cycles = Math.Max(1, (cycles + MostWindows - 1) / MostWindows);
        int count = (int)((cycles + Cycles - 1) / Cycles);
        (_read, _written) = (new double[count], new double[count]);
    }

    /// <summary>Cycles of a window; the last one may be shorter.</summary>
    public long Cycles { get; }

    /// <summary>Bytes read in each window.</summary>
    public IReadOnlyList<double> Read => _read;

    /// <summary>Bytes written in each window.</summary>
    public IReadOnlyList<double> Written => _written;

    /// <summary>Whether nothing was moved at all.</summary>
    public bool IsEmpty { get; private set; } = true;

    public void Add(TracedInstruction instruction, long read, long written)
    {
        if (read + written > 0)
        {
            IsEmpty = false;
            Spread(_read, instruction.DataStart, instruction.Span.End, read);
            Spread(_written, instruction.DataStart, instruction.Span.End, written);
        }
    }

    private void Spread(double[] windows, long start, long end, long bytes)
    {
        double perCycle = (double)bytes / (end - start);
        for (long window = start / Cycles; bytes > 0 && window < windows.Length && window * Cycles < end; window++)
        {
            windows[window] += perCycle * (Math.Min(end, (window + 1) * Cycles) - Math.Max(start, window * Cycles));
        }
    }
}
