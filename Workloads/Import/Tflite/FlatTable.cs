using System.Text;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Import.Tflite;

/// <summary>One table of a FlatBuffers file. Fields go by their number in the schema; an absent field reads as its default.</summary>
/// <remarks>The default value of the struct is a table without fields: what an absent options table means.</remarks>
internal readonly struct FlatTable(FlatBuffer buffer, int position, int fields, int fieldBytes)
{
    private readonly FlatBuffer? _buffer = buffer;

    public bool Has(int field) => Locate(field) != 0;

    public sbyte SByte(int field, sbyte missing = 0) => Locate(field) is var at and not 0 ? _buffer!.SByte(at) : missing;

    public bool Boolean(int field, bool missing = false) => Locate(field) is var at and not 0 ? _buffer!.SByte(at) != 0 : missing;

    public int Int32(int field, int missing = 0) => Locate(field) is var at and not 0 ? _buffer!.Int32(at) : missing;

    public uint UInt32(int field) => Locate(field) is var at and not 0 ? _buffer!.UInt32(at) : 0;

    public long Int64(int field) => Locate(field) is var at and not 0 ? _buffer!.Int64(at) : 0;

    public float Single(int field) => Locate(field) is var at and not 0 ? _buffer!.Single(at) : 0;

    /// <summary>The table that a field refers to, or null.</summary>
    public FlatTable? Table(int field) => Locate(field) is var at and not 0 ? _buffer!.TableAt(_buffer.Follow(at)) : null;

    /// <summary>UTF-8 text; malformed sequences become replacement characters; empty where absent.</summary>
    public string Text(int field) => Encoding.UTF8.GetString(Bytes(field).Span);

    /// <summary>A vector of bytes, without copying; empty where absent.</summary>
    public ReadOnlyMemory<byte> Bytes(int field)
    {
        var start = Elements(field, 1, out var count);
        return count == 0 ? default : _buffer!.Slice(start, count);
    }

    public int[] Int32s(int field)
    {
        var start = Elements(field, 4, out var count);
        var values = new int[count];
        for (var i = 0; i < count; i++) values[i] = _buffer!.Int32(start + 4 * i);
        return values;
    }

    public long[] Int64s(int field)
    {
        var start = Elements(field, 8, out var count);
        var values = new long[count];
        for (var i = 0; i < count; i++) values[i] = _buffer!.Int64(start + 8 * i);
        return values;
    }

    public float[] Singles(int field)
    {
        var start = Elements(field, 4, out var count);
        var values = new float[count];
        for (var i = 0; i < count; i++) values[i] = _buffer!.Single(start + 4 * i);
        return values;
    }

    /// <summary>A vector of tables; empty where absent.</summary>
    public FlatTable[] Tables(int field)
    {
        var start = Elements(field, 4, out var count);
        var values = new FlatTable[count];
        for (var i = 0; i < count; i++) values[i] = _buffer!.TableAt(_buffer.Follow(start + 4 * i));
        return values;
    }

    private int Elements(int field, int elementBytes, out int count)
    {
        count = 0;
        return Locate(field) is var at and not 0 ? _buffer!.Vector(_buffer.Follow(at), elementBytes, out count) : 0;
    }

    /// <summary>Where a field's value or offset stands; 0 where it is absent.</summary>
    private int Locate(int field)
    {
        var entry = 4 + 2 * field;
        if (_buffer is null || entry + 2 > fieldBytes) return 0;
        var offset = _buffer.UInt16(fields + entry);
        return offset == 0 ? 0 : position + offset;
    }
}
