using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using NpuSim.Isa.Configuration;

namespace NpuSim.Isa.Machine;

/// <summary>Machine files: strict JSON with comments, presets beside the program, overrides, canonical text and hash.</summary>
public static class MachineFile
{
    private const string Extension = ".jsonc";

    /// <summary>The preset used where none is named.</summary>
    public const string DefaultPreset = "edge";

    private static string PresetFolder => Path.Combine(AppContext.BaseDirectory, "configs", "machines");

    /// <summary>Names of the presets, sorted by ordinal.</summary>
    public static IReadOnlyList<string> PresetNames()
    {
        string[] files = Directory.Exists(PresetFolder) ? Directory.GetFiles(PresetFolder, "*" + Extension) : [];
        return [.. files.Select(path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal)];
    }

    /// <summary>Loads a preset by name, or a file by path, and sets single members of it.</summary>
    /// <param name="nameOrPath">A preset's name, or the path of a machine file.</param>
    /// <param name="overrides">Each <c>key=value</c>, the key a dotted path such as <c>core.array.rows</c>; applied in order, checked together.
    /// <c>memory.dram=null</c> takes an optional part away.</param>
    /// <exception cref="MachineException">The file or an override is refused; the message says where and why.</exception>
    public static MachineSpec Load(string nameOrPath, IReadOnlyList<string> overrides)
    {
        if (overrides.Count > 0)
            return Open(nameOrPath).With(overrides);
        var (path, shown) = Find(nameOrPath);
        return Build(StrictDocument.Load(path), shown);
    }

    /// <summary>Reads a preset or a file once, to make many machines of it.</summary>
    /// <exception cref="MachineException">The file is refused.</exception>
    public static MachineTemplate Open(string nameOrPath)
    {
        var (path, shown) = Find(nameOrPath);
        return new MachineTemplate(StrictDocument.Load(path), shown);
    }

    /// <summary>As <see cref="Open"/>, from a text.</summary>
    /// <param name="json">Contents of a machine file.</param>
    /// <param name="file">Name for messages.</param>
    public static MachineTemplate OpenText(string json, string file) => new(StrictDocument.Parse(json, file), file);

    /// <summary>Reads a machine from a text.</summary>
    /// <param name="json">Contents of a machine file.</param>
    /// <param name="file">Name for messages.</param>
    public static MachineSpec Parse(string json, string file) => Build(StrictDocument.Parse(json, file), file);

    /// <summary>The machine with one member set.</summary>
    /// <param name="machine">The machine to start from; it stays as it is.</param>
    /// <param name="key">Dotted path such as <c>core.array.rows</c>.</param>
    /// <param name="value">The value as a machine file would write it, texts without quotes.</param>
    public static MachineSpec Apply(MachineSpec machine, string key, string value) => Apply(machine, [$"{key}={value}"]);

    /// <summary>The machine with several members set; rules between members are checked once, at the end.</summary>
    /// <param name="machine">The machine to start from; it stays as it is.</param>
    /// <param name="overrides">Each <c>key=value</c>.</param>
    public static MachineSpec Apply(MachineSpec machine, IReadOnlyList<string> overrides) =>
        Build(Overridden(RecordWriter.Tree(machine), overrides), $"machine {machine.Name}");

    /// <summary>The machine as canonical JSON: every member in declaration order, defaults spelt out, absent parts left out.</summary>
    public static string ToJson(MachineSpec machine) => RecordWriter.Write(machine);

    /// <summary>SHA-256 of <see cref="ToJson"/> in UTF-8, as 64 lower-case hexadecimal digits.</summary>
    public static string Hash(MachineSpec machine) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(ToJson(machine))));

    private static (string Path, string Shown) Find(string nameOrPath)
    {
        string preset = Path.Combine(PresetFolder, nameOrPath + Extension);
        if (nameOrPath.Length > 0 && nameOrPath.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_') && File.Exists(preset))
            return (preset, $"configs/machines/{nameOrPath}{Extension}");
        if (File.Exists(nameOrPath))
            return (nameOrPath, nameOrPath);
        throw new MachineException(
            $"machine '{nameOrPath.ReplaceLineEndings(" ")}': no such preset or file; presets are {string.Join(", ", PresetNames())}");
    }

    internal static JsonObject Overridden(JsonObject tree, IReadOnlyList<string> overrides)
    {
        var keys = new List<string>();
        foreach (string text in overrides)
        {
            var (key, value) = Override.Split(text);
            DramDeviceFile.Forget(tree, key, value);
            Override.Set(tree, typeof(MachineSpec), key, value);
            keys.Add(key);
        }

        DramDeviceFile.Follow(tree, keys);
        return tree;
    }

    internal static MachineSpec Build(JsonObject tree, string file, bool check = true)
    {
        DramDeviceFile.Expand(tree, file);
        var machine = RecordReader.Read<MachineSpec>(tree, file);
        if (check)
            MachineRules.Check(machine, file);
        return machine;
    }
}
