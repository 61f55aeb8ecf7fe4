using System.IO.Compression;
using NpuSim.Isa.Program;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Data;

/// <summary>Tensors in files: .npy, .npz (`file.npz:NAME` says which array), IDX, raw .bin; each also as .gz.</summary>
public static class TensorFile
{
    private const string ArchiveMember = ".npz:";

    /// <summary>Reads a file that knows its own type and shape: .npy, .npz, or IDX under any other name.</summary>
    /// <exception cref="ModelException">The file is missing, malformed or of another kind; one line says what.</exception>
    public static TensorData Load(string path) => Open(path, (stream, name, member) => Path.GetExtension(name).ToLowerInvariant() switch
    {
        ".npy" => NpyFile.Read(stream, path),
        ".npz" => NpzFile.Read(stream, path, member),
        ".bin" or ".raw" => throw new ModelException($"{path}: raw bytes have no type and shape of their own, expected .npy, .npz or IDX"),
        _ => IdxFile.Read(stream, path),
    });

    /// <summary>Reads raw bytes as a tensor, or as several along a new first dimension.</summary>
    /// <param name="path">A file without header.</param>
    /// <param name="type">Element type.</param>
    /// <param name="shape">Shape of one tensor.</param>
    /// <exception cref="ModelException">The file's size is not that of one or more whole tensors.</exception>
    public static TensorData LoadRaw(string path, ElementType type, IReadOnlyList<int> shape) => Open(path, (stream, _, _) =>
    {
        using var content = new MemoryStream();
        stream.CopyTo(content);
        var one = shape.Aggregate((long)type.SizeBytes(), (product, extent) => product * extent);
        if (content.Length == 0 || content.Length % one != 0)
            throw new ModelException($"{path}: {content.Length} bytes, expected a multiple of {one} for {TensorData.Text(shape)} of " +
                $"{type}");
        var count = (int)(content.Length / one);
        return new TensorData(type, count == 1 ? shape : [count, .. shape], content.ToArray());
    });

    /// <summary>Reads a file for an input of a model: raw bytes are in the input's own type and shape, other files say theirs.</summary>
    public static TensorData LoadFor(string path, Tensor input) => IsRaw(path) ? LoadRaw(path, input.Type, input.Shape) : Load(path);

    /// <summary>All arrays of an .npz with their names; any other file is one tensor with an empty name.</summary>
    public static IReadOnlyList<KeyValuePair<string, TensorData>> LoadAll(string path) =>
        Path.GetExtension(path).Equals(".npz", StringComparison.OrdinalIgnoreCase)
            ? Open(path, (stream, _, _) => NpzFile.ReadAll(stream, path))
            : [KeyValuePair.Create("", Load(path))];

    internal static bool IsRaw(string path)
    {
        var name = WithoutGzip(path);
        return name.EndsWith(".bin", StringComparison.OrdinalIgnoreCase) || name.EndsWith(".raw", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Opens a file, through gzip where its name says so, and turns what the file system or a decoder throws into a
    /// message.</summary>
    /// <param name="path">The file, possibly with an archive member.</param>
    /// <param name="read">Gets the content, the file name without .gz, and the archive member or null.</param>
    internal static T Open<T>(string path, Func<Stream, string, string?, T> read)
    {
        var at = path.IndexOf(ArchiveMember, StringComparison.OrdinalIgnoreCase);
        var (file, member) = at < 0 ? (path, null) : (path[..(at + ArchiveMember.Length - 1)], path[(at + ArchiveMember.Length)..]);
        if (Directory.Exists(file)) throw new ModelException($"{file}: is a folder, expected a data file");
        try
        {
            using var stream = File.OpenRead(file);
            if (stream.Length == 0) throw new ModelException($"{file}: the file is empty");
            var name = WithoutGzip(file);
            if (name == file) return read(stream, name, member);
            using var inflated = new GZipStream(stream, CompressionMode.Decompress);
            return read(inflated, name, member);
        }
        catch (FileNotFoundException exception)
        {
            throw new ModelException($"{file}: no such file", exception);
        }
        catch (Exception exception)
            when (exception is IOException or InvalidDataException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            throw new ModelException($"{file}: cannot be read: {exception.Message.ReplaceLineEndings(" ")}", exception);
        }
    }

    private static string WithoutGzip(string path) => path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? path[..^3] : path;
}
