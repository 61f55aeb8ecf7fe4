using NpuSim.Isa.Instructions;

namespace NpuSim.Simulator.Streams;

/// <summary>Bytes that an operand moves between its buffer and the vector unit.</summary>
internal readonly record struct OperandBytes(Address Address, long Bytes, bool Write);

/// <summary>The work of vector instructions, as timing and energy need it.</summary>
internal static class VectorWork
{
    private const int Int32Bytes = 4;
    private const int ReciprocalBytes = 8;
    private const int TableBytes = 256;

    /// <summary>Elements that the lanes work on; window taps for pooling.</summary>
    public static long Elements(Instruction instruction, VectorRegisters registers)
    {
        var shape = registers.Shape;
        return instruction switch
        {
            MaxPool p => Taps(p.OutRows, p.OutCols, registers),
            AveragePool p => Taps(p.OutRows, p.OutCols, registers),
            Resize r => (long)r.OutRows * r.OutCols * shape.Columns,
            _ => (long)shape.Rows * shape.Columns,
        };
    }

    /// <summary>The format that the lanes compute in.</summary>
    public static VectorFormat Format(Instruction instruction) => instruction switch
    {
        Requantise r => r.Rounding == Rounding.Float ? VectorFormat.Int8Float : VectorFormat.Int8Fixed,
        Add a => a.Format,
        Subtract s => s.Format,
        Multiply m => m.Format,
        Minimum m => m.Format,
        Maximum m => m.Format,
        Clamp c => c.Format,
        AveragePool p => p.Format,
        ReduceSum r => r.Format,
        ReduceMax r => r.Format,
        Exponential e => e.Format,
        Reciprocal r => r.Format,
        ReciprocalSquareRoot or Quantise or Dequantise => VectorFormat.Float32,
        Normalise => VectorFormat.Int32,
        Lookup or MaxPool or Transpose or Pack or Resize => VectorFormat.Int8Fixed,
        _ => throw new ArgumentException("not a vector operation", nameof(instruction)),
    };

    /// <summary>Bytes of an element of a format.</summary>
    public static int SizeBytes(VectorFormat format) => format switch
    {
        VectorFormat.Int8Fixed or VectorFormat.Int8Float => 1,
        VectorFormat.Int32 or VectorFormat.Float32 => Int32Bytes,
    };

    /// <summary>What every operand moves: each element that is used, as often as it is used; parameters and tables once.</summary>
    public static IReadOnlyList<OperandBytes> Traffic(Instruction instruction, VectorRegisters registers)
    {
        var shape = registers.Shape;
        long rows = shape.Rows, elements = rows * shape.Columns, work = Elements(instruction, registers);
        return instruction switch
        {
            Requantise r => [Read(r.A, elements * Int32Bytes), Read(r.Parameters, (long)shape.Columns * Requantise.ParameterBytes), Written(r.Out, elements)],
            Add a => Binary(a.A, a.B, a.Out, a.Format, a.Broadcast, shape),
            Subtract s => Binary(s.A, s.B, s.Out, s.Format, s.Broadcast, shape),
            Multiply m => Binary(m.A, m.B, m.Out, m.Format, m.Broadcast, shape),
            Minimum m => Binary(m.A, m.B, m.Out, m.Format, m.Broadcast, shape),
            Maximum m => Binary(m.A, m.B, m.Out, m.Format, m.Broadcast, shape),
            Clamp c => [Read(c.A, elements * SizeBytes(c.Format)), Written(c.Out, elements * SizeBytes(c.Format))],
            Lookup l => [Read(l.A, elements), Read(l.Table, TableBytes), Written(l.Out, elements)],
            MaxPool p => [Read(p.A, work), Written(p.Out, (long)p.OutRows * p.OutCols * shape.Columns)],
            AveragePool p => [Read(p.A, work), Written(p.Out, (long)p.OutRows * p.OutCols * shape.Columns)],
            ReduceSum r => [Read(r.A, elements * SizeBytes(r.Format)), Written(r.Out, Results(r.Axis, shape) * Int32Bytes)],
            ReduceMax r => [Read(r.A, elements * SizeBytes(r.Format)), Written(r.Out, Results(r.Axis, shape) * SizeBytes(r.Format))],
            Exponential e => [Read(e.A, elements * SizeBytes(e.Format)), Read(e.B, rows * SizeBytes(e.Format)), Written(e.Out, elements * Int32Bytes)],
            Reciprocal r => [Read(r.A, elements * Int32Bytes), Written(r.Out, elements * (r.Format == VectorFormat.Int32 ? ReciprocalBytes : Int32Bytes))],
            ReciprocalSquareRoot r => [Read(r.A, elements * Int32Bytes), Written(r.Out, elements * Int32Bytes)],
            Normalise n => [Read(n.A, elements * Int32Bytes), Read(n.B, rows * ReciprocalBytes), Written(n.Out, elements)],
            Quantise q => [Read(q.A, elements * Int32Bytes), Written(q.Out, elements)],
            Dequantise d => [Read(d.A, elements), Written(d.Out, elements * Int32Bytes)],
            Transpose t => [Read(t.A, elements * t.ElementBytes), Written(t.Out, elements * t.ElementBytes)],
            Pack p => [Read(p.A, elements), Written(p.Out, PackedBytes(p, shape))],
            Resize r => [Read(r.A, work), Written(r.Out, work)],
            _ => throw new ArgumentException("not a vector operation", nameof(instruction)),
        };
    }

    /// <summary>Bytes that a pack writes.</summary>
    public static long PackedBytes(Pack pack, VectorShape shape) => pack.Transposed
        ? ArrayOrder.DenseBytes(checked((int)shape.Rows), 1, 1, checked((int)shape.Columns))
        : ArrayOrder.DenseBytes(checked((int)shape.Columns), 1, 1, checked((int)shape.Rows));

    /// <summary>Results of a reduction.</summary>
    public static long Results(ReduceAxis axis, VectorShape shape) => axis switch
    {
        ReduceAxis.Columns => shape.Rows,
        ReduceAxis.Rows => shape.Columns,
    };

    private static OperandBytes[] Binary(Address a, Address b, Address result, VectorFormat format, Broadcast broadcast, VectorShape shape)
    {
        long bytes = (long)shape.Rows * shape.Columns * SizeBytes(format);
        long second = broadcast switch
        {
            Broadcast.None => bytes,
            Broadcast.RowScalar => (long)shape.Rows * SizeBytes(format),
        };
        return [Read(a, bytes), Read(b, second), Written(result, bytes)];
    }

    private static long Taps(int outRows, int outCols, VectorRegisters registers) =>
        (long)outRows * outCols * registers.Shape.Columns * registers.Window.KernelHeight * registers.Window.KernelWidth;

    private static OperandBytes Read(Address address, long bytes) => new(address, bytes, Write: false);

    private static OperandBytes Written(Address address, long bytes) => new(address, bytes, Write: true);
}
