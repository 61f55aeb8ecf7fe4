using System.Buffers.Binary;
using NpuSim.Isa.Program;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Data;

/// <summary>The IDX format of the MNIST data sets: two zero bytes, type, rank, big-endian extents and elements.</summary>
internal static class IdxFile
{
    private const int MostDimensions = 4;

    /// <summary>Whether bytes look like the start of an IDX file.</summary>
    public static bool IsStart(ReadOnlySpan<byte> start) =>
        start.Length >= 4 && start[0] == 0 && start[1] == 0 && start[2] is >= 0x08 and <= 0x0E && start[3] is >= 1 and <= MostDimensions;

    /// <exception cref="ModelException">Malformed, cut, or of a type that is not supported.</exception>
    public static TensorData Read(Stream stream, string file)
    {
        var source = new DeclaredStream(stream, file);
        var start = source.Exactly(4, "the IDX header");
        if (!IsStart(start))
            throw source.Fault($"this is not an IDX file: it starts with {Convert.ToHexString(start)}, expected 0000, a type 08…0E and " +
                $"1…{MostDimensions} dimensions");
        var type = start[2] switch
        {
            0x08 => ElementType.UInt8,
            0x09 => ElementType.Int8,
            0x0B => ElementType.Int16,
            0x0C => ElementType.Int32,
            0x0D => ElementType.Float32,
            var other => throw source.Fault($"IDX type {other:X2}, expected 08, 09, 0B, 0C or 0D"),
        };
        var shape = new long[start[3]];
        for (var i = 0; i < shape.Length; i++) shape[i] = BinaryPrimitives.ReadUInt32BigEndian(source.Exactly(4, "the IDX header"));
        var bytes = source.Exactly(source.ContentBytes(shape, type.SizeBytes()), "the content");
        source.RequireEnd();
        for (var i = 0; i < bytes.Length && type.SizeBytes() > 1; i += type.SizeBytes()) bytes.AsSpan(i, type.SizeBytes()).Reverse();
        return new TensorData(type, [.. shape.Select(extent => (int)extent)], bytes);
    }
}
