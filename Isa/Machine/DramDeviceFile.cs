using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using NpuSim.Isa.Configuration;

namespace NpuSim.Isa.Machine;

/// <summary>Files of memory devices (<c>configs/memories</c>) and their place in a machine.</summary>
public static class DramDeviceFile
{
    private const string Extension = ".jsonc";
    private const string Place = "memory.dram";
    private const string DeviceKey = "device";

    private static readonly string[] Parts = ["organisation", "timing"];

    // Sweeps build thousands of machines; the trees are cloned before they are changed.
    private static readonly ConcurrentDictionary<string, JsonObject> Trees = new();

    private static string Folder => Path.Combine(AppContext.BaseDirectory, "configs", "memories");

    /// <summary>Names of the presets, sorted by ordinal.</summary>
    public static IReadOnlyList<string> Names()
    {
        string[] files = Directory.Exists(Folder) ? Directory.GetFiles(Folder, "*" + Extension) : [];
        return [.. files.Select(path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal)];
    }

    /// <summary>Loads a preset by name.</summary>
    /// <exception cref="MachineException">There is none of that name, or its file is refused.</exception>
    public static DramDeviceSpec Load(string name)
    {
        var device = RecordReader.Read<DramDeviceSpec>(Tree(name, DeviceKey), Shown(name));
        DramRules.Check(device, new DramControllerSpec(), channels: 1, $"{Shown(name)}: ");
        return device;
    }

    /// <summary>Gives a machine that names a device the device's figures, under those that the machine sets itself.</summary>
    /// <exception cref="MachineException">There is no such device.</exception>
    internal static void Expand(JsonObject machine, string file)
    {
        if (Dram(machine) is not { } dram || Name(dram) is not { } name)
            return;
        var device = Tree(name, $"{file}: {Place}.{DeviceKey}");
        foreach (string part in Parts)
        {
            var figures = device[part]!.DeepClone().AsObject();
            foreach (var (member, value) in dram[part] as JsonObject ?? [])
                figures[member] = value?.DeepClone();
            dram[part] = figures;
        }

        dram["controller"] ??= new JsonObject();
    }

    /// <summary>The family of a preset.</summary>
    internal static DramStandard Standard(string name) => Load(name).Standard;

    /// <summary>Overrides have changed a machine's memory: what follows from a device (family, peak bandwidth, smallest access) follows
    /// it, unless it was
    /// set as well.</summary>
    /// <param name="machine">The machine with all overrides.</param>
    /// <param name="keys">The keys that were set.</param>
    internal static void Follow(JsonObject machine, IReadOnlyList<string> keys)
    {
        string[] causes = [DeviceKey, "channels", .. Parts];
        bool touched = keys.Any(key => causes.Any(cause => key == $"{Place}.{cause}" || key.StartsWith($"{Place}.{cause}.", StringComparison.Ordinal)));
        if (!touched || Dram(machine) is not { } dram || Name(dram) is not { } name)
            return;
        Expand(machine, "--set");
        var device = Tree(name, DeviceKey);
        foreach (string part in Parts)
            device[part] = dram[part]!.DeepClone();
        var figures = RecordReader.Read<DramDeviceSpec>(device, "--set");
        int channels = dram["channels"] is JsonValue given && given.GetValueKind() == JsonValueKind.Number ? given.GetValue<int>() : 1;
        void Set(string member, JsonNode value)
        {
            if (!keys.Contains($"{Place}.{member}"))
                dram[member] = value;
        }

        Set("standard", JsonValue.Create(JsonNamingPolicy.CamelCase.ConvertName(figures.Standard.ToString())));
        Set("bandwidthMBps", JsonValue.Create(PeakMBps(figures, channels)));
        Set("accessBytes", JsonValue.Create(figures.Organisation.BurstBytes));
    }

    /// <summary>Before another device is named: the figures of the one before go.</summary>
    internal static void Forget(JsonObject machine, string key, string value)
    {
        if (key != $"{Place}.{DeviceKey}" || Dram(machine) is not { } dram)
            return;
        string[] gone = value == "null" ? ["controller", "channels", .. Parts] : Parts;
        foreach (string part in gone)
            dram.Remove(part);
    }

    /// <summary>Peak bandwidth in MB/s: bursts of all channels without a gap.</summary>
    public static double PeakMBps(DramDeviceSpec device, int channels) =>
        (double)device.Organisation.BurstBytes * device.Organisation.ClockMHz * channels * (device.Organisation.PseudoChannels ? device.Organisation.Ranks : 1)
        / device.Timing.BurstClocks;

    private static JsonObject? Dram(JsonObject machine) => machine["memory"] is JsonObject memory ? memory["dram"] as JsonObject : null;

    private static string? Name(JsonObject dram) =>
        dram[DeviceKey] is JsonValue text && text.GetValueKind() == JsonValueKind.String ? text.GetValue<string>() : null;

    private static JsonObject Tree(string name, string place)
    {
        if (Trees.TryGetValue(name, out var known))
            return known.DeepClone().AsObject();
        var names = Names();
        if (!names.Contains(name))
        {
            string shown = (name.Length <= 60 ? name : name[..57] + "...").ReplaceLineEndings(" ");
            throw new MachineException($"{place}: found '{shown}', expected a device of configs/memories: {string.Join(", ", names)}");
        }

        var tree = StrictDocument.Load(Path.Combine(Folder, name + Extension));
        RecordReader.Read<DramDeviceSpec>(tree, Shown(name));
        Trees[name] = tree;
        return tree.DeepClone().AsObject();
    }

    private static string Shown(string name) => $"configs/memories/{name}{Extension}";
}
