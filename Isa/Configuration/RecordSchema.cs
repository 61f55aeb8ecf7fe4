using System.Text.Json.Nodes;

namespace NpuSim.Isa.Configuration;

/// <summary>JSON schema (draft 2020-12) of a configuration record, from its properties and their attributes.</summary>
internal static class RecordSchema
{
    /// <summary>The schema as indented JSON.</summary>
    public static string Generate(Type record, string title)
    {
        var schema = Part(record);
        schema.Insert(0, "$schema", "https://json-schema.org/draft/2020-12/schema");
        schema.Insert(1, "title", title);
        return RecordWriter.Text(schema);
    }

    private static JsonObject Part(Type record)
    {
        var properties = new JsonObject();
        var required = new JsonArray();
        foreach (var member in RecordMember.Of(record))
        {
            properties.Add(member.Name, Of(member));
            if (member.Required)
                required.Add(member.Name);
        }

        return new JsonObject
        {
            ["type"] = "object",
            ["properties"] = properties,
            ["required"] = required,
            ["additionalProperties"] = false,
        };
    }

    private static JsonObject Of(RecordMember member)
    {
        var schema = member.Kind switch
        {
            MemberKind.Text => new JsonObject { ["type"] = "string", ["minLength"] = 1 },
            MemberKind.Integer => Ranged(member, "integer"),
            MemberKind.Real => Ranged(member, "number"),
            MemberKind.Flag => new JsonObject { ["type"] = "boolean" },
            MemberKind.Choice => new JsonObject { ["enum"] = Names(RecordMember.Choices(member.Type)) },
            MemberKind.Part => Part(member.Type),
            MemberKind.Texts => Counted(member, new JsonObject { ["type"] = "string", ["minLength"] = 1 }),
            MemberKind.Scalars => Counted(member, Scalar()),
            MemberKind.ScalarLists => new JsonObject
            {
                ["type"] = "object",
                ["additionalProperties"] = new JsonObject { ["type"] = "array", ["items"] = Scalar() },
            },
            MemberKind.Parts => new JsonObject { ["type"] = "object", ["additionalProperties"] = Part(RecordLists.PartType(member.Type)) },
        };
        schema.Insert(0, "description", member.Description);
        if (!member.Required && member.Default is not null && RecordLists.KindOf(member.Type) is null)
            schema.Add("default", RecordWriter.Node(member.Kind, member.Default));
        return schema;
    }

    private static JsonObject Scalar() => new() { ["type"] = Names(["number", "string", "boolean", "null"]) };

    private static JsonObject Counted(RecordMember member, JsonObject items)
    {
        var schema = new JsonObject { ["type"] = "array", ["items"] = items };
        if (member.Bounds is { } bounds)
        {
            schema.Add("minItems", (int)bounds.Minimum);
            schema.Add("maxItems", (int)bounds.Maximum);
        }

        return schema;
    }

    private static JsonArray Names(IReadOnlyList<string> names) => [.. names.Select(name => JsonValue.Create(name))];

    private static JsonObject Ranged(RecordMember member, string type)
    {
        var schema = new JsonObject { ["type"] = type };
        if (member.Bounds is { } bounds)
        {
            schema.Add("minimum", Number(type, bounds.Minimum));
            schema.Add("maximum", Number(type, bounds.Maximum));
        }

        return schema;
    }

    private static JsonValue Number(string type, double value) => type == "integer" ? JsonValue.Create((long)value) : JsonValue.Create(value);
}
