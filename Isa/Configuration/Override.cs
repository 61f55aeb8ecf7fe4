using System.Text.Json;
using System.Text.Json.Nodes;
using NpuSim.Isa.Machine;

namespace NpuSim.Isa.Configuration;

/// <summary>Sets single members of a tree by dotted path, as <c>--set core.array.rows=32</c> asks.</summary>
internal static class Override
{
    /// <summary>Splits <c>key=value</c> at its first equals sign.</summary>
    public static (string Key, string Value) Split(string text)
    {
        int equals = text.IndexOf('=', StringComparison.Ordinal);
        if (equals <= 0)
            throw new MachineException($"--set: found '{text.ReplaceLineEndings(" ")}', expected key=value such as core.array.rows=32");
        return (text[..equals].Trim(), text[(equals + 1)..].Trim());
    }

    /// <summary>Sets one member. Parts on the way that are absent are made, to be completed by other overrides; <c>null</c> takes an
    /// optional part away.</summary>
    /// <exception cref="MachineException">No such member, or a value outside its range.</exception>
    public static void Set(JsonObject tree, Type record, string key, string value, string? named = null)
    {
        string place = named ?? $"--set {Shown(key)}={Shown(value)}";
        string[] names = key.Split('.');
        var (at, type, path) = (tree, record, "");
        for (int level = 0; ; level++)
        {
            var members = RecordMember.Of(type);
            var member = members.FirstOrDefault(candidate => candidate.Name == names[level])
                ?? throw RecordReader.Unknown(names[level], members, path, place);
            path = StrictDocument.Join(path, member.Name);
            if (level == names.Length - 1)
            {
                at[member.Name] = Value(member, value, path, place);
                return;
            }

            if (member.Kind != MemberKind.Part)
                throw new MachineException($"{place}: {path}: found a member below it, expected {RecordReader.Expected(member)}");
            if (at[member.Name] is not JsonObject inner)
                at[member.Name] = inner = [];
            (at, type) = (inner, member.Type);
        }
    }

    /// <summary>The value of a member as a record holds it.</summary>
    /// <exception cref="MachineException">It is outside the member's range.</exception>
    public static object? Read(RecordMember member, string value, string path, string place) => RecordReader.ReadMember(member, Node(member, value), path, place);

    private static JsonNode? Value(RecordMember member, string value, string path, string place)
    {
        var node = Node(member, value);
        RecordReader.ReadMember(member, node, path, place);
        return node;
    }

    private static JsonNode? Node(RecordMember member, string value)
    {
        // An optional text is taken away as an optional part is.
        bool isText = member.Kind is MemberKind.Text or MemberKind.Choice && !(member.Optional && value == "null");
        return isText ? JsonValue.Create(value) : Parse(value);
    }

    // What is no JSON becomes a text, so that the member's own check names it with what it expects.
    private static JsonNode? Parse(string value)
    {
        try
        {
            using var document = JsonDocument.Parse(value, new JsonDocumentOptions { MaxDepth = 16 });
            return document.RootElement.ValueKind switch
            {
                JsonValueKind.Null => null,
                JsonValueKind.Object => StrictDocument.Parse(value, "--set"),
                JsonValueKind.Array => JsonArray.Create(document.RootElement.Clone()),
                var _ => JsonValue.Create(document.RootElement.Clone()),
            };
        }
        catch (JsonException)
        {
            return JsonValue.Create(value);
        }
    }

    private static string Shown(string text) => text.Length <= 60 ? text.ReplaceLineEndings(" ") : text[..57].ReplaceLineEndings(" ") + "...";
}
