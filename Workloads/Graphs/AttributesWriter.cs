using System.Buffers;
using System.Collections;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Reflection;
using System.Text;
using System.Text.Json;

namespace NpuSim.Workloads.Graphs;

/// <summary>Writes attributes as the serialiser of <see cref="AttributesJson.Options"/> would, member by member. Every run writes those of its graph for its
/// hash, and the serialiser has the runtime compile some 300 methods for the types among them.</summary>
internal static class AttributesWriter
{
    private static readonly ConcurrentDictionary<Type, PropertyInfo[]> Members = [];

    public static string Write(OperatorAttributes attributes)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            Record(json, attributes);
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void Record(Utf8JsonWriter json, object record)
    {
        json.WriteStartObject();
        foreach (var member in Members.GetOrAdd(record.GetType(), Of))
        {
            json.WritePropertyName(member.Name);
            Value(json, member.GetValue(record));
        }

        json.WriteEndObject();
    }

    private static void Value(Utf8JsonWriter json, object? value)
    {
        switch (value)
        {
            case null: json.WriteNullValue(); break;
            case bool flag: json.WriteBooleanValue(flag); break;
            case int number: json.WriteNumberValue(number); break;
            case float number when float.IsFinite(number): json.WriteNumberValue(number); break;
            case float number: json.WriteStringValue(float.IsNaN(number) ? "NaN" : number > 0 ? "Infinity" : "-Infinity"); break;
            case Enum name: json.WriteStringValue(name.ToString()); break;
            case IEnumerable list: List(json, list); break;
            case Window or Padding or ActivationBounds: Record(json, value); break;
            default: throw new UnreachableException($"attributes with a {value.GetType().Name} have no JSON");
        }
    }

    private static void List(Utf8JsonWriter json, IEnumerable list)
    {
        json.WriteStartArray();
        foreach (object? element in list)
        {
            Value(json, element);
        }

        json.WriteEndArray();
    }

    // A record's own members first.
    private static PropertyInfo[] Of(Type record) => record.GetProperties(BindingFlags.Public | BindingFlags.Instance);
}
