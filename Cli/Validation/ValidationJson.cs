using System.Text.Json;

namespace NpuSim.Cli.Validation;

/// <summary>Writes a validation as one JSON object, schema <c>npusim.validate/1</c>. Errors are fractions; what is not finite is null.</summary>
internal static class ValidationJson
{
    private const string Schema = "npusim.validate/1";
    private static readonly JsonWriterOptions Layout = new() { Indented = true, NewLine = "\n" };

    public static void Write(Stream stream, ValidationResult result)
    {
        using (var json = new Utf8JsonWriter(stream, Layout))
        {
            json.WriteStartObject();
            json.WriteString("schema", Schema);
            json.WriteBoolean("complete", result.IsComplete);
            json.WriteBoolean("held", !result.Broken.Any());
            json.WriteStartArray("suites");
            foreach (var suite in result.Suites)
            {
                WriteSuite(json, suite);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        stream.Write("\n"u8);
    }

    private static void WriteSuite(Utf8JsonWriter json, SuiteResult result)
    {
        json.WriteStartObject();
        json.WriteString("name", result.Suite.Name);
        json.WriteString("title", result.Suite.Title);
        json.WriteString("source", result.Suite.Source);
        WriteAll(json, "notThere", result.Absent, json.WriteStringValue);
        WriteAll(json, "bounds", result.Verdicts, verdict => WriteBound(json, verdict));
        WriteAll(json, "groups", result.Groups, group => WriteGroup(json, group));
        WriteAll(json, "cases", result.Cases, item => WriteCase(json, item));
        json.WriteEndObject();
    }

    private static void WriteBound(Utf8JsonWriter json, BoundVerdict verdict)
    {
        json.WriteStartObject();
        json.WriteString("group", verdict.Bound.Group);
        json.WriteString("quantity", verdict.Bound.Quantity);
        json.WriteString("statistic", Key(verdict.Bound.Statistic));
        if (verdict.Bound.Statistic != AccuracyStatistic.Exact)
        {
            json.WriteNumber("limit", verdict.Bound.Limit);
        }

        if (verdict.Bound.Statistic == AccuracyStatistic.Share)
        {
            json.WriteNumber("within", verdict.Bound.Within);
        }

        json.WriteNumber("cases", verdict.Cases);
        json.WriteReal("found", verdict.Value);
        json.WriteString("state", Key(verdict.State));
        json.WriteEndObject();
    }

    private static void WriteGroup(Utf8JsonWriter json, AccuracyGroup group)
    {
        var sum = group.Summary;
        json.WriteStartObject();
        json.WriteString("group", group.Name);
        json.WriteString("quantity", group.Quantity);
        json.WriteString("scope", Key(group.Scope));
        json.WriteNumber("cases", sum.Cases);
        json.WriteNumber("equal", sum.Equal);
        json.WriteReal("mean", sum.Mean);
        json.WriteReal("median", sum.Median);
        json.WriteReal("worst", sum.Worst);
        json.WriteReal("bias", sum.Bias);
        json.WriteString("worstCase", sum.WorstCase.Name);
        json.WriteEndObject();
    }

    private static void WriteCase(Utf8JsonWriter json, AccuracyCase item)
    {
        json.WriteStartObject();
        json.WriteString("group", item.Group);
        json.WriteString("name", item.Name);
        json.WriteString("quantity", item.Quantity);
        json.WriteString("scope", Key(item.Scope));
        json.WriteReal("reference", item.Reference);
        json.WriteReal("simulated", item.Simulated);
        json.WriteReal("error", item.Error);
        json.WriteEndObject();
    }

    private static void WriteAll<T>(Utf8JsonWriter json, string name, IEnumerable<T> items, Action<T> write)
    {
        json.WriteStartArray(name);
        foreach (var item in items)
        {
            write(item);
        }

        json.WriteEndArray();
    }

    private static string Key<T>(T value) where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());
}
