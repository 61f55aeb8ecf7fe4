using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Import;
using NpuSim.Workloads.Import.Onnx;
using NpuSim.Workloads.Models;

namespace NpuSim.Cli.Running;

/// <summary>What MODEL on the command line is.</summary>
internal enum ModelForm
{
    /// <summary>A graph: an ONNX or TFLite file, or a built-in model.</summary>
    Graph,

    /// <summary>A compiled program, as a file or as text.</summary>
    Program,

    /// <summary>A table of layers.</summary>
    LayerTable,
}

/// <summary>Finds what MODEL names: a built-in model or a file, told by its extension.</summary>
internal static class ModelSource
{
    public const string ProgramExtension = ".npu";
    public const string TextExtension = ".npuasm";
    private const string OnnxExtension = ".onnx";
    private const string TableExtension = ".csv";
    private const int CalibrationDigits = 100;

    /// <summary>Extensions that a MODEL may have.</summary>
    public static IReadOnlyList<string> Extensions => [.. ModelFile.Extensions, ProgramExtension, TextExtension, TableExtension];

    /// <exception cref="UsageException">Neither a built-in model nor a file of a known kind.</exception>
    public static ModelForm FormOf(string model)
    {
        if (BuiltInModels.Contains(model))
        {
            return ModelForm.Graph;
        }

        Require(model);
        return Path.GetExtension(model).ToLowerInvariant() switch
        {
            ProgramExtension or TextExtension => ModelForm.Program,
            TableExtension => ModelForm.LayerTable,
            _ => ModelForm.Graph,
        };
    }

    /// <summary>Loads a built-in model or a model file.</summary>
    /// <param name="model">MODEL of the command line.</param>
    /// <param name="command">The command, for messages.</param>
    /// <param name="dimensions">Extents of an ONNX model's dynamic dimensions by name.</param>
    /// <exception cref="UsageException">It is no graph.</exception>
    /// <exception cref="ModelException">The file is refused.</exception>
    public static Graph LoadGraph(string model, string command, IReadOnlyDictionary<string, int> dimensions) => FormOf(model) switch
    {
        ModelForm.Graph => LoadGraph(model, dimensions),
        ModelForm.Program => throw new UsageException($"{command}: {model} is a compiled program, expected a model"),
        ModelForm.LayerTable => throw new UsageException($"{command}: {model} is a layer table, expected a model; npusim run takes tables"),
    };

    private static Graph LoadGraph(string model, IReadOnlyDictionary<string, int> dimensions)
    {
        bool isOnnx = !BuiltInModels.Contains(model) && Path.GetExtension(model).Equals(OnnxExtension, StringComparison.OrdinalIgnoreCase);
        if (dimensions.Count > 0)
        {
            return isOnnx
                ? OnnxImporter.Load(model, dimensions)
                : throw new UsageException($"--dimension: {model} is no ONNX file, its shapes are fixed");
        }

        return BuiltInModels.Contains(model) ? BuiltInModels.Create(model) : ModelFile.Load(model);
    }

    /// <summary>What a built-in model is calibrated on: the trained one on drawn digits, others on random data (null).</summary>
    public static CalibrationData? OwnCalibration(string model, Graph graph) =>
        BuiltInModels.Contains(model) && BuiltInModels.Describe(model).IsTrained
            ? new CalibrationData([.. DrawnDigits().Select(sample => InputSamples.Named(graph.Inputs[0], sample))], "drawn digits")
            : null;

    // As those that the model was fitted on, never those that it is evaluated on.
    private static IReadOnlyList<byte[]> DrawnDigits() => GlyphImages.Labelled(CalibrationDigits, GlyphTrainer.DefaultSeed).Samples;

    private static void Require(string model)
    {
        if (model.Length == 0)
        {
            throw new UsageException("MODEL is empty, expected a file or a built-in model (npusim models)");
        }

        if (Directory.Exists(model))
        {
            throw new UsageException($"{model}: is a folder, expected a model file ({string.Join(", ", Extensions)})");
        }

        if (!File.Exists(model))
        {
            string hint = Suggestion.Hint(model, BuiltInModels.Names);
            throw new UsageException($"{model.ReplaceLineEndings(" ")}: no such file or built-in model{hint}; npusim models lists those there are");
        }

        if (!Extensions.Contains(Path.GetExtension(model).ToLowerInvariant()))
        {
            throw new UsageException($"{model}: unknown extension '{Path.GetExtension(model)}', expected {string.Join(", ", Extensions)}");
        }
    }
}
