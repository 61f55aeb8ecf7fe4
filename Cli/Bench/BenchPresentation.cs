using System.Globalization;
using System.Text.Json;
using NpuSim.Cli.Reports;
using NpuSim.Cli.Running;

namespace NpuSim.Cli.Bench;

/// <summary>Prints and writes what was measured.</summary>
internal static class BenchPresentation
{
    private const string Schema = "npusim.bench/1";
    private static readonly JsonWriterOptions Layout = new() { Indented = true, NewLine = "\n" };

    private static readonly TableColumnSpec[] CeilingColumns =
    [
        new("level"), new("integer GMAC/s", Numbers: true), new("fp32 GMAC/s", Numbers: true), new("binary GMAC/s", Numbers: true),
        new("L2 read GB/s", Numbers: true),
    ];

    private static readonly TableColumnSpec[] ResultColumns =
    [
        new("kernel"), new("format"), new("shape"), new("level"), new("rate", Numbers: true), new("unit"), new("ceiling", Numbers: true),
        new("bound"), new("share", Numbers: true),
    ];

    public static void Print(Session session, BenchReport report)
    {
        if (report.Results.Count > 0)
        {
            PrintKernels(session, report);
        }

        if (report.EventLoop is { } loop)
        {
            session.Output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"Event loop: {loop.EventsPerSecond / 1e6:F1} million events a second, {loop.AllocatedBytesPerEvent:0.###} bytes allocated per event"));
            session.Output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"({loop.Model} on {loop.Machine}, {loop.Events} events, one thread)"));
        }

        if (report.Sweep is { } sweep)
        {
            PrintSweep(session, sweep);
        }
    }

    private static void PrintSweep(Session session, SweepBenchResult sweep)
    {
        session.Output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"Sweep: {sweep.PointsPerSecond:F0} points a second, {sweep.PointsPerColdRun:F0} in the time of one run --mode timing ({sweep.ColdRunSeconds:F2} s)"));
        session.Output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Estimate: {sweep.EstimatesPerSecond:F0} points a second"));
        session.Output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"({sweep.Sweep}, {sweep.Simulated} points simulated and {sweep.Estimated} estimated, {sweep.Threads} threads)"));
    }

    private static void PrintKernels(Session session, BenchReport report)
    {
        session.Output.WriteLine("Register-only loops, and reads of 384 KiB");
        Tables.Print(session, CeilingColumns, [.. report.Ceilings.Select(row => (string[])
            [SimdLevelNames.Of(row.Level), Figures.Three(row.IntegerGmacs), Figures.Three(row.FloatGmacs),
                Figures.Three(row.BinaryGmacs), Figures.Three(row.L2ReadGigabytes)])]);
        session.Output.WriteLine();
        session.Output.WriteLine("Kernels, one thread");
        Tables.Print(session, ResultColumns, [.. report.Results.Select(row => (string[])
            [row.Case.Kernel, row.Case.Format, row.Case.Shape, SimdLevelNames.Of(row.Level), Figures.Three(row.Rate), row.Case.Unit,
                Figures.Three(row.Ceiling), row.Bound, Figures.Percent(row.Share)])]);
        session.Output.WriteLine();
    }

    public static void Write(Stream stream, BenchReport report)
    {
        using (var json = new Utf8JsonWriter(stream, Layout))
        {
            json.WriteStartObject();
            json.WriteString("schema", Schema);
            json.WriteStartArray("ceilings");
            foreach (var row in report.Ceilings) WriteCeilings(json, row);
            json.WriteEndArray();
            json.WriteStartArray("kernels");
            foreach (var row in report.Results) WriteResult(json, row);
            json.WriteEndArray();
            if (report.EventLoop is { } loop) WriteEventLoop(json, loop);
            if (report.Sweep is { } sweep) WriteSweep(json, sweep);
            json.WriteEndObject();
        }

        stream.Write("\n"u8);
    }

    private static void WriteEventLoop(Utf8JsonWriter json, EventLoopResult loop)
    {
        json.WriteStartObject("eventLoop");
        json.WriteString("model", loop.Model);
        json.WriteString("machine", loop.Machine);
        json.WriteNumber("events", loop.Events);
        json.WriteNumber("eventsPerSecond", Math.Round(loop.EventsPerSecond));
        json.WriteNumber("allocatedBytesPerEvent", Math.Round(loop.AllocatedBytesPerEvent, 4));
        json.WriteEndObject();
    }

    private static void WriteSweep(Utf8JsonWriter json, SweepBenchResult sweep)
    {
        json.WriteStartObject("sweep");
        json.WriteString("sweep", sweep.Sweep);
        json.WriteNumber("threads", sweep.Threads);
        json.WriteNumber("simulatedPoints", sweep.Simulated);
        json.WriteNumber("pointsPerSecond", Math.Round(sweep.PointsPerSecond, 2));
        json.WriteNumber("coldRunSeconds", Math.Round(sweep.ColdRunSeconds, 4));
        json.WriteNumber("pointsPerColdRun", Math.Round(sweep.PointsPerColdRun, 2));
        json.WriteNumber("estimatedPoints", sweep.Estimated);
        json.WriteNumber("estimatesPerSecond", Math.Round(sweep.EstimatesPerSecond, 1));
        json.WriteEndObject();
    }

    private static void WriteCeilings(Utf8JsonWriter json, BenchCeilings row)
    {
        json.WriteStartObject();
        json.WriteString("level", SimdLevelNames.Of(row.Level));
        json.WriteNumber("integerGmacs", Math.Round(row.IntegerGmacs, 3));
        json.WriteNumber("fp32Gmacs", Math.Round(row.FloatGmacs, 3));
        json.WriteNumber("binaryGmacs", Math.Round(row.BinaryGmacs, 3));
        json.WriteNumber("l2ReadGBs", Math.Round(row.L2ReadGigabytes, 3));
        json.WriteEndObject();
    }

    private static void WriteResult(Utf8JsonWriter json, BenchResult row)
    {
        json.WriteStartObject();
        json.WriteString("kernel", row.Case.Kernel);
        json.WriteString("format", row.Case.Format);
        json.WriteString("shape", row.Case.Shape);
        json.WriteString("level", SimdLevelNames.Of(row.Level));
        json.WriteNumber("rate", Math.Round(row.Rate, 4));
        json.WriteString("unit", row.Case.Unit);
        json.WriteNumber("ceiling", Math.Round(row.Ceiling, 4));
        json.WriteString("bound", row.Bound);
        json.WriteNumber("share", Math.Round(row.Share, 4));
        json.WriteEndObject();
    }
}
