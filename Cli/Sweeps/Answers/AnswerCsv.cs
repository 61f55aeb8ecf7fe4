using System.Globalization;
using System.Text;
using System.Text.Json;
using CsvHelper;
using CsvHelper.Configuration;
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
        using var csv = Writer(stream);
        string[] keys = [.. plan.Space.SetKeys];
        var front = answers.Front.Select(point => point.Point).ToHashSet();
        Row(csv, ["point", "mode", "status", "front", .. keys, .. plan.Objectives.Select(objective => objective.Text), .. Metrics.All.Select(metric => metric.Path), "reasons"]);
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
        using var csv = Writer(stream);
        Row(csv, ["objective", "method", "parameter", "with", "share"]);
        foreach (var sensitivity in answers.Sensitivities)
        {
            foreach (var effect in sensitivity.Effects)
            {
                Row(csv, [sensitivity.Objective, sensitivity.Method, effect.Parameter, effect.With ?? "", effect.Share.ToString(CultureInfo.InvariantCulture)]);
            }
        }
    }

    private static CsvWriter Writer(Stream stream) => new(
        new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true), new CsvConfiguration(CultureInfo.InvariantCulture) { NewLine = "\n" });

    private static void Row(CsvWriter csv, IEnumerable<string> cells)
    {
        foreach (string cell in cells)
        {
            csv.WriteField(Guarded(cell));
        }

        csv.NextRecord();
    }

    // The digits of the line itself.
    private static string Number(JsonElement root, string part, string name) =>
        root.TryGetProperty(part, out var values) && values.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetRawText() : "";

    // A spreadsheet takes a cell that begins so for a formula; a number is none.
    private static string Guarded(string text) => text.Length > 0 && text[0] is '=' or '+' or '-' or '@' or '\t' or '\r'
        && !double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _) ? $"'{text}" : text;
}
