using System.Text.Json;
using System.Text.Json.Nodes;
using NpuSim.Isa.Machine;

namespace NpuSim.Isa.Configuration;

/// <summary>A configuration file as a tree: JSON with comments and trailing commas, no member twice, at most 1 MiB.</summary>
internal static class StrictDocument
{
    private const long MaximumBytes = 1 << 20;
    private const int MaximumDepth = 16;

    private static readonly JsonDocumentOptions Options = new()
    {
        CommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        MaxDepth = MaximumDepth,
    };

    /// <summary>Reads and parses a file.</summary>
    /// <exception cref="MachineException">It is missing, too large, no JSON object, or has a member twice.</exception>
    public static JsonObject Load(string path)
    {
        string text;
        try
        {
            long length = new FileInfo(path).Length;
            if (length > MaximumBytes)
                throw new MachineException($"{path}: found {length} bytes, expected a configuration file of at most {MaximumBytes}");
            text = File.ReadAllText(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new MachineException($"{path}: cannot be read: {OneLine(failure.Message)}");
        }

        return Parse(text, path);
    }

    /// <summary>Parses a text; <paramref name="file"/> names it in messages.</summary>
    public static JsonObject Parse(string text, string file)
    {
        try
        {
            using var document = JsonDocument.Parse(text, Options);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                throw new MachineException($"{file}: found {Show(document.RootElement)}, expected a JSON object");
            return ObjectOf(document.RootElement, "", file);
        }
        catch (JsonException failure)
        {
            throw new MachineException(
                $"{file}({(failure.LineNumber ?? 0) + 1},{(failure.BytePositionInLine ?? 0) + 1}): not valid JSON: {OneLine(Reason(failure))}");
        }
    }

    /// <summary>A value as a message shows it: one line, at most 60 characters.</summary>
    public static string Show(JsonElement element) => Shorten(OneLine(element.GetRawText()));

    /// <inheritdoc cref="Show(JsonElement)"/>
    public static string Show(JsonNode? node) => Shorten(OneLine(node?.ToJsonString() ?? "null"));

    /// <summary>Joins a member's name to the path of its parent.</summary>
    public static string Join(string path, string member) => path.Length == 0 ? member : $"{path}.{member}";

    private static JsonObject ObjectOf(JsonElement element, string path, string file)
    {
        var result = new JsonObject();
        foreach (var member in element.EnumerateObject())
        {
            string key = Join(path, member.Name);
            if (result.ContainsKey(member.Name))
                throw new MachineException($"{file}: {Shorten(OneLine(key))}: found a second time, expected once");
            result.Add(member.Name, NodeOf(member.Value, key, file));
        }

        return result;
    }

    private static JsonNode? NodeOf(JsonElement element, string path, string file) => element.ValueKind switch
    {
        JsonValueKind.Object => ObjectOf(element, path, file),
        JsonValueKind.Array => new JsonArray([.. element.EnumerateArray().Select(item => NodeOf(item, path, file))]),
        JsonValueKind.Null or JsonValueKind.Undefined => null,
        JsonValueKind.String or JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => JsonValue.Create(element.Clone()),
    };

    // The parser appends its own position, which the message gives already.
    private static string Reason(JsonException failure) => failure.Message.Split(" LineNumber:", 2)[0];

    private static string OneLine(string text) => text.ReplaceLineEndings(" ");

    private static string Shorten(string text) => text.Length <= 60 ? text : text[..57] + "...";
}
