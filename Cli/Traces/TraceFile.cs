using NpuSim.Simulator.Reports;

namespace NpuSim.Cli.Traces;

/// <summary>Writes a recorded run as Chrome trace events (JSON), which ui.perfetto.dev and chrome://tracing open. docs/Traces.md describes
/// the tracks.</summary>
internal static class TraceFile
{
    private const int LayersProcess = 1;
    private const int MemoryProcess = 500;
    private const int DramProcesses = 600;
    private const int CoreProcesses = 1000;

    /// <summary>Writes all events as they come; memory does not grow with their number.</summary>
    /// <param name="stream">Where to.</param>
    /// <param name="trace">A recorded run.</param>
    /// <param name="report">Its report.</param>
    /// <returns>Events written.</returns>
    public static long Write(Stream stream, RunTrace trace, SimulationReport report)
    {
        var text = new TraceText(stream);
        var events = new TraceEvents(text, trace.Machine.ClockMHz);
        text.Put("{\"displayTimeUnit\":\"ns\",\"otherData\":{\"schema\":\"npusim.trace/1\",\"model\":"u8).Put(TraceText.Quoted(report.Model));
        text.Put(",\"machine\":"u8).Put(TraceText.Quoted(report.Machine)).Put(",\"modelHash\":"u8).Put(TraceText.Quoted(report.ModelHash));
        text.Put(",\"machineHash\":"u8).Put(TraceText.Quoted(report.MachineHash)).Put(",\"clockMHz\":"u8).Put(trace.Machine.ClockMHz);
        text.Put(",\"cycles\":"u8).Put(report.Cycles).Put("},\"traceEvents\":["u8);
        LayerTracks.Write(events, LayersProcess, report);
        var memory = new MemoryCounters(events, MemoryProcess, trace, report);
        var cores = new CoreTracks[trace.Machine.Cores];
        for (int core = 0; core < cores.Length; core++)
        {
            cores[core] = new CoreTracks(events, trace, core, CoreProcesses * (core + 1));
        }

        foreach (var state in trace.SequencerStates())
        {
            cores[state.Core].Write(state);
        }

        foreach (var instruction in trace.Instructions())
        {
            cores[instruction.Span.Core].Write(instruction);
            memory.Add(instruction);
        }

        foreach (var core in cores)
        {
            core.End();
        }

        memory.Write();
        DramTracks.Write(events, DramProcesses, trace, report);
        if (report.Power.Curve is { } curve)
        {
            PowerCounter.Write(events, MemoryProcess, curve);
        }

        text.Put("\n]}\n"u8).Flush();
        return events.Count;
    }
}
