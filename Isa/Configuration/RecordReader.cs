using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using NpuSim.Isa.Machine;

namespace NpuSim.Isa.Configuration;

/// <summary>Builds a configuration record from a tree; every unknown, missing, mistyped or out-of-range member is an error.</summary>
internal static class RecordReader
{
    private const int MaximumTextLength = 4096;

    /// <summary>Builds a record of type <typeparamref name="T"/>.</summary>
    /// <param name="node">The file's tree.</param>
    /// <param name="file">Name for messages.</param>
    /// <exception cref="MachineException">A member is not as the record says.</exception>
    public static T Read<T>(JsonObject node, string file) => (T)ReadPart(typeof(T), node, "", file);

    /// <summary>Reads one member's value.</summary>
    public static object? ReadMember(RecordMember member, JsonNode? node, string path, string place)
    {
        if (node is null)
            return member.Optional ? null : throw Refusal(place, path, node, Expected(member));
        return member.Kind switch
        {
            MemberKind.Text => Text(member, node, path, place),
            MemberKind.Integer => Integer(member, node, path, place),
            MemberKind.Real => Real(member, node, path, place),
            MemberKind.Flag => node.GetValueKind() switch
            {
                JsonValueKind.True => true,
                JsonValueKind.False => false,
                var _ => throw Refusal(place, path, node, Expected(member)),
            },
            MemberKind.Choice => Choice(member, node, path, place),
            MemberKind.Part when node is JsonObject part => ReadPart(member.Type, part, path, place),
            MemberKind.Part => throw Refusal(place, path, node, Expected(member)),
            MemberKind.Texts or MemberKind.Scalars or MemberKind.ScalarLists or MemberKind.Parts =>
                RecordLists.Read(member, node, path, place, (type, part, key) => ReadPart(type, part, key, place)),
        };
    }

    /// <summary>What a member may be, in words.</summary>
    public static string Expected(RecordMember member) => member.Kind switch
    {
        MemberKind.Text => "a text",
        MemberKind.Integer => Range("an integer", member.Bounds ?? new BoundsAttribute(int.MinValue, int.MaxValue)),
        MemberKind.Real => member.Bounds is { } bounds ? Range("a number", bounds) : "a finite number",
        MemberKind.Flag => "true or false",
        MemberKind.Choice => $"one of {string.Join(", ", RecordMember.Choices(member.Type))}",
        MemberKind.Part => $"an object with {string.Join(", ", RecordMember.Of(member.Type).Select(inner => inner.Name))}",
        MemberKind.Texts or MemberKind.Scalars or MemberKind.ScalarLists or MemberKind.Parts => RecordLists.Expected(member),
    };

    private static object ReadPart(Type type, JsonObject node, string path, string place)
    {
        var members = RecordMember.Of(type);
        foreach (var (name, _) in node)
        {
            if (!members.Any(member => member.Name == name))
                throw Unknown(name, members, path, place);
        }

        object record = Activator.CreateInstance(type)!;
        foreach (var member in members)
        {
            string key = StrictDocument.Join(path, member.Name);
            if (node.TryGetPropertyValue(member.Name, out var value))
                member.Property.SetValue(record, ReadMember(member, value, key, place));
            else if (member.Required)
                throw new MachineException($"{place}: {key}: missing, expected {Expected(member)}");
        }

        return record;
    }

    /// <summary>The error for a name that a record does not have.</summary>
    public static MachineException Unknown(string name, IReadOnlyList<RecordMember> members, string path, string place)
    {
        string shown = name.Length <= 60 ? name.ReplaceLineEndings(" ") : name[..57].ReplaceLineEndings(" ") + "...";
        return new MachineException(
            $"{place}: {StrictDocument.Join(path, shown)}: unknown member, expected one of "
            + string.Join(", ", members.Select(member => member.Name)));
    }

    private static string Text(RecordMember member, JsonNode node, string path, string place)
    {
        string text = node.GetValueKind() == JsonValueKind.String ? node.GetValue<string>() : throw Refusal(place, path, node, Expected(member));
        if (text.Length is 0 or > MaximumTextLength || text.Any(char.IsControl))
            throw Refusal(place, path, node, $"a text of 1 to {MaximumTextLength} characters without control characters");
        return text;
    }

    private static int Integer(RecordMember member, JsonNode node, string path, string place)
    {
        if (node.GetValueKind() != JsonValueKind.Number || !TryInteger(node.AsValue(), out int number) || !Within(member.Bounds, number))
            throw Refusal(place, path, node, Expected(member));
        return number;
    }

    private static double Real(RecordMember member, JsonNode node, string path, string place)
    {
        if (node.GetValueKind() != JsonValueKind.Number || !TryReal(node.AsValue(), out double number)
            || !double.IsFinite(number) || !Within(member.Bounds, number))
            throw Refusal(place, path, node, Expected(member));
        return number;
    }

    // A number of a file is asked through its element: the runtime would have to compile JsonValue's own generic method first, in milliseconds.
    private static bool TryInteger(JsonValue value, out int number) =>
        value.GetValue<object>() is JsonElement element ? element.TryGetInt32(out number) : value.TryGetValue(out number);

    private static bool TryReal(JsonValue value, out double number) =>
        value.GetValue<object>() is JsonElement element ? element.TryGetDouble(out number) : value.TryGetValue(out number);

    private static object Choice(RecordMember member, JsonNode node, string path, string place)
    {
        if (node.GetValueKind() == JsonValueKind.String)
        {
            string text = node.GetValue<string>();
            foreach (object choice in Enum.GetValues(member.Type))
            {
                if (JsonNamingPolicy.CamelCase.ConvertName(choice.ToString()!) == text)
                    return choice;
            }
        }

        throw Refusal(place, path, node, Expected(member));
    }

    private static bool Within(BoundsAttribute? bounds, double number) =>
        bounds is null || (number >= bounds.Minimum && number <= bounds.Maximum);

    private static MachineException Refusal(string place, string path, JsonNode? found, string expected) =>
        new($"{place}: {path}: found {StrictDocument.Show(found)}, expected {expected}");

    private static string Range(string kind, BoundsAttribute bounds) => $"{kind} from {Number(bounds.Minimum)} to {Number(bounds.Maximum)}";

    private static string Number(double number) => number.ToString(CultureInfo.InvariantCulture);
}
