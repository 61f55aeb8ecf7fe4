using NpuSim.Cli.Reports;
using NpuSim.Simulator.Reports;

namespace NpuSim.Cli.Traces;

/// <summary>The layers of a run: one track on which each has its share of the run, inside the model's span; and tracks on which each
/// stands from its first
/// instruction to its last one, as many as overlap.</summary>
internal static class LayerTracks
{
    private const int Shares = 1;
    private const int FirstExtent = 2;

    public static void Write(TraceEvents events, int process, SimulationReport report)
    {
        events.Process(process, "layers");
        events.Track(process, process + Shares, "share of the run");
        if (report.Cycles == 0)
        {
            return;
        }

        byte[][] names = [.. report.Layers.Select(layer => TraceText.Quoted(layer.Name))];
        var whole = events.Span(process, process + Shares, TraceText.Quoted(report.Model), 0, report.Cycles);
        whole.Put(",\"macs\":"u8).Put(report.Macs).Put(",\"energyUj\":"u8).PutReal(report.Energy.TotalUj);
        events.EndArguments();
        long start = 0;
        for (int index = 0; index < report.Layers.Count; index++)
        {
            var layer = report.Layers[index];
            if (layer.Cycles > 0)
            {
                Write(events, process, process + Shares, names[index], layer, index, start, start + layer.Cycles);
            }

            start += layer.Cycles;
        }

        WriteExtents(events, process, report.Layers, names);
    }

    // Each layer takes the first track that is free when it starts.
    private static void WriteExtents(TraceEvents events, int process, IReadOnlyList<LayerReport> layers, byte[][] names)
    {
        var ends = new List<long>();
        foreach (int index in Enumerable.Range(0, layers.Count).Where(index => layers[index].EndCycle > layers[index].StartCycle)
            .OrderBy(index => layers[index].StartCycle).ThenBy(index => index))
        {
            var layer = layers[index];
            int lane = ends.FindIndex(end => end <= layer.StartCycle);
            if (lane < 0)
            {
                lane = ends.Count;
                ends.Add(0);
                events.Track(process, process + FirstExtent + lane, FormattableString.Invariant($"first to last instruction {lane + 1}"));
            }

            ends[lane] = layer.EndCycle;
            Write(events, process, process + FirstExtent + lane, names[index], layer, index, layer.StartCycle, layer.EndCycle);
        }
    }

    private static void Write(TraceEvents events, int process, int track, byte[] name, LayerReport layer, int index, long start, long end)
    {
        var text = events.Span(process, track, name, start, end);
        text.Put(",\"layer\":"u8).Put(index).Put(",\"operator\":"u8).Put(TraceText.Quoted(layer.Operator)).Put(",\"engine\":\""u8).Put(Word(layer.Engine));
        text.Put("\",\"bound\":\""u8).Put(Word(layer.Bound)).Put("\",\"computeCycles\":"u8).Put(layer.ComputeCycles).Put(",\"stallCycles\":"u8).Put(layer.StallCycles);
        text.Put(",\"macs\":"u8).Put(layer.Macs).Put(",\"usePercent\":"u8).PutReal(layer.Utilization * 100).Put(",\"dramReadBytes\":"u8).Put(layer.DramReadBytes);
        text.Put(",\"dramWriteBytes\":"u8).Put(layer.DramWriteBytes).Put(",\"energyUj\":"u8).PutReal(layer.EnergyUj);
        events.EndArguments();
    }

    private static byte[] Word(string word) => System.Text.Encoding.ASCII.GetBytes(word);
}
