using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using NpuSim.Isa.Program;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Data;

/// <summary>NumPy's .npy, versions 1 to 3: little-endian, C order. Doubles and halves are read as float32.</summary>
public static partial class NpyFile
{
    private const int LargestHeader = 1 << 20;
    private const int Alignment = 64;

    private static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    /// <summary>Writes an array; under a temporary name first, so that a file of this name is always whole.</summary>
    public static void Save(string path, TensorData tensor)
    {
        var header = $"{{'descr': '{Description(tensor.Type)}', 'fortran_order': False, 'shape': {ShapeTuple(tensor.Shape)}, }}";
        var prefix = Magic.Length + 4;
        header = header.PadRight((prefix + header.Length + 1 + Alignment - 1) / Alignment * Alignment - prefix - 1) + "\n";
        var temporary = $"{path}.part";
        using (var stream = File.Create(temporary))
        {
            stream.Write(Magic);
            Span<byte> version = [1, 0, 0, 0];
            BinaryPrimitives.WriteUInt16LittleEndian(version[2..], (ushort)header.Length);
            stream.Write(version);
            stream.Write(Encoding.ASCII.GetBytes(header));
            stream.Write(tensor.Bytes);
        }
        File.Move(temporary, path, overwrite: true);
    }

    /// <summary>Reads one array to the end of the stream.</summary>
    /// <exception cref="ModelException">Malformed, cut, or of a type or order that is not supported.</exception>
    internal static TensorData Read(Stream stream, string file)
    {
        var source = new DeclaredStream(stream, file);
        var start = source.Exactly(Magic.Length + 2, "the .npy header");
        if (!start.AsSpan().StartsWith(Magic)) throw source.Fault("this is not a .npy file: the first bytes are not \\x93NUMPY");
        int version = start[Magic.Length];
        if (version is < 1 or > 3) throw source.Fault($".npy version {version}, expected 1, 2 or 3");
        long length = version == 1
            ? BinaryPrimitives.ReadUInt16LittleEndian(source.Exactly(2, "the .npy header"))
            : BinaryPrimitives.ReadUInt32LittleEndian(source.Exactly(4, "the .npy header"));
        if (length > LargestHeader) throw source.Fault($"a .npy header of {length} bytes, at most {LargestHeader} are supported");
        var header = Encoding.UTF8.GetString(source.Exactly(length, "the .npy header"));
        var shape = Shape(source, header);
        if (Match(source, FortranOrder(), header, "fortran_order") == "True" && shape.Count(extent => extent != 1) > 1)
            throw source.Fault("the array is in Fortran order; save it with numpy.ascontiguousarray");
        var (type, stored) = Type(source, Match(source, Descr(), header, "descr"));
        var bytes = source.Exactly(source.ContentBytes(shape, stored), "the array");
        source.RequireEnd();
        return new TensorData(type, [.. shape.Select(extent => (int)extent)], stored == type.SizeBytes() ? bytes
            : ToSingles(bytes, stored));
    }

    [GeneratedRegex("'descr'\\s*:\\s*'([^']{1,16})'", RegexOptions.NonBacktracking)]
    private static partial Regex Descr();

    [GeneratedRegex("'fortran_order'\\s*:\\s*(True|False)", RegexOptions.NonBacktracking)]
    private static partial Regex FortranOrder();

    [GeneratedRegex("'shape'\\s*:\\s*\\(([0-9, ]*)\\)", RegexOptions.NonBacktracking)]
    private static partial Regex ShapeEntry();

    private static string Match(DeclaredStream source, Regex pattern, string header, string key)
    {
        var match = pattern.Match(header);
        return match.Success ? match.Groups[1].Value : throw source.Fault($"the .npy header has no plain '{key}'");
    }

    private static long[] Shape(DeclaredStream source, string header)
    {
        var extents = Match(source, ShapeEntry(), header, "shape").Split(',',
            StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return Array.ConvertAll(extents, extent =>
            long.TryParse(extent, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value
                : throw source.Fault($"an extent of {extent}"));
    }

    /// <summary>Element type in memory, and bytes of an element in the file.</summary>
    private static (ElementType Type, int StoredBytes) Type(DeclaredStream source, string description) => description switch
    {
        "|i1" or "<i1" => (ElementType.Int8, 1),
        "|u1" or "<u1" => (ElementType.UInt8, 1),
        "|b1" => (ElementType.Bool, 1),
        "<i2" => (ElementType.Int16, 2),
        "<i4" => (ElementType.Int32, 4),
        "<i8" => (ElementType.Int64, 8),
        "<f2" => (ElementType.Float32, 2),
        "<f4" => (ElementType.Float32, 4),
        "<f8" => (ElementType.Float32, 8),
        _ => throw source.Fault($"elements of type {description}, expected one of |i1 |u1 |b1 <i2 <i4 <i8 <f2 <f4 <f8"),
    };

    private static string Description(ElementType type) => type switch
    {
        ElementType.Int8 => "|i1",
        ElementType.UInt8 => "|u1",
        ElementType.Bool => "|b1",
        ElementType.Int16 => "<i2",
        ElementType.Int32 => "<i4",
        ElementType.Int64 => "<i8",
        ElementType.Float32 => "<f4",
    };

    private static string ShapeTuple(IReadOnlyList<int> shape) => shape.Count == 1 ? $"({shape[0]},)" : $"({string.Join(", ", shape)})";

    private static byte[] ToSingles(byte[] stored, int bytes)
    {
        var singles = new byte[(long)stored.Length / bytes * 4];
        for (var i = 0; i < singles.Length / 4; i++)
        {
            var element = stored.AsSpan(i * bytes);
            var value = bytes == 8 ? (float)BinaryPrimitives.ReadDoubleLittleEndian(element)
                : (float)BinaryPrimitives.ReadHalfLittleEndian(element);
            BinaryPrimitives.WriteSingleLittleEndian(singles.AsSpan(4 * i), value);
        }
        return singles;
    }
}
