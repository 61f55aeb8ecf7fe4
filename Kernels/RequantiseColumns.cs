using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace NpuSim.Kernels;

/// <summary>Parameters of a requantisation as vectors read them: field by field instead of column by column, in pooled memory, and as often
/// one after the other as rows are taken together.</summary>
internal readonly ref struct RequantiseColumns
{
    private const int Fields = 4;
    private readonly int[] fields;

    /// <param name="parameters">12 bytes per column.</param>
    /// <param name="columns">Columns.</param>
    /// <param name="repeat">How often the columns follow one another.</param>
    internal static RequantiseColumns Prepare<TRounding>(ReadOnlySpan<byte> parameters, int columns, int repeat)
        where TRounding : struct, IRequantiseRounding
    {
        int width = columns * repeat;
        int[] fields = ArrayPool<int>.Shared.Rent(Fields * width);
        int irregular = 0;
        var records = MemoryMarshal.Cast<byte, ColumnRecord>(parameters)[..columns];
        var biases = fields.AsSpan(0, columns);
        var factors = fields.AsSpan(width, columns);
        var counts = fields.AsSpan(2 * width, columns);
        for (int c = 0; c < records.Length; c++)
        {
            ref readonly var record = ref records[c];
            if (!TRounding.TryPrepare(record.Multiplier, record.Shift, out factors[c], out counts[c])) fields[3 * width + irregular++] = c;
            biases[c] = record.Bias;
        }

        for (int field = 0; field < 3; field++)
        {
            var values = fields.AsSpan(field * width, width);
            for (int copy = 1; copy < repeat; copy++) values[..columns].CopyTo(values[(copy * columns)..]);
        }

        return new RequantiseColumns(fields, width, irregular);
    }

    /// <summary>The 12 bytes of a column, on the little-endian hosts that vectors are for.</summary>
    private readonly record struct ColumnRecord(int Bias, int Multiplier, int Shift);

    private RequantiseColumns(int[] fields, int width, int irregular)
    {
        this.fields = fields;
        Bias = fields.AsSpan(0, width);
        Factor = fields.AsSpan(width, width);
        Count = fields.AsSpan(2 * width, width);
        Irregular = fields.AsSpan(3 * width, irregular);
    }

    internal ReadOnlySpan<int> Bias { get; }

    /// <summary>Factor of a vector, or the bits of a float32 scale.</summary>
    internal ReadOnlySpan<int> Factor { get; }

    /// <summary>Right shift of a vector, 0 … 31.</summary>
    internal ReadOnlySpan<int> Count { get; }

    /// <summary>Columns of which vectors make something else than the definition.</summary>
    internal ReadOnlySpan<int> Irregular { get; }

    /// <summary>The parameters of a column as the instruction gives them.</summary>
    internal static (int Bias, int Multiplier, int Shift) Read(ReadOnlySpan<byte> parameters, int column)
    {
        var record = parameters.Slice(column * RequantiseKernel.ParameterBytes, RequantiseKernel.ParameterBytes);
        return (BinaryPrimitives.ReadInt32LittleEndian(record), BinaryPrimitives.ReadInt32LittleEndian(record[4..]),
            BinaryPrimitives.ReadInt32LittleEndian(record[8..]));
    }

    public void Dispose() => ArrayPool<int>.Shared.Return(fields);
}
