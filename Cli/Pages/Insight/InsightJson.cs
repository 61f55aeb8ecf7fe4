using System.Text.Json;

namespace NpuSim.Cli.Pages.Insight;

/// <summary>The insight of a run in its JSON, so that a page of it can be written later: one member.</summary>
internal static class InsightJson
{
    /// <summary>The member's name.</summary>
    public const string Key = "insight";

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web);

    public static void Write(Utf8JsonWriter json, RunInsight insight)
    {
        json.WritePropertyName(Key);
        json.WriteRawValue(JsonSerializer.Serialize(insight, Options));
    }
}
