using System.Buffers.Binary;
using System.Text;

namespace NpuSim.Tests.Workloads.Import.Tflite;

/// <summary>A table to be written: fields by number, each a scalar's bytes or what it refers to (table, tables, text or vector).</summary>
internal sealed class FlatFields
{
    public SortedDictionary<int, object> Values { get; } = [];

    public FlatFields With(int field, object value)
    {
        Values[field] = value;
        return this;
    }
}

/// <summary>Writes FlatBuffers files front to back: what a table refers to follows it. Independent of the reader under test.</summary>
internal sealed class FlatWriter
{
    private readonly List<byte> _bytes = [];

    public static byte[] Write(FlatFields root, string identifier)
    {
        var writer = new FlatWriter();
        writer._bytes.AddRange(new byte[4]);
        writer._bytes.AddRange(Encoding.ASCII.GetBytes(identifier));
        writer.Patch(0, writer.Table(root));
        return [.. writer._bytes];
    }

    private int Table(FlatFields table)
    {
        var slots = table.Values.Count == 0 ? 0 : table.Values.Keys.Max() + 1;
        var offsets = new ushort[slots];
        var inline = new List<byte>(new byte[4]);
        foreach (var (field, value) in table.Values)
        {
            var scalar = Scalar(value) ?? new byte[4];
            while (inline.Count % scalar.Length != 0) inline.Add(0);
            offsets[field] = (ushort)inline.Count;
            inline.AddRange(scalar);
        }
        Align(8);
        var fields = _bytes.Count;
        Append((ushort)(4 + 2 * slots));
        Append((ushort)inline.Count);
        foreach (var offset in offsets) Append(offset);
        Align(8);
        var start = _bytes.Count;
        _bytes.AddRange(inline);
        Put(start, start - fields);
        foreach (var (field, value) in table.Values)
        {
            if (Scalar(value) is null) Patch(start + offsets[field], Content(value));
        }
        return start;
    }

    private static byte[]? Scalar(object value) => value switch
    {
        sbyte number => [(byte)number],
        byte number => [number],
        bool flag => [flag ? (byte)1 : (byte)0],
        int number => BitConverter.GetBytes(number),
        uint number => BitConverter.GetBytes(number),
        float number => BitConverter.GetBytes(number),
        long number => BitConverter.GetBytes(number),
        _ => null,
    };

    private int Content(object value) => value switch
    {
        FlatFields table => Table(table),
        FlatFields[] tables => Tables(tables),
        string text => Vector(Encoding.UTF8.GetBytes(text), text.Length),
        byte[] bytes => Vector(bytes, bytes.Length),
        int[] numbers => Vector([.. numbers.SelectMany(BitConverter.GetBytes)], numbers.Length),
        long[] numbers => Vector([.. numbers.SelectMany(BitConverter.GetBytes)], numbers.Length),
        float[] numbers => Vector([.. numbers.SelectMany(BitConverter.GetBytes)], numbers.Length),
        _ => throw new ArgumentException($"{value.GetType()} is no field's type"),
    };

    private int Vector(byte[] content, int count)
    {
        Align(4);
        var start = _bytes.Count;
        Append(count);
        _bytes.AddRange(content);
        return start;
    }

    /// <summary>A table that occurs several times is written once and referred to as often.</summary>
    private int Tables(FlatFields[] tables)
    {
        var start = Vector(new byte[4 * tables.Length], tables.Length);
        var written = new Dictionary<FlatFields, int>();
        for (var i = 0; i < tables.Length; i++)
        {
            if (!written.TryGetValue(tables[i], out var table)) written[tables[i]] = table = Table(tables[i]);
            Patch(start + 4 + 4 * i, table);
        }
        return start;
    }

    private void Align(int bytes)
    {
        while (_bytes.Count % bytes != 0) _bytes.Add(0);
    }

    private void Append(ushort value) => _bytes.AddRange(BitConverter.GetBytes(value));

    private void Append(int value) => _bytes.AddRange(BitConverter.GetBytes(value));

    private void Patch(int position, int target) => Put(position, target - position);

    private void Put(int position, int value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        for (var i = 0; i < 4; i++) _bytes[position + i] = bytes[i];
    }
}
