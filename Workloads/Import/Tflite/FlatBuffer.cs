using System.Buffers.Binary;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Import.Tflite;

/// <summary>A FlatBuffers file in memory. Every access is checked against its end, so that a cut or forged file is a <see
/// cref="ModelException"/>.</summary>
/// <remarks>Layout (FlatBuffers internals, public documentation): a root offset, a four-character identifier, tables that point back at a
/// table of field offsets, vectors with a 32-bit length. All offsets are little-endian and relative to where they stand.</remarks>
internal sealed class FlatBuffer(ReadOnlyMemory<byte> bytes, string file)
{
    private const int HeaderBytes = 8;

    /// <summary>A tree reads each byte about once. A forged file may point at one vector from many tables; this bounds the work.</summary>
    private const int ReadsPerByte = 16;

    private const int FreeReads = 1 << 20;

    private long _read;

    public int Length => bytes.Length;

    /// <summary>The root table of a file with the given identifier.</summary>
    public FlatTable Root(ReadOnlySpan<byte> identifier)
    {
        if (Length < HeaderBytes) throw Fault(0, $"the file has {Length} bytes, a header needs {HeaderBytes}");
        if (!bytes.Span.Slice(4, 4).SequenceEqual(identifier))
            throw Fault(4, $"the identifier is not {System.Text.Encoding.ASCII.GetString(identifier)}; this is not a TFLite file");
        return TableAt(Follow(0));
    }

    public FlatTable TableAt(int position)
    {
        var table = (long)position - Int32(position);
        if (table < 0 || table > Length - 4) throw Fault(position, $"the field table lies at {table}, outside the file of {Length} bytes");
        int start = (int)table, size = UInt16(start);
        if (size < 4 || size % 2 != 0) throw Fault(start, $"the field table has {size} bytes, expected an even number from 4");
        Require(start, size);
        return new FlatTable(this, position, start, size);
    }

    /// <summary>Position that the unsigned offset at <paramref name="position"/> leads to.</summary>
    public int Follow(int position)
    {
        long target = position + (long)UInt32(position);
        if (target <= position || target > Length - 4)
            throw Fault(position, $"an offset leads to {target}, outside the file of {Length} bytes");
        return (int)target;
    }

    /// <summary>Start of a vector's elements, with its length checked against the file.</summary>
    public int Vector(int position, int elementBytes, out int count)
    {
        var declared = UInt32(position);
        var room = (Length - position - 4) / elementBytes;
        if (declared > room) throw Fault(position, $"a vector of {declared} elements does not fit; the file has room for {room}");
        count = (int)declared;
        _read += 4 + (long)count * elementBytes;
        if (_read > FreeReads + (long)ReadsPerByte * Length) throw Fault(position, "the same vectors are referred to too many times");
        return position + 4;
    }

    public ReadOnlyMemory<byte> Slice(int position, int length)
    {
        Require(position, length);
        return bytes.Slice(position, length);
    }

    public sbyte SByte(int position) => (sbyte)Read(position, 1)[0];

    public ushort UInt16(int position) => BinaryPrimitives.ReadUInt16LittleEndian(Read(position, 2));

    public int Int32(int position) => BinaryPrimitives.ReadInt32LittleEndian(Read(position, 4));

    public uint UInt32(int position) => BinaryPrimitives.ReadUInt32LittleEndian(Read(position, 4));

    public long Int64(int position) => BinaryPrimitives.ReadInt64LittleEndian(Read(position, 8));

    public float Single(int position) => BinaryPrimitives.ReadSingleLittleEndian(Read(position, 4));

    public ModelException Fault(int position, string message) => new($"{file}: byte {position}: {message}");

    private ReadOnlySpan<byte> Read(int position, int length)
    {
        Require(position, length);
        return bytes.Span.Slice(position, length);
    }

    private void Require(int position, int length)
    {
        if (position < 0 || length < 0 || position > Length - length)
            throw Fault(position, $"{length} bytes are expected here, but the file ends at {Length}");
    }
}
