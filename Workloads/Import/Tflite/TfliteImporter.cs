using NpuSim.Isa.Program;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Import.Tflite;

/// <summary>Reads TensorFlow Lite files: int8, uint8 and float models of one subgraph without state.</summary>
/// <remarks>
/// Quantised uint8 becomes int8 (values and zero points minus 128); a uint8 input or output keeps its type behind a requantise node.
/// Averages of
/// such a model round as the int8 kernels round, which on exact halves below zero differs from the uint8 kernels by one step.
/// Weights of "dynamic range" models (float activations, int8 weights) and float16 constants become float32: such a model runs in float.
/// An unknown batch size is 1.
/// </remarks>
public static class TfliteImporter
{
    private const int NamedOperators = 5;

    /// <summary>Reads a model. Its arithmetic is <see cref="Arithmetic.TfliteReference"/> if any value is quantised, else <see
    /// cref="Arithmetic.Float"/>.</summary>
    /// <exception cref="ModelException">The file is missing, malformed, or holds what is not supported; one line says what and
    /// where.</exception>
    public static Graph Load(string path)
    {
        try
        {
            return Read(File.ReadAllBytes(path), path);
        }
        catch (Exception exception)
            when (exception is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            throw new ModelException($"{path}: cannot be read: {exception.Message.ReplaceLineEndings(" ")}", exception);
        }
    }

    /// <summary>Reads a model from memory.</summary>
    /// <param name="bytes">Content of a .tflite file.</param>
    /// <param name="file">Its name, for messages; the graph is named after it.</param>
    public static Graph Read(ReadOnlyMemory<byte> bytes, string file)
    {
        var stored = TfliteFile.Read(bytes, file);
        RefuseUnknownOperators(stored);
        var assembly = new GraphAssembly(stored, Path.GetFileNameWithoutExtension(file));
        assembly.BeginInputs();
        foreach (var operation in stored.Operators) ReadOperator(assembly, operation);
        assembly.EndOutputs();
        var graph = assembly.Graph;
        var quantised = graph.Nodes.SelectMany(node => node.Outputs).Any(tensor =>
            tensor is { Type: ElementType.Int8, Quantisation: not null });
        graph.Arithmetic = quantised ? Arithmetic.TfliteReference : Arithmetic.Float;
        Verify(graph, file);
        return graph;
    }

    private static void Verify(Graph graph, string file)
    {
        try
        {
            GraphVerifier.Verify(graph);
        }
        catch (ModelException exception)
        {
            throw new ModelException($"{file}: {exception.Message}", exception);
        }
    }

    private static void RefuseUnknownOperators(TfliteFile stored)
    {
        var unknown = stored.Operators.Where(operation => OperatorTable.Find(operation.Name) is null).GroupBy(operation =>
            operation.Name).ToArray();
        if (unknown.Length == 0) return;
        var names = unknown.Take(NamedOperators).Select(group =>
            $"{group.Key} ({(group.Count() == 1 ? "once" : $"{group.Count()} times")}, first as operator {group.First().Index})");
        var more = unknown.Length > NamedOperators ? $" and {unknown.Length - NamedOperators} more" : "";
        throw new ModelException($"{stored.File}: not supported: {string.Join(", ", names)}{more}");
    }

    private static void ReadOperator(GraphAssembly assembly, TfliteOperator stored)
    {
        var row = OperatorTable.Find(stored.Name)!;
        var place = $"{assembly.File.File}: operator {stored.Index} ({stored.Name})";
        if (stored.Inputs.Count < row.LeastInputs || stored.Inputs.Count > row.MostInputs)
            throw new ModelException($"{place}: {stored.Inputs.Count} inputs, expected " +
                $"{row.LeastInputs}{(row.MostInputs > row.LeastInputs ? " or more" : "")}");
        if (stored.Outputs.Count < 1 || (stored.Outputs.Count > 1 && !row.ManyOutputs))
            throw new ModelException($"{place}: {stored.Outputs.Count} outputs, expected {(row.ManyOutputs ? "at least " : "")}one");
        if (row.OptionsType != 0 && stored.OptionsType != 0 && stored.OptionsType != row.OptionsType)
            throw new ModelException($"{place}: options of type {stored.OptionsType}, expected {row.OptionsType}");
        row.Read(new OperatorSource(assembly, stored));
    }
}
