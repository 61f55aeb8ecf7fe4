using System.Globalization;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Import.Onnx.Proto;

namespace NpuSim.Workloads.Import.Onnx;

/// <summary>Tensor data that lies in a file beside the model. Only files inside the model's folder are opened.</summary>
internal static class ExternalData
{
    /// <summary>Reads the bytes of one tensor.</summary>
    /// <exception cref="ModelException">The location leaves the folder, or the file is absent, too short or not of the expected length.</exception>
    public static byte[] Read(TensorProto proto, long expectedBytes, OnnxSource source, string place)
    {
        var path = Path(proto, source, place);
        var offset = Number(proto, "offset", 0, source, place);
        var length = Number(proto, "length", expectedBytes, source, place);
        if (length != expectedBytes)
            throw source.Refuse(place, $"{length} bytes of external data", $"{expectedBytes}");
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read);
            if (offset > file.Length || length > file.Length - offset)
                throw source.Refuse(place, $"an external file of {file.Length} bytes", $"{length} bytes at offset {offset}");
            var data = new byte[length];
            file.Seek(offset, SeekOrigin.Begin);
            file.ReadExactly(data);
            return data;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw source.Refuse(place, $"external data that cannot be read ({e.GetType().Name})", "a readable file in the model's folder");
        }
    }

    private static string Path(TensorProto proto, OnnxSource source, string place)
    {
        var location = Entry(proto, "location");
        if (source.Folder is null || string.IsNullOrEmpty(location) || location.Contains('\0', StringComparison.Ordinal))
            throw source.Refuse(place, "external data without a location beside the model", "data in the file or in the model's folder");
        var folder = System.IO.Path.GetFullPath(source.Folder);
        var path = System.IO.Path.GetFullPath(System.IO.Path.Combine(folder, location));
        var inside = System.IO.Path.TrimEndingDirectorySeparator(folder) + System.IO.Path.DirectorySeparatorChar;
        if (!path.StartsWith(inside, StringComparison.Ordinal))
            throw source.Refuse(place, $"external data at {Shown.Of(location)}", "a file in the model's folder");
        // A link could still lead outside.
        for (var part = path; part.Length > inside.Length; part = System.IO.Path.GetDirectoryName(part)!)
            if (new FileInfo(part).LinkTarget is not null)
                throw source.Refuse(place, $"external data through the link {Shown.Of(location)}", "a file in the model's folder");
        return path;
    }

    private static long Number(TensorProto proto, string key, long absent, OnnxSource source, string place)
    {
        var text = Entry(proto, key);
        if (text is null)
            return absent;
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw source.Refuse(place, $"{key} {Shown.Of(text)} of external data", "a number of bytes");
    }

    private static string? Entry(TensorProto proto, string key) => proto.ExternalData.FirstOrDefault(entry => entry.Key == key)?.Value;
}
