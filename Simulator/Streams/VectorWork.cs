using NpuSim.Isa.Instructions;

namespace NpuSim.Simulator.Streams;

/// <summary>The work of vector instructions, as timing and energy need it.</summary>
internal static class VectorWork
{
    /// <summary>Elements that the lanes work on; window taps for pooling.</summary>
    public static long Elements(Instruction instruction, EngineRegisters registers)
    {
        var shape = registers.Shape;
        return instruction switch
        {
            MaxPool p => Taps(p.OutRows, p.OutCols, registers),
            FloatMaxPool p => Taps(p.OutRows, p.OutCols, registers),
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
        ReciprocalSquareRoot or Quantise or Dequantise or Function or FloatMaxPool or FloatPack => VectorFormat.Float32,
        Normalise => VectorFormat.Int32,
        Lookup or MaxPool or Transpose or Pack or Resize => VectorFormat.Int8Fixed,
        _ => throw new ArgumentException("not a vector operation", nameof(instruction)),
    };

    /// <summary>Bytes of an element of a format.</summary>
    public static int SizeBytes(VectorFormat format) => format switch
    {
        VectorFormat.Int8Fixed or VectorFormat.Int8Float => 1,
        VectorFormat.Int32 or VectorFormat.Float32 => sizeof(int),
    };

    /// <summary>Elements that a pack writes.</summary>
    public static long PackedElements(bool transposed, VectorShape shape) => transposed
        ? ArrayOrder.DenseBytes(checked((int)shape.Rows), 1, 1, checked((int)shape.Columns))
        : ArrayOrder.DenseBytes(checked((int)shape.Columns), 1, 1, checked((int)shape.Rows));

    /// <summary>Results of a reduction.</summary>
    public static long Results(ReduceAxis axis, VectorShape shape) => axis switch
    {
        ReduceAxis.Columns => shape.Rows,
        ReduceAxis.Rows => shape.Columns,
    };

    private static long Taps(int outRows, int outCols, EngineRegisters registers) =>
        (long)outRows * outCols * registers.Shape.Columns * registers.Window.KernelHeight * registers.Window.KernelWidth;
}
