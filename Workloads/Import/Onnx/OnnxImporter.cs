using Google.Protobuf;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Import.Onnx.Proto;

namespace NpuSim.Workloads.Import.Onnx;

/// <summary>Reads ONNX models of opsets 7 to 21: float32, QDQ and QOperator.</summary>
/// <remarks>Images of the file are NCHW, the graph's NHWC: operators that care are wrapped in transposes, which a later pass cancels.
/// Constants are folded, dropouts and identities removed, weights laid out as the graph wants them; nothing is fused.</remarks>
public static class OnnxImporter
{
    /// <summary>Loads a file. External data may lie in its folder.</summary>
    /// <param name="path">Path of the model.</param>
    /// <param name="dimensions">Values of dynamic dimensions by the name that the file gives them. A dynamic first dimension that is not named
    /// here is the batch, 1.</param>
    /// <exception cref="ModelException">The file cannot be read or imported; the message says where and why in one or two lines.</exception>
    public static Graph Load(string path, IReadOnlyDictionary<string, int>? dimensions = null)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.SequentialScan);
            return Load(file, new OnnxSource(Path.GetFileName(path), Path.GetDirectoryName(Path.GetFullPath(path))), dimensions);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new ModelException($"{Shown.Of(path)}: cannot be read: {e.Message.ReplaceLineEndings(" ")}", e);
        }
    }

    /// <summary>Loads a model from a stream; external data is refused.</summary>
    /// <param name="stream">Serialised model.</param>
    /// <param name="name">For messages and as the graph's name.</param>
    /// <param name="dimensions">As for a file.</param>
    /// <exception cref="ModelException">As for a file.</exception>
    public static Graph Load(Stream stream, string name, IReadOnlyDictionary<string, int>? dimensions = null) =>
        Load(stream, new OnnxSource(name, null), dimensions);

    private static Graph Load(Stream stream, OnnxSource source, IReadOnlyDictionary<string, int>? dimensions)
    {
        ModelProto model;
        try
        {
            model = ModelProto.Parser.WithDiscardUnknownFields(true).ParseFrom(stream);
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new ModelException($"{Shown.Of(source.Name)}: not an ONNX model, or cut off: {e.Message.ReplaceLineEndings(" ")}", e);
        }

        return new ModelImport(model, source, dimensions ?? new Dictionary<string, int>()).Run();
    }
}
