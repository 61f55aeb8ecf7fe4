using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace NpuSim.Cli.Pages;

/// <summary>JSON that stands in a script element: nothing in it can end the element or begin a comment.</summary>
internal static class ScriptText
{
    // The default encoder writes <, >, &, quotes, and everything beyond ASCII as \u sequences.
    private static readonly JsonWriterOptions Layout = new() { Encoder = JavaScriptEncoder.Default };

    /// <summary>What a writer writes, as text.</summary>
    public static string Json(Action<Utf8JsonWriter> write)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, Layout))
        {
            write(json);
        }

        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }

    /// <summary>A number for a script: six significant digits are more than any picture shows.</summary>
    public static string Number(double value) => value.ToString(Math.Abs(value) is >= 1e6 and < 1e15 ? "0" : "G6", CultureInfo.InvariantCulture);

    /// <summary>Writes an array of numbers.</summary>
    public static void Numbers(Utf8JsonWriter json, string name, IEnumerable<double> values)
    {
        json.WriteStartArray(name);
        foreach (double value in values)
        {
            Value(json, value);
        }

        json.WriteEndArray();
    }

    /// <summary>Writes an array of texts.</summary>
    public static void Texts(Utf8JsonWriter json, string name, IEnumerable<string> values)
    {
        json.WriteStartArray(name);
        foreach (string value in values)
        {
            json.WriteStringValue(value);
        }

        json.WriteEndArray();
    }

    /// <summary>Writes a number; what is not finite is null.</summary>
    public static void Value(Utf8JsonWriter json, double value)
    {
        if (double.IsFinite(value))
        {
            json.WriteRawValue(Number(value), skipInputValidation: true);
        }
        else
        {
            json.WriteNullValue();
        }
    }
}
