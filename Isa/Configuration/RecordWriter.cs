using System.Text.Json;
using System.Text.Json.Nodes;

namespace NpuSim.Isa.Configuration;

/// <summary>Writes a configuration record canonically: declaration order, every default spelt out, absent parts left out.</summary>
internal static class RecordWriter
{
    private static readonly JsonSerializerOptions Canonical = new() { WriteIndented = true, NewLine = "\n", IndentSize = 2 };

    /// <summary>The record as indented JSON with line feeds, no newline at the end.</summary>
    public static string Write(object record) => Text(Tree(record));

    /// <summary>A tree as indented JSON with line feeds.</summary>
    public static string Text(JsonNode tree) => tree.ToJsonString(Canonical);

    /// <summary>The record as a tree.</summary>
    public static JsonObject Tree(object record)
    {
        var tree = new JsonObject();
        foreach (var member in RecordMember.Of(record.GetType()))
        {
            object? value = member.Property.GetValue(record);
            if (value is not null)
                tree.Add(member.Name, Node(member.Kind, value));
        }

        return tree;
    }

    /// <summary>One value as a node.</summary>
    public static JsonNode Node(MemberKind kind, object value) => kind switch
    {
        MemberKind.Text => JsonValue.Create((string)value),
        MemberKind.Integer => JsonValue.Create((int)value),
        MemberKind.Real => JsonValue.Create((double)value),
        MemberKind.Flag => JsonValue.Create((bool)value),
        MemberKind.Choice => JsonValue.Create(JsonNamingPolicy.CamelCase.ConvertName(value.ToString()!)),
        MemberKind.Part => Tree(value),
        MemberKind.Texts or MemberKind.Scalars or MemberKind.ScalarLists or MemberKind.Parts => RecordLists.Node(value),
    };
}
