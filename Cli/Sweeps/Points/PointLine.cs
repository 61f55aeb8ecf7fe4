using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using NpuSim.Cli.Sweeps.Spec;

namespace NpuSim.Cli.Sweeps.Points;

/// <summary>A point as one line of JSON: the same bytes whenever and wherever it is evaluated.</summary>
internal static class PointLine
{
    private static readonly JsonWriterOptions Layout = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The line with its line feed.</summary>
    public static byte[] Write(SweepPlan plan, PointResult result)
    {
        var buffer = new ArrayBufferWriter<byte>(2048);
        using (var json = new Utf8JsonWriter(buffer, Layout))
        {
            json.WriteStartObject();
            json.WriteNumber("point", result.Point);
            json.WriteString("mode", HalvingRungs.Name(result.Mode));
            json.WriteString("status", Name(result.Status));
            WriteSet(json, result.Set);
            WriteReasons(json, result);
            if (result.Objectives.Count > 0)
            {
                json.WriteStartObject("objectives");
                for (int index = 0; index < result.Objectives.Count; index++)
                {
                    json.WriteReal(plan.Objectives[index].Figure, result.Objectives[index]);
                }

                json.WriteEndObject();
                WriteFigures(json, "metrics", result.Figures);
                WriteModels(json, plan, result);
            }

            json.WriteEndObject();
        }

        buffer.Write("\n"u8);
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>A status as lines name it.</summary>
    public static string Name(PointStatus status) => JsonNamingPolicy.CamelCase.ConvertName(status.ToString());

    private static void WriteSet(Utf8JsonWriter json, IReadOnlyList<string> set)
    {
        json.WriteStartArray("set");
        foreach (string text in set)
        {
            json.WriteStringValue(text);
        }

        json.WriteEndArray();
    }

    private static void WriteReasons(Utf8JsonWriter json, PointResult result)
    {
        if (result.Reasons.Count == 0)
        {
            return;
        }

        json.WriteStartArray("reasons");
        foreach (var reason in result.Reasons)
        {
            json.WriteStartObject();
            json.WriteString("kind", JsonNamingPolicy.CamelCase.ConvertName(reason.Kind.ToString()));
            json.WriteString("text", reason.Text);
            if (reason.Found is not null)
            {
                json.WriteReal("found", reason.Found);
                json.WriteReal("bound", reason.Bound);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteReal("violation", result.Violation);
    }

    private static void WriteModels(Utf8JsonWriter json, SweepPlan plan, PointResult result)
    {
        if (result.ModelFigures.Count == 0)
        {
            return;
        }

        json.WriteStartObject("models");
        for (int model = 0; model < result.ModelFigures.Count; model++)
        {
            WriteFigures(json, plan.Models[model].Name, result.ModelFigures[model]);
        }

        json.WriteEndObject();
    }

    private static void WriteFigures(Utf8JsonWriter json, string name, IReadOnlyList<double?> figures)
    {
        json.WriteStartObject(name);
        for (int metric = 0; metric < figures.Count; metric++)
        {
            if (figures[metric] is not null)
            {
                json.WriteReal(Metrics.All[metric].Path, figures[metric]);
            }
        }

        json.WriteEndObject();
    }
}
