using System.Collections;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using NpuSim.Isa.Machine;

namespace NpuSim.Isa.Configuration;

/// <summary>Members of a configuration record that hold several values: lists of texts or scalars, and maps by free names.</summary>
/// <remarks>Bounds of such a member are those of its count. The order of a map is that of the file.</remarks>
internal static class RecordLists
{
    private const int MaximumNameLength = 200;

    /// <summary>The kind of a property of such a type; null for another type.</summary>
    public static MemberKind? KindOf(Type type) =>
        type == typeof(IReadOnlyList<string>) ? MemberKind.Texts
        : type == typeof(IReadOnlyList<JsonNode?>) ? MemberKind.Scalars
        : type == typeof(OrderedDictionary<string, IReadOnlyList<JsonNode?>>) ? MemberKind.ScalarLists
        : IsMap(type) ? MemberKind.Parts
        : null;

    /// <summary>The record type of a map of parts.</summary>
    public static Type PartType(Type map) => map.GetGenericArguments()[1];

    /// <summary>What a member may be, in words.</summary>
    public static string Expected(RecordMember member) => member.Kind switch
    {
        MemberKind.Texts => $"a list of {Count(member)}texts",
        MemberKind.Scalars => $"a list of {Count(member)}numbers, texts, true, false or null",
        MemberKind.ScalarLists => "an object with a list of values for each name",
        MemberKind.Parts => $"an object with, for each name, an object with {string.Join(", ", RecordMember.Of(PartType(member.Type)).Select(inner => inner.Name))}",
        _ => throw new InvalidOperationException($"{member.Kind} holds one value"),
    };

    /// <summary>Reads a member's value.</summary>
    /// <param name="member">The member.</param>
    /// <param name="node">Its value in the file.</param>
    /// <param name="path">Its key, for messages.</param>
    /// <param name="place">The file, for messages.</param>
    /// <param name="readPart">Reads the part under a name.</param>
    public static object Read(RecordMember member, JsonNode node, string path, string place, Func<Type, JsonObject, string, object> readPart)
    {
        if (node is JsonArray array && member.Kind is MemberKind.Texts or MemberKind.Scalars)
        {
            CheckCount(member, array.Count, path, place);
            return member.Kind == MemberKind.Texts ? Texts(array, path, place) : Scalars(array, path, place);
        }

        if (node is not JsonObject map || member.Kind is MemberKind.Texts or MemberKind.Scalars)
            throw new MachineException($"{place}: {path}: found {StrictDocument.Show(node)}, expected {Expected(member)}");
        CheckCount(member, map.Count, path, place);
        var result = (IDictionary)Activator.CreateInstance(member.Type)!;
        foreach (var (name, value) in map)
        {
            CheckName(name, path, place);
            string key = StrictDocument.Join(path, name);
            result.Add(name, (member.Kind, value) switch
            {
                (MemberKind.ScalarLists, JsonArray list) => Scalars(list, key, place),
                (MemberKind.Parts, JsonObject part) => readPart(PartType(member.Type), part, key),
                var (_, _) => throw new MachineException($"{place}: {key}: found {StrictDocument.Show(value)}, expected "
                    + (member.Kind == MemberKind.Parts ? "an object" : "a list of values")),
            });
        }

        return result;
    }

    /// <summary>A member's value as a node.</summary>
    public static JsonNode Node(object value) => value switch
    {
        IReadOnlyList<string> texts => new JsonArray([.. texts.Select(text => JsonValue.Create(text))]),
        IReadOnlyList<JsonNode?> scalars => new JsonArray([.. scalars.Select(scalar => scalar?.DeepClone())]),
        IDictionary map => new JsonObject(map.Keys.Cast<string>().Select(
            name => KeyValuePair.Create<string, JsonNode?>(name, map[name] is IReadOnlyList<JsonNode?> list ? Node(list) : RecordWriter.Tree(map[name]!)))),
        var other => throw new InvalidOperationException($"a configuration record cannot hold a {other.GetType()}"),
    };

    private static bool IsMap(Type type) =>
        type.IsGenericType && type.GetGenericTypeDefinition() == typeof(OrderedDictionary<,>) && type.GetGenericArguments()[0] == typeof(string)
        && PartType(type).IsClass && PartType(type).GetConstructor(BindingFlags.Public | BindingFlags.Instance, Type.EmptyTypes) is not null;

    private static string[] Texts(JsonArray array, string path, string place) =>
        [.. array.Select((item, index) => item is JsonValue value && value.GetValueKind() == JsonValueKind.String && value.GetValue<string>().Length > 0
            ? value.GetValue<string>()
            : throw new MachineException(FormattableString.Invariant($"{place}: {path}[{index}]: found {StrictDocument.Show(item)}, expected a text")))];

    private static JsonNode?[] Scalars(JsonArray array, string path, string place) =>
        [.. array.Select((item, index) => item is null or JsonValue
            ? item?.DeepClone()
            : throw new MachineException(FormattableString.Invariant(
                $"{place}: {path}[{index}]: found {StrictDocument.Show(item)}, expected a number, a text, true, false or null")))];

    private static void CheckName(string name, string path, string place)
    {
        if (name.Length is 0 or > MaximumNameLength || name.Any(char.IsControl))
            throw new MachineException(FormattableString.Invariant($"{place}: {path}: found a name of {name.Length} characters, expected 1 to {MaximumNameLength} that can be printed"));
    }

    private static void CheckCount(RecordMember member, int count, string path, string place)
    {
        if (member.Bounds is { } bounds && (count < bounds.Minimum || count > bounds.Maximum))
            throw new MachineException(FormattableString.Invariant($"{place}: {path}: found {count} entries, expected {bounds.Minimum} to {bounds.Maximum}"));
    }

    private static string Count(RecordMember member) =>
        member.Bounds is { } bounds ? FormattableString.Invariant($"{bounds.Minimum} to {bounds.Maximum} ") : "";
}
