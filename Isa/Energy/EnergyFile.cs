using System.Reflection;
using System.Text.Json.Nodes;
using NpuSim.Isa.Configuration;
using NpuSim.Isa.Machine;

namespace NpuSim.Isa.Energy;

/// <summary>Reads files of <c>configs/energy</c> as strictly as machine files.</summary>
internal static class EnergyFile
{
    /// <summary>Reads a file that lies beside the program.</summary>
    /// <exception cref="MachineException">It is missing or refused.</exception>
    public static T Load<T>(string name) where T : class =>
        Read<T>(StrictDocument.Load(Path.Combine(AppContext.BaseDirectory, "configs", "energy", name)), $"configs/energy/{name}");

    /// <summary>Reads a text; <paramref name="file"/> names it in messages.</summary>
    public static T Parse<T>(string json, string file) where T : class => Read<T>(StrictDocument.Parse(json, file), file);

    /// <summary>The entries of a record and their names, those of its parts included, in declaration order.</summary>
    public static IEnumerable<(string Name, EnergyEntry Entry, string Unit)> Entries(object record, string path = "")
    {
        foreach (var member in RecordMember.Of(record.GetType()))
        {
            string name = StrictDocument.Join(path, member.Name);
            object? value = member.Property.GetValue(record);
            if (value is EnergyEntry entry)
                yield return (name, entry, member.Property.GetCustomAttribute<UnitAttribute>()!.Unit);
            else if (member.Kind == MemberKind.Part && value is not null)
            {
                foreach (var inner in Entries(value, name))
                    yield return inner;
            }
        }
    }

    private static T Read<T>(JsonObject tree, string file) where T : class
    {
        var record = RecordReader.Read<T>(tree, file);
        string prefix = Path.GetFileNameWithoutExtension(file);
        foreach (var (name, entry, unit) in Entries(record))
        {
            entry.Name = $"{prefix} {name}";
            if (entry.Unit != unit)
                throw new MachineException($"{file}: {name}.unit: found \"{entry.Unit}\", expected \"{unit}\"");
            if (entry.Low < 0 || entry.Value <= 0 || entry.Low > entry.Value || entry.Value > entry.High)
                throw new MachineException(FormattableString.Invariant(
                    $"{file}: {name}: found low {entry.Low}, value {entry.Value}, high {entry.High}, expected them ascending from 0 and the value above it"));
        }

        return record;
    }
}
