using System.Text.Encodings.Web;
using System.Text.Json;
using NpuSim.Cli.Sweeps.Spec;

namespace NpuSim.Cli.Sweeps.Answers;

/// <summary>Writes the answers of a sweep as one JSON object, schema <c>npusim.sweep.answers/1</c>.</summary>
internal static class AnswerJson
{
    private const string Schema = "npusim.sweep.answers/1";
    private static readonly JsonWriterOptions Layout = new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void Write(Stream stream, SweepPlan plan, SweepAnswers answers)
    {
        using (var json = new Utf8JsonWriter(stream, Layout))
        {
            json.WriteStartObject();
            json.WriteString("schema", Schema);
            json.WriteString("name", plan.Spec.Name);
            WriteCounts(json, answers);
            json.WriteStartArray("objectives");
            foreach (var objective in plan.Objectives)
            {
                json.WriteStringValue(objective.Text);
            }

            json.WriteEndArray();
            WritePoints(json, "front", plan, answers.Front);
            WriteVolume(json, answers.Volume);
            WritePoint(json, "knee", plan, answers.Knee);
            WritePoints(json, "best", plan, answers.Best);
            WriteConstraints(json, plan, answers);
            WriteSensitivities(json, answers);
            WriteNext(json, answers);
            json.WriteEndObject();
        }

        stream.Write("\n"u8);
    }

    private static void WriteCounts(Utf8JsonWriter json, SweepAnswers answers)
    {
        json.WriteNumber("points", answers.Points);
        json.WriteNumber("gridSize", answers.GridSize);
        json.WriteNumber("feasible", answers.Feasible);
        json.WriteNumber("failed", answers.Failed);
        json.WriteStartArray("refusals");
        foreach (var (kind, points, message) in answers.Refusals)
        {
            json.WriteStartObject();
            json.WriteString("kind", kind);
            json.WriteNumber("points", points);
            json.WriteString("commonest", message);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WritePoints(Utf8JsonWriter json, string name, SweepPlan plan, IReadOnlyList<AnswerPoint?> points)
    {
        json.WriteStartArray(name);
        foreach (var point in points)
        {
            WritePoint(json, null, plan, point);
        }

        json.WriteEndArray();
    }

    private static void WritePoint(Utf8JsonWriter json, string? name, SweepPlan plan, AnswerPoint? point)
    {
        if (name is not null)
        {
            json.WritePropertyName(name);
        }

        if (point is null)
        {
            json.WriteNullValue();
            return;
        }

        json.WriteStartObject();
        json.WriteNumber("point", point.Point);
        json.WriteStartArray("set");
        foreach (string text in point.Set)
        {
            json.WriteStringValue(text);
        }

        json.WriteEndArray();
        json.WriteStartObject("objectives");
        for (int objective = 0; objective < point.Objectives.Count; objective++)
        {
            json.WriteNumber(plan.Objectives[objective].Figure, point.Objectives[objective]);
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteVolume(Utf8JsonWriter json, FrontVolume? volume)
    {
        if (volume is null)
        {
            json.WriteNull("hypervolume");
            return;
        }

        json.WriteStartObject("hypervolume");
        json.WriteNumber("share", volume.Share);
        WriteNumbers(json, "best", volume.Best);
        WriteNumbers(json, "worst", volume.Worst);
        json.WriteEndObject();
    }

    private static void WriteNumbers(Utf8JsonWriter json, string name, IReadOnlyList<double> numbers)
    {
        json.WriteStartArray(name);
        foreach (double number in numbers)
        {
            json.WriteNumberValue(number);
        }

        json.WriteEndArray();
    }

    private static void WriteConstraints(Utf8JsonWriter json, SweepPlan plan, SweepAnswers answers)
    {
        json.WriteStartArray("constraints");
        foreach (var constraint in answers.Constraints)
        {
            json.WriteStartObject();
            json.WriteString("constraint", constraint.Text);
            json.WriteNumber("broken", constraint.Broken);
            json.WriteNumber("brokenAlone", constraint.BrokenAlone);
            json.WriteNumber("notRun", constraint.NotRun);
            WritePoints(json, "bestWithoutIt", plan, constraint.WithoutIt);
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
            json.WriteString("method", sensitivity.Method);
            json.WriteBoolean("logarithmic", sensitivity.Logarithmic);
            json.WriteNumber("explained", sensitivity.Explained);
            json.WriteStartArray("effects");
            foreach (var effect in sensitivity.Effects)
            {
                json.WriteStartObject();
                json.WriteString("parameter", effect.Parameter);
                if (effect.With is not null)
                {
                    json.WriteString("with", effect.With);
                }

                json.WriteNumber("share", effect.Share);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            WriteLevels(json, sensitivity);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteLevels(Utf8JsonWriter json, ObjectiveSensitivity sensitivity)
    {
        json.WriteStartObject("means");
        foreach (var (parameter, levels) in sensitivity.Levels)
        {
            json.WriteStartArray(parameter);
            foreach (var level in levels)
            {
                json.WriteStartObject();
                json.WriteString("value", level.Value);
                json.WriteNumber("points", level.Points);
                if (level.Mean is { } mean)
                {
                    json.WriteNumber("mean", mean);
                }

                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private static void WriteNext(Utf8JsonWriter json, SweepAnswers answers)
    {
        json.WriteStartArray("next");
        foreach (var step in answers.Next)
        {
            json.WriteStartObject();
            json.WriteString("kind", step.Kind);
            json.WriteString("subject", step.Subject);
            json.WriteString("text", step.Text);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
