using System.Globalization;
using System.Text.Json;
using NpuSim.Cli.Running;

namespace NpuSim.Cli.Reports;

/// <summary>Runs at several voltages and clocks, printed and as JSON.</summary>
internal static class OperatingPointRows
{
    private static readonly TableColumnSpec[] Columns =
    [
        new("voltage V", Numbers: true), new("clock MHz", Numbers: true), new("latency", Numbers: true), new("energy", Numbers: true),
        new("low", Numbers: true), new("high", Numbers: true), new("average mW", Numbers: true), new("peak mW", Numbers: true),
        new("inferences/J", Numbers: true), new("note"),
    ];

    /// <summary>Prints a table, one row per point.</summary>
    public static void Print(Session session, IReadOnlyList<OperatingPointResult> points)
    {
        session.Output.WriteLine();
        Tables.Print(session, Columns, [.. points.Select(Cells)]);
    }

    /// <summary>Writes the array <c>operatingPoints</c>.</summary>
    public static void Write(Utf8JsonWriter json, IReadOnlyList<OperatingPointResult> points)
    {
        json.WriteStartArray("operatingPoints");
        foreach (var (point, highest, report) in points)
        {
            json.WriteStartObject();
            json.WriteNumber("voltage", point.Voltage);
            json.WriteNumber("clockMHz", point.ClockMHz);
            json.WriteNumber("highestClockMHz", highest);
            json.WriteNumber("cycles", report.Cycles);
            json.WriteNumber("latencyMs", report.LatencyMs);
            json.WriteNumber("energyUj", report.Energy.TotalUj);
            json.WriteNumber("lowUj", report.Energy.LowUj);
            json.WriteNumber("highUj", report.Energy.HighUj);
            json.WriteNumber("averageMw", report.Power.AverageMw);
            json.WriteNumber("peakMw", report.Power.PeakMw ?? 0);
            json.WriteNumber("inferencesPerJoule", PowerText.PerJoule(report.Energy.TotalUj));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static string[] Cells(OperatingPointResult result)
    {
        var (point, highest, report) = result;
        bool beyond = PowerText.IsBeyond(point.ClockMHz, highest);
        return
        [
            point.Voltage.ToString("0.0##", CultureInfo.InvariantCulture), point.ClockMHz.ToString(CultureInfo.InvariantCulture),
            Figures.Milliseconds(report.LatencyMs), Figures.Microjoules(report.Energy.TotalUj), Figures.Microjoules(report.Energy.LowUj),
            Figures.Microjoules(report.Energy.HighUj), Figures.Three(report.Power.AverageMw), Figures.Three(report.Power.PeakMw ?? 0),
            Figures.Three(PowerText.PerJoule(report.Energy.TotalUj)), beyond ? $"beyond the {Figures.Three(highest)} MHz that this voltage allows" : "",
        ];
    }
}
