using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using NpuSim.Isa.Configuration;

namespace NpuSim.Isa.Machine;

/// <summary>A machine file that is read once, to make many machines of it by setting members. Any number of threads may use it.</summary>
public sealed class MachineTemplate
{
    // What sweeps set comes from their levels; expressions may have any number of values.
    private const int MostSettings = 20_000;

    private readonly JsonObject _tree;
    private readonly string _shown;
    private readonly ConcurrentDictionary<string, MemberSetting?> _settings = new(StringComparer.Ordinal);

    internal MachineTemplate(JsonObject tree, string shown)
    {
        (_tree, _shown) = (tree, shown);
        Machine = MachineFile.Build(tree.DeepClone().AsObject(), shown, check: false);
    }

    /// <summary>The file's machine; rules between its members are not checked.</summary>
    public MachineSpec Machine { get; }

    /// <summary>The machine with members set, as <see cref="MachineFile.Load"/> makes it.</summary>
    /// <param name="overrides">Each <c>key=value</c>, applied in order, checked together.</param>
    /// <exception cref="MachineException">A rule is broken.</exception>
    public MachineSpec With(IReadOnlyList<string> overrides)
    {
        if (Copied(overrides) is { } machine)
        {
            MachineRules.Check(machine, _shown);
            return machine;
        }

        return MachineFile.Build(MachineFile.Overridden(_tree.DeepClone().AsObject(), overrides), _shown);
    }

    // The same machine without its text: where single values are set, of which none has others follow it. Null elsewhere, and where a value is refused.
    private MachineSpec? Copied(IReadOnlyList<string> overrides)
    {
        var settings = new MemberSetting[overrides.Count];
        for (int index = 0; index < settings.Length; index++)
        {
            if (Setting(overrides[index]) is not { } setting)
                return null;
            settings[index] = setting;
        }

        return (MachineSpec?)MemberSetting.Apply(Machine, settings);
    }

    private MemberSetting? Setting(string text)
    {
        if (_settings.TryGetValue(text, out var known))
            return known;
        MemberSetting? read = null;
        try
        {
            read = text.StartsWith("memory.dram.", StringComparison.Ordinal) ? null : MemberSetting.Of(typeof(MachineSpec), text);
        }
        catch (MachineException)
        {
            // Said with its place where the text is read.
        }

        if (_settings.Count < MostSettings)
            _settings[text] = read;
        return read;
    }

    /// <summary>Checks that there is such a member and that it can have the value by itself.</summary>
    /// <param name="key">Dotted path.</param>
    /// <param name="value">As a machine file would write it, texts without quotes.</param>
    /// <param name="place">What names it in the message.</param>
    /// <exception cref="MachineException">No such member, or a value outside its range.</exception>
    public static void CheckMember(string key, string value, string place) => Override.Set([], typeof(MachineSpec), key, value, place);

    /// <summary>The number at a dotted path of a machine, defaults included; null where there is none or it is no number.</summary>
    public static double? Number(MachineSpec machine, string key)
    {
        object? at = machine;
        foreach (string name in key.Split('.'))
        {
            if (at is null || RecordMember.Of(at.GetType()) is not { Count: > 0 } members)
                return null;
            at = members.FirstOrDefault(member => member.Name == name)?.Property.GetValue(at);
        }

        return at is int or double ? Convert.ToDouble(at, CultureInfo.InvariantCulture) : null;
    }

    /// <summary>Dotted paths of every member that holds a number.</summary>
    public static IReadOnlyList<string> NumberKeys { get; } = [.. Keys(typeof(MachineSpec), "", numbersOnly: true)];

    /// <summary>Dotted paths of every member.</summary>
    public static IReadOnlyList<string> AllKeys { get; } = [.. Keys(typeof(MachineSpec), "", numbersOnly: false)];

    private static IEnumerable<string> Keys(Type record, string path, bool numbersOnly) => RecordMember.Of(record).SelectMany(member =>
    {
        string key = StrictDocument.Join(path, member.Name);
        return member.Kind == MemberKind.Part ? Keys(member.Type, key, numbersOnly)
            : !numbersOnly || member.Kind is MemberKind.Integer or MemberKind.Real ? [key] : [];
    });
}
