using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Import.Onnx;
using NpuSim.Workloads.Import.Tflite;

namespace NpuSim.Workloads.Import;

/// <summary>A model file of any format that there is an importer for, told by its extension.</summary>
public static class ModelFile
{
    private static readonly SortedDictionary<string, Func<string, Graph>> Importers = new(StringComparer.OrdinalIgnoreCase)
    {
        [".onnx"] = path => OnnxImporter.Load(path),
        [".tflite"] = TfliteImporter.Load,
    };

    /// <summary>Known extensions, with their dot, in alphabetical order.</summary>
    public static IReadOnlyCollection<string> Extensions => Importers.Keys;

    /// <exception cref="ModelException">No such file, a folder, an empty file, an unknown extension, or what the importer
    /// refuses.</exception>
    public static Graph Load(string path)
    {
        if (Directory.Exists(path)) throw new ModelException($"{path}: is a folder, expected a model file");
        if (!File.Exists(path)) throw new ModelException($"{path}: no such file");
        var extension = Path.GetExtension(path);
        if (!Importers.TryGetValue(extension, out var import))
        {
            var found = extension.Length == 0 ? "the file has no extension" : $"unknown extension \"{extension}\"";
            throw new ModelException($"{path}: {found}, expected {string.Join(" or ", Extensions)}");
        }
        if (new FileInfo(path).Length == 0) throw new ModelException($"{path}: the file is empty");
        return import(path);
    }
}
