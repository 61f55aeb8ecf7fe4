using System.Globalization;
using NpuSim.Cli.Plots;
using NpuSim.Cli.Reports;
using NpuSim.Cli.Traces;
using NpuSim.Isa.Instructions;
using NpuSim.Simulator.Reports;

namespace NpuSim.Cli.Drawings;

/// <summary>Pictures over the time of a run: engines at work, memories.</summary>
internal sealed class TimeDrawings
{
    private const int MostCores = 8;

    private readonly RunTrace _trace;
    private readonly SimulationReport _report;
    private readonly double _microseconds;

    public TimeDrawings(RunTrace trace, SimulationReport report)
    {
        (_trace, _report) = (trace, report);
        _microseconds = report.Cycles / (double)trace.Machine.ClockMHz;
    }

    /// <summary>Engines at work.</summary>
    public string Timeline()
    {
        var cycles = new SortedDictionary<(int Core, Engine Engine, int Index), double[]>(_report.Engines.ToDictionary(
            engine => (engine.Core, engine.Engine, engine.Index), _ => new double[TimelinePlot.Columns]));
        double column = Math.Max(1, _report.Cycles) / (double)TimelinePlot.Columns;
        foreach (var span in _trace.Spans().Where(IsWork))
        {
            Spread(cycles[(span.Core, span.Engine, span.Index)], span.Start / column, span.End / column);
        }

        var rows = cycles.Where(row => row.Key.Core < MostCores && row.Value.Any(share => share > 0))
            .Select(row => new TimelineRow(Name(row.Key.Core, row.Key.Engine, row.Key.Index), Colour(row.Key.Engine), row.Value)).ToList();
        string note = $"height: share of a column's {Figures.Three(column)} cycles in which the engine works";
        note += _trace.Machine.Cores > MostCores ? FormattableString.Invariant($"; the first {MostCores} of {_trace.Machine.Cores} cores") : "";
        return new TimelinePlot($"Engines over time: {_report.Model} on {_report.Machine}", note, _microseconds, Stretches(), rows).ToSvg();
    }

    /// <summary>Bandwidth of the external memories, and how full each memory is.</summary>
    public string Memory()
    {
        var panels = new List<TimePanel> { Bandwidth() };
        foreach (var space in MemoryOccupancy.Of(_trace.Program, _trace.Machine.Core.Dma.Engines).GroupBy(row => row.Space))
        {
            var points = new List<(double, double)>();
            long start = 0;
            foreach (var row in space)
            {
                points.Add((Microseconds(start), row.Bytes));
                start += row.Layer < _report.Layers.Count ? _report.Layers[row.Layer].Cycles : 0;
            }

            panels.Add(new TimePanel(Words(space.Key), [new TimeSeries("in use", ChartColours.Green, points)], Capacity(space.Key), Bytes, IsBinary: true));
        }

        return new TimePanels(
            $"Memories over time: {_report.Model} on {_report.Machine}",
            "dashed: what there is (a transfer's bytes are spread evenly, so sums may pass it); shared memories: tensors alive; private ones: what a layer touches",
            _microseconds, [("read", ChartColours.Blue), ("written", ChartColours.Red), ("in use", ChartColours.Green)], panels).ToSvg();
    }

    private TimePanel Bandwidth()
    {
        var windows = new MemoryWindows(_report.Cycles);
        foreach (var instruction in _trace.Instructions())
        {
            bool reads = instruction.Read.Space != MemorySpace.Global, writes = instruction.Written.Space != MemorySpace.Global;
            windows.Add(instruction, reads ? instruction.Read.Bytes : 0, writes ? instruction.Written.Bytes : 0);
        }

        return new TimePanel(
            "external memory",
            [new TimeSeries("read", ChartColours.Blue, Points(windows.Read)), new TimeSeries("written", ChartColours.Red, Points(windows.Written))],
            Pages.Roofline.Of(_trace.Machine).BytesPerCycle * _trace.Machine.ClockMHz * 1e6, value => LinearAxis.Quantity(value, "B/s"));

        (double, double)[] Points(IReadOnlyList<double> bytes) => [.. bytes.Select((some, window) =>
        {
            long start = window * windows.Cycles, length = Math.Min(windows.Cycles, _report.Cycles - start);
            return (Microseconds(start), some / length * _trace.Machine.ClockMHz * 1e6);
        })];
    }

    // The sequencer's own spans are waits, but for those of the host.
    private bool IsWork(TraceSpan span) => span.Engine != Engine.Sequencer || _trace.Program.Streams[span.Core][span.Instruction] is HostCall;

    private List<TimelineStretch> Stretches()
    {
        var stretches = new List<TimelineStretch>();
        long start = 0;
        foreach (var layer in _report.Layers)
        {
            stretches.Add(new TimelineStretch(layer.Name, Microseconds(start), Microseconds(start + layer.Cycles)));
            start += layer.Cycles;
        }

        return stretches;
    }

    private double Microseconds(long cycle) => cycle / (double)_trace.Machine.ClockMHz;

    private static void Spread(double[] columns, double from, double to)
    {
        for (int column = (int)from; column < columns.Length && column < to; column++)
        {
            columns[column] += Math.Min(to, column + 1) - Math.Max(from, column);
        }
    }

    private string Name(int core, Engine engine, int index)
    {
        string name = engine switch
        {
            Engine.Sequencer => "host",
            Engine.Array => "array",
            Engine.Vector => "vector unit",
            Engine.Dma => string.Create(CultureInfo.InvariantCulture, $"DMA {index}"),
        };
        return _trace.Machine.Cores == 1 ? name : string.Create(CultureInfo.InvariantCulture, $"core {core} {name}");
    }

    private static string Words(MemorySpace space) => space switch
    {
        MemorySpace.Dram => "DRAM",
        MemorySpace.Flash => "flash",
        MemorySpace.Global => "global buffer",
        MemorySpace.Activation => "activation buffer",
        MemorySpace.Weight => "weight buffer",
        MemorySpace.Accumulator => "accumulator",
    };

    private static string Colour(Engine engine) => engine switch
    {
        Engine.Sequencer => ChartColours.Purple,
        Engine.Array => ChartColours.Blue,
        Engine.Vector => ChartColours.Green,
        Engine.Dma => ChartColours.Red,
    };

    private double? Capacity(MemorySpace space) => space switch
    {
        MemorySpace.Activation => _trace.Machine.Core.Activation.SizeBytes,
        MemorySpace.Weight => _trace.Machine.Core.Weight.SizeBytes,
        MemorySpace.Accumulator => _trace.Machine.Core.Accumulator.SizeBytes,
        MemorySpace.Global => _trace.Machine.GlobalBuffer?.SizeBytes,
        MemorySpace.Dram or MemorySpace.Flash => null,
    };

    private static string Bytes(double bytes) => Figures.Bytes((long)bytes);
}
