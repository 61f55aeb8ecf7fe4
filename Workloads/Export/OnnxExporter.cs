using Google.Protobuf;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Import.Onnx;
using NpuSim.Workloads.Import.Onnx.Proto;

namespace NpuSim.Workloads.Export;

/// <summary>Writes any graph as an ONNX model that other tools run too.</summary>
/// <remarks>Opset 17. Tensors keep the graph's shapes; operators on images stand between transposes to NCHW and back. A quantised operator
/// is written as its float32 form between DequantizeLinear and QuantizeLinear. The graph's integer arithmetic is kept in the model's
/// metadata, unless the graph has float32 operators between conversions too, which could not be told apart; other tools compute as float32
/// does. GELU is written as ONNX Runtime's own operator; swish, reciprocal root, square and squared difference as two operators. A depthwise
/// convolution of one channel is the same as a dense one in ONNX and comes back as that. The same graph gives the same bytes.</remarks>
public static class OnnxExporter
{
    private const long IrVersion = 8;
    private const long Opset = 17;

    /// <summary>Largest message of the format.</summary>
    private const long LargestBytes = int.MaxValue;

    /// <summary>Writes a file: first under a temporary name, then renamed.</summary>
    /// <exception cref="ModelException">The graph is not valid or too large for the format, or the file cannot be written.</exception>
    public static void Save(Graph graph, string path)
    {
        var model = Model(graph);
        var temporary = path + ".partial";
        try
        {
            using (var file = new FileStream(temporary, FileMode.Create, FileAccess.Write))
                model.WriteTo(file);
            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            if (File.Exists(temporary))
                File.Delete(temporary);
            throw new ModelException($"{path}: cannot be written: {e.Message.ReplaceLineEndings(" ")}", e);
        }
    }

    /// <summary>Writes a model to a stream.</summary>
    /// <exception cref="ModelException">The graph is not valid or too large for the format.</exception>
    public static void Save(Graph graph, Stream stream) => Model(graph).WriteTo(stream);

    /// <summary>True where an operator is float32 between conversions, which is how quantised operators are written.</summary>
    private static bool HasFloatIslands(Graph graph)
    {
        var dequantised = graph.Nodes.Where(node => node.Kind == OperatorKind.Dequantise && !node.Input(0).IsConstant)
            .Select(node => node.Output).ToHashSet();
        var quantised = graph.Nodes.Where(node => node.Kind == OperatorKind.Quantise).Select(node => node.Input(0)).ToHashSet();
        return graph.Nodes.Any(node => node.Outputs.Any(quantised.Contains)
            && node.Inputs.Any(input => input is not null && dequantised.Contains(input)));
    }

    private static ModelProto Model(Graph graph)
    {
        GraphVerifier.Verify(graph);
        var writer = new OnnxWriter(graph);
        foreach (var node in graph.Nodes)
            NodeExport.Write(writer, node);
        var model = new ModelProto { IrVersion = IrVersion, ProducerName = "npusim", Graph = writer.Proto };
        model.OpsetImport.Add(new OperatorSetIdProto { Version = Opset });
        if (writer.UsesOnnxRuntime)
            model.OpsetImport.Add(new OperatorSetIdProto { Domain = OperatorTable.Microsoft, Version = 1 });
        if (graph.Arithmetic != Arithmetic.Float && !HasFloatIslands(graph))
            model.MetadataProps.Add(new StringStringEntryProto { Key = ModelImport.ArithmeticKey, Value = graph.Arithmetic.ToString() });
        if (writer.ConstantBytes > LargestBytes || model.CalculateSize() < 0)
            throw new ModelException($"{graph.Name}: {writer.ConstantBytes} bytes of constants, at most {LargestBytes} fit an ONNX file");
        return model;
    }
}
