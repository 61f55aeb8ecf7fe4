using System.Globalization;
using System.Text.Json;
using NpuSim.Cli.Reports;
using NpuSim.Cli.Sweeps.Engine;
using NpuSim.Cli.Sweeps.Points;
using NpuSim.Cli.Sweeps.Spec;

namespace NpuSim.Cli.Sweeps.Answers;

/// <summary>Tables of a sweep as CSV.</summary>
internal static class AnswerCsv
{
    /// <summary>One row for each point: number, mode, status, whether it is on the front, what it sets, objectives, figures, and why it is not ok.</summary>
    public static void WritePoints(Stream stream, string folder, SweepPlan plan, SweepAnswers answers)
    {
        string[] keys = [.. plan.Space.SetKeys];
        var front = answers.Front.Select(point => point.Point).ToHashSet();
        using var csv = new CsvSheet(stream, ["point", "mode", "status", "front", .. keys, .. plan.Objectives.Select(objective => objective.Text), .. Metrics.All.Select(metric => metric.Path), "reasons"]);
        foreach (var (summary, line) in SweepResults.Read(folder))
        {
            using var document = JsonDocument.Parse(line);
            var root = document.RootElement;
            var set = root.GetProperty("set").EnumerateArray().Select(text => text.GetString()!.Split('=', 2)).ToDictionary(pair => pair[0].Trim(), pair => pair[1]);
            bool isFront = summary.Mode == plan.Spec.Mode && front.Contains(summary.Point);
            Row(csv,
            [
                summary.Point.ToString(CultureInfo.InvariantCulture), HalvingRungs.Name(summary.Mode), PointLine.Name(summary.Status), isFront ? "1" : "0",
                .. keys.Select(key => set.GetValueOrDefault(key, "")),
                .. plan.Objectives.Select(objective => Number(root, "objectives", objective.Figure)),
                .. Metrics.All.Select(metric => Number(root, "metrics", metric.Path)),
                string.Join("; ", summary.Reasons.Select(reason => reason.Text)),
            ]);
        }
    }

    /// <summary>One row for each effect on each objective.</summary>
    public static void WriteSensitivity(Stream stream, SweepAnswers answers)
    {
        using var csv = new CsvSheet(stream, "objective", "method", "parameter", "with", "share");
        foreach (var sensitivity in answers.Sensitivities)
        {
            foreach (var effect in sensitivity.Effects)
            {
                Row(csv, [sensitivity.Objective, sensitivity.Method, effect.Parameter, effect.With ?? "", effect.Share.ToString(CultureInfo.InvariantCulture)]);
            }
        }
    }

    private static void Row(CsvSheet csv, IEnumerable<string> cells)
    {
        foreach (string cell in cells)
        {
            csv.Put(cell);
        }

        csv.EndRow();
    }

    // The digits of the line itself.
    private static string Number(JsonElement root, string part, string name) =>
        root.TryGetProperty(part, out var values) && values.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetRawText() : "";
}
