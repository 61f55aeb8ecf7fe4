using System.Text.Json;

namespace NpuSim.Cli;

/// <summary>Real numbers in JSON, which has no infinity: what is undefined is null.</summary>
internal static class JsonReal
{
    /// <summary>Writes a member; null where the number is absent, infinite or no number.</summary>
    public static void WriteReal(this Utf8JsonWriter json, string name, double? value)
    {
        if (value is { } number && double.IsFinite(number))
        {
            json.WriteNumber(name, number);
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
