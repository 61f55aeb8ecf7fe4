using System.IO.Compression;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Data;

/// <summary>NumPy's .npz: a zip archive of .npy arrays.</summary>
internal static class NpzFile
{
    private const string Suffix = ".npy";
    private const int NamedArrays = 8;

    /// <summary>All arrays with their names, in the order of the archive.</summary>
    public static IReadOnlyList<KeyValuePair<string, TensorData>> ReadAll(Stream stream, string file)
    {
        using var archive = new ZipArchive(stream, ZipArchiveMode.Read);
        return [.. archive.Entries.Where(IsArray).Select(entry =>
            KeyValuePair.Create(entry.FullName[..^Suffix.Length], Read(entry, file)))];
    }

    /// <summary>One array: the named one, or the only one where no name is given.</summary>
    public static TensorData Read(Stream stream, string file, string? name)
    {
        using var archive = new ZipArchive(stream, ZipArchiveMode.Read);
        var arrays = archive.Entries.Where(IsArray).ToArray();
        var names = string.Join(", ", arrays.Take(NamedArrays).Select(entry =>
            Plain(entry.FullName)[..^Suffix.Length])) + (arrays.Length > NamedArrays ? ", …" : "");
        if (arrays.Length == 0) throw new ModelException($"{file}: the archive holds no .npy array");
        if (name is null)
        {
            if (arrays.Length == 1) return Read(arrays[0], file);
            throw new ModelException($"{file}: {arrays.Length} arrays ({names}); say which as {file}:NAME");
        }
        var named = arrays.FirstOrDefault(entry => entry.FullName == name + Suffix);
        return named is not null ? Read(named, file) : throw new ModelException($"{file}: no array {name}; there are {names}");
    }

    private static bool IsArray(ZipArchiveEntry entry) => entry.FullName.EndsWith(Suffix, StringComparison.Ordinal);

    private static TensorData Read(ZipArchiveEntry entry, string file)
    {
        using var content = entry.Open();
        return NpyFile.Read(content, $"{file}: {Plain(entry.FullName)}");
    }

    private static string Plain(string name) => string.Concat(name.Select(letter => char.IsControl(letter) ? '?' : letter));
}
