using System.Text.Json;
using NpuSim.Cli.Sweeps.Answers;
using NpuSim.Cli.Sweeps.Points;
using NpuSim.Cli.Sweeps.Spec;

namespace NpuSim.Cli.Pages.SweepPages;

/// <summary>What the charts of a sweep are drawn from: one JSON object, schema <c>npusim.page.sweep/1</c>.</summary>
internal static class SweepData
{
    private const string Schema = "npusim.page.sweep/1";
    private const int MostPoints = 10_000;

    /// <summary>The object, safe inside a script element.</summary>
    public static string Json(EvaluatedPoints points, SweepAnswers answers) => ScriptText.Json(json =>
    {
        var plan = points.Plan;
        json.WriteStartObject();
        json.WriteString("schema", Schema);
        json.WriteStartArray("axes");
        foreach (var axis in plan.Space.Axes)
        {
            json.WriteStartObject();
            json.WriteString("name", axis.Name);
            ScriptText.Texts(json, "values", Enumerable.Range(0, axis.Count).Select(axis.Show));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("objectives");
        foreach (var objective in plan.Objectives)
        {
            json.WriteStartObject();
            json.WriteString("name", objective.Figure);
            json.WriteBoolean("maximise", objective.Maximise);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        WritePoints(json, plan, points, answers);
        WritePairs(json, points);
        WriteSensitivities(json, answers);
        json.WriteEndObject();
    });

    // All of the front; of the others so many that a page can hold them, evenly spread over the combinations.
    private static void WritePoints(Utf8JsonWriter json, SweepPlan plan, EvaluatedPoints points, SweepAnswers answers)
    {
        var front = answers.Front.Select(point => point.Point).ToHashSet();
        var run = points.All.Where(point => point.Objectives.Length > 0).ToList();
        int step = Math.Max(1, (run.Count + MostPoints - 1) / MostPoints);
        json.WriteNumber("everyNth", step);
        json.WriteStartArray("points");
        for (int index = 0; index < run.Count; index++)
        {
            bool onFront = front.Contains(run[index].Point);
            if (!onFront && index % step != 0)
            {
                continue;
            }

            json.WriteStartObject();
            json.WriteNumber("point", run[index].Point);
            ScriptText.Numbers(json, "levels", plan.Space.Levels(run[index].Point).Select(level => (double)level));
            ScriptText.Numbers(json, "values", run[index].Objectives);
            json.WriteNumber("kind", onFront ? 2 : run[index].Status == PointStatus.Ok ? 1 : 0);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WritePairs(Utf8JsonWriter json, EvaluatedPoints points)
    {
        json.WriteStartArray("pairs");
        foreach (var pair in PairBest.Of(points))
        {
            json.WriteStartObject();
            json.WriteNumber("first", pair.First);
            json.WriteNumber("second", pair.Second);
            json.WriteNumber("objective", pair.Objective);
            ScriptText.Numbers(json, "best", pair.Best.Select(best => best ?? double.NaN));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteSensitivities(Utf8JsonWriter json, SweepAnswers answers)
    {
        json.WriteStartArray("sensitivity");
        foreach (var sensitivity in answers.Sensitivities)
        {
            json.WriteStartObject();
            json.WriteString("objective", sensitivity.Objective);
            ScriptText.Texts(json, "names", sensitivity.Effects.Select(effect => effect.With is null ? effect.Parameter : $"{effect.Parameter} × {effect.With}"));
            ScriptText.Numbers(json, "shares", sensitivity.Effects.Select(effect => effect.Share));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
