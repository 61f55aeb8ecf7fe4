using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace NpuSim.Kernels;

/// <summary>Parameters of a requantisation as vectors read them: field by field instead of column by column, in pooled memory, and as often
/// one after the other as rows are taken together.</summary>
internal readonly ref struct RequantiseColumns
{
    private const int GuardFields = 3;
    private const int IrregularField = 6;
    private const int MultiplierField = 7;
    private const int CertainField = 8;
    private const int Fields = CertainField + 1;
    private readonly int[] fields;

    /// <param name="parameters">12 bytes per column.</param>
    /// <param name="columns">Columns.</param>
    /// <param name="repeat">How often the columns follow one another.</param>
    /// <param name="target">Zero point and clamp of the results.</param>
    internal static RequantiseColumns Prepare<TRounding>(ReadOnlySpan<byte> parameters, int columns, int repeat, in RequantiseTarget target)
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
            if (!TRounding.TryPrepare(record.Multiplier, record.Shift, out factors[c], out counts[c]))
                fields[IrregularField * width + irregular++] = c;
            biases[c] = record.Bias;
        }

        int guardBits = TRounding.IsFixedPoint && columns >= Vector128<int>.Count && target.Zero is >= sbyte.MinValue and <= sbyte.MaxValue
            ? Guard(TRounding.RoundsTwice, target.Zero, records, fields, width, fields.AsSpan(IrregularField * width, irregular)) : 0;
        for (int field = 0; field < (guardBits > 0 ? IrregularField : GuardFields); field++)
        {
            var values = fields.AsSpan(field * width, width);
            for (int copy = 1; copy < repeat; copy++) values[..columns].CopyTo(values[(copy * columns)..]);
        }

        return new RequantiseColumns(fields, width, irregular, guardBits);
    }

    /// <summary>Writes slopes and offsets; the width of the guard band as a power of 2, or 0.</summary>
    private static int Guard(bool twice, int zero, ReadOnlySpan<ColumnRecord> records, int[] fields, int width, ReadOnlySpan<int> irregular)
    {
        int columns = records.Length;
        Span<int> multipliers = fields.AsSpan(MultiplierField * width, columns), shifts = fields.AsSpan(CertainField * width, columns);
        for (int c = 0; c < records.Length; c++) (multipliers[c], shifts[c]) = (records[c].Multiplier, records[c].Shift);
        foreach (int c in irregular) multipliers[c] = 0;
        return RequantiseGuard.Prepare(fields.AsSpan(0, columns), multipliers, shifts, zero, twice,
            fields.AsSpan(GuardFields * width, columns), fields.AsSpan((GuardFields + 1) * width, columns),
            fields.AsSpan((GuardFields + 2) * width, columns));
    }

    /// <summary>The 12 bytes of a column, on the little-endian hosts that vectors are for.</summary>
    private readonly record struct ColumnRecord(int Bias, int Multiplier, int Shift);

    private RequantiseColumns(int[] fields, int width, int irregular, int guardBits)
    {
        GuardBits = guardBits;
        this.fields = fields;
        Bias = fields.AsSpan(0, width);
        Factor = fields.AsSpan(width, width);
        Count = fields.AsSpan(2 * width, width);
        Slope = fields.AsSpan(GuardFields * width, width);
        Offset = fields.AsSpan((GuardFields + 1) * width, width);
        Raised = fields.AsSpan((GuardFields + 2) * width, width);
        Certain = MemoryMarshal.Cast<int, bool>(fields.AsSpan(CertainField * width, width));
        Irregular = fields.AsSpan(IrregularField * width, irregular);
    }

    internal ReadOnlySpan<int> Bias { get; }

    /// <summary>Factor of a vector, or the bits of a float32 scale.</summary>
    internal ReadOnlySpan<int> Factor { get; }

    /// <summary>Right shift of a vector, 0 … 31.</summary>
    internal ReadOnlySpan<int> Count { get; }

    /// <summary>Binary logarithm of the width of the guard band; 0 where <see cref="RequantiseGuarded{TRounding, TLanes, TVector}"/> is not
    /// for these columns, and the next three mean nothing.</summary>
    internal int GuardBits { get; }

    /// <summary>Bits of 2^16 times the factor in float32.</summary>
    internal ReadOnlySpan<int> Slope { get; }

    /// <summary>Bits of 2^16 times what is added to negative values (bias, zero point, half a step), with half the guard band.</summary>
    internal ReadOnlySpan<int> Offset { get; }

    /// <summary>The same for positive values.</summary>
    internal ReadOnlySpan<int> Raised { get; }

    /// <summary>Room to note what is certain: more than two places for every 8 columns, and two more.</summary>
    internal Span<bool> Certain { get; }

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
