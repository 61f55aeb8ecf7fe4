using NpuSim.Isa.Instructions;
using NpuSim.Simulator.Reports;

namespace NpuSim.Cli.Traces;

/// <summary>Counters of the memories: bandwidth of the external ones and of the global buffer, and how full each memory is.</summary>
internal sealed class MemoryCounters(TraceEvents events, int process, RunTrace trace, SimulationReport report)
{
    private readonly MemoryWindows _external = new(report.Cycles);
    private readonly MemoryWindows _global = new(report.Cycles);

    /// <summary>Counts what an instruction moves.</summary>
    public void Add(TracedInstruction instruction)
    {
        var (read, written) = (instruction.Read, instruction.Written);
        bool reads = read.Space == MemorySpace.Global, writes = written.Space == MemorySpace.Global;
        _external.Add(instruction, reads ? 0 : read.Bytes, writes ? 0 : written.Bytes);
        _global.Add(instruction, reads ? read.Bytes : 0, writes ? written.Bytes : 0);
    }

    /// <summary>Writes all.</summary>
    public void Write()
    {
        events.Process(process, "memory");
        Write(_external, TraceText.Quoted("external memory MB/s"));
        Write(_global, TraceText.Quoted("global buffer MB/s"));
        foreach (var space in MemoryOccupancy.Of(trace.Program, trace.Machine.Core.Dma.Engines).GroupBy(row => row.Space))
        {
            WriteOccupancy(TraceText.Quoted($"{MemorySpaces.Name(space.Key)} bytes in use"), [.. space.Select(row => row.Bytes)]);
        }
    }

    private void Write(MemoryWindows windows, byte[] name)
    {
        if (windows.IsEmpty)
        {
            return;
        }

        for (int window = 0; window < windows.Read.Count; window++)
        {
            double read = windows.Read[window], written = windows.Written[window];
            bool isLast = window == windows.Read.Count - 1;
            if (window == 0 || isLast || read != windows.Read[window - 1] || written != windows.Written[window - 1])
            {
                long start = window * windows.Cycles;
                double factor = trace.Machine.ClockMHz / (double)Math.Min(windows.Cycles, report.Cycles - start);
                Write(name, start, read * factor, written * factor);
            }
        }

        Write(name, report.Cycles, 0, 0);
    }

    // Bytes a cycle, times cycles a microsecond, are megabytes a second.
    private void Write(byte[] name, long cycle, double read, double written)
    {
        events.Counter(process, name, cycle).Put("\"read\":"u8).PutReal(read).Put(",\"written\":"u8).PutReal(written);
        events.EndArguments();
    }

    private void WriteOccupancy(byte[] name, long[] bytes)
    {
        long start = 0, shown = -1;
        for (int layer = 0; layer < report.Layers.Count; layer++)
        {
            if (bytes[layer] != shown && report.Layers[layer].Cycles > 0)
            {
                shown = bytes[layer];
                events.Counter(process, name, start).Put("\"bytes\":"u8).Put(shown);
                events.EndArguments();
            }

            start += report.Layers[layer].Cycles;
        }
    }
}
