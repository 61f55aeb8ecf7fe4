using System.Collections.Concurrent;
using System.ComponentModel;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using NpuSim.Isa.Machine;

namespace NpuSim.Isa.Configuration;

/// <summary>What a member of a configuration record holds.</summary>
internal enum MemberKind
{
    Text,
    Integer,
    Real,
    Flag,
    Choice,
    Part,

    /// <summary>A list of texts.</summary>
    Texts,

    /// <summary>A list of numbers, texts, flags and nulls.</summary>
    Scalars,

    /// <summary>A list of scalars for each of any names.</summary>
    ScalarLists,

    /// <summary>A part for each of any names.</summary>
    Parts,
}

/// <summary>One member of a configuration record, read once from its property by reflection.</summary>
/// <param name="Name">Name in the file: camelCase, or what the property says where a standard has a name of its own (tRCD).</param>
/// <param name="Kind">What it holds.</param>
/// <param name="Property">The property.</param>
/// <param name="Type">Its type without the nullable wrapper.</param>
/// <param name="Required">The file must have it.</param>
/// <param name="Optional">It may be absent, which is null.</param>
/// <param name="Bounds">Legal range of a number.</param>
/// <param name="Description">For the schema.</param>
/// <param name="Default">Value where the file has none.</param>
internal sealed record RecordMember(
    string Name, MemberKind Kind, PropertyInfo Property, Type Type, bool Required, bool Optional, BoundsAttribute? Bounds, string Description,
    object? Default)
{
    private static readonly ConcurrentDictionary<Type, IReadOnlyList<RecordMember>> Cache = new();

    /// <summary>Members of a record type in declaration order.</summary>
    public static IReadOnlyList<RecordMember> Of(Type record) => Cache.GetOrAdd(record, Read);

    /// <summary>The names of an enumeration as files write them.</summary>
    public static IReadOnlyList<string> Choices(Type enumeration) =>
        [.. Enum.GetNames(enumeration).Select(JsonNamingPolicy.CamelCase.ConvertName)];

    private static IReadOnlyList<RecordMember> Read(Type record)
    {
        object defaults = Activator.CreateInstance(record)!;
        var nullability = new NullabilityInfoContext();
        return
        [
            .. record.GetProperties(BindingFlags.Public | BindingFlags.Instance)
                .Where(property => property.SetMethod is not null && property.GetCustomAttribute<JsonIgnoreAttribute>() is null)
                .OrderBy(property => property.MetadataToken)
                .Select(property => Of(property, defaults, nullability)),
        ];
    }

    private static RecordMember Of(PropertyInfo property, object defaults, NullabilityInfoContext nullability)
    {
        var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        return new RecordMember(
            property.GetCustomAttribute<JsonPropertyNameAttribute>()?.Name ?? JsonNamingPolicy.CamelCase.ConvertName(property.Name),
            KindOf(type), property, type,
            property.GetCustomAttribute<RequiredMemberAttribute>() is not null,
            nullability.Create(property).WriteState == NullabilityState.Nullable,
            property.GetCustomAttribute<BoundsAttribute>(),
            property.GetCustomAttribute<DescriptionAttribute>()?.Description ?? "",
            property.GetValue(defaults));
    }

    private static MemberKind KindOf(Type type) =>
        type == typeof(string) ? MemberKind.Text
        : type == typeof(int) ? MemberKind.Integer
        : type == typeof(double) ? MemberKind.Real
        : type == typeof(bool) ? MemberKind.Flag
        : type.IsEnum ? MemberKind.Choice
        : RecordLists.KindOf(type) is { } several ? several
        : type.IsClass ? MemberKind.Part
        : throw new InvalidOperationException($"a configuration record cannot hold a {type}");
}
