using NpuSim.Isa.Instructions;
using NpuSim.Isa.Machine;

namespace NpuSim.Isa.Program;

/// <summary>What an operation of the vector unit demands beyond the ranges of its operands.</summary>
internal static class VectorRules
{
    private const int Word = 4;

    /// <summary>Checks one operation or configuration instruction.</summary>
    public static void Check(Instruction instruction, EngineRegisters registers, VectorSpec vector)
    {
        if (instruction is VectorShape shape)
            CheckShape(shape);
        if (instruction is VectorScaleOut scale)
            InstructionRules.Require(
                scale.ClampMin <= scale.ClampMax, $"clampMin={scale.ClampMin} clampMax={scale.ClampMax}", "min not above max");
        var row = InstructionTable.Row(instruction);
        if (row.Timing == TimingClass.Configuration)
            return;
        foreach (var operand in row.Columns)
        {
            var space = operand.Kind == OperandKind.Address ? OperandRow.AddressOf(operand.Get(instruction)).Space : MemorySpace.Activation;
            InstructionRules.Require(
                MemorySpaces.IsLocal(space), $"{operand.Name} in {MemorySpaces.Name(space)}", "an address in act, wgt or acc");
        }

        CheckFormat(instruction, vector);
        CheckRegisters(instruction, registers);
        CheckPitches(instruction, registers);
    }

    private static void CheckShape(VectorShape shape)
    {
        InstructionRules.Require(
            (UInt128)shape.Rows * shape.Columns <= int.MaxValue, $"{shape.Rows} rows of {shape.Columns} columns",
            "at most 2147483647 elements");
        InstructionRules.Require(
            Math.Max(Math.Max(shape.PitchA, shape.PitchB), shape.PitchOut) <= int.MaxValue,
            $"pitches of {shape.PitchA}, {shape.PitchB} and {shape.PitchOut}", InstructionRules.LargestEach);
    }

    private static void CheckFormat(Instruction instruction, VectorSpec vector)
    {
        var format = Format(instruction);
        bool named = instruction switch
        {
            AveragePool => format is VectorFormat.Int8Fixed or VectorFormat.Int8Float or VectorFormat.Float32,
            Exponential => format is VectorFormat.Int8Fixed or VectorFormat.Float32,
            Reciprocal => format is VectorFormat.Int32 or VectorFormat.Float32,
            var _ => true,
        };
        InstructionRules.Require(named, $"format {format}", "a format that its row names");
        if (instruction is Transpose transpose)
            InstructionRules.Require(transpose.ElementBytes is 1 or Word, $"elementBytes={transpose.ElementBytes}", "1 or 4");
        if (instruction is Clamp clamp)
            InstructionRules.Require(clamp.Low <= clamp.High, $"low={clamp.Low} high={clamp.High}", "low not above high");
        bool real = format == VectorFormat.Float32 || instruction is ReciprocalSquareRoot or Quantise or Dequantise or Function or FloatMaxPool;
        InstructionRules.Require(vector.Float32 || !real, $"float32 arithmetic", "none, because core.vector.float32 is false");
    }

    private static VectorFormat? Format(Instruction instruction) => instruction switch
    {
        Add o => o.Format,
        Subtract o => o.Format,
        Multiply o => o.Format,
        Minimum o => o.Format,
        Maximum o => o.Format,
        Clamp o => o.Format,
        AveragePool o => o.Format,
        ReduceSum o => o.Format,
        ReduceMax o => o.Format,
        Exponential o => o.Format,
        Reciprocal o => o.Format,
        var _ => null,
    };

    // Reading a register that has not been set throws.
    private static void CheckRegisters(Instruction instruction, EngineRegisters registers)
    {
        bool scaled = instruction is (Add or Subtract or Multiply) && Format(instruction) is VectorFormat.Int8Fixed or VectorFormat.Int8Float;
        if (scaled || instruction is Dequantise or Pack or AveragePool { Format: VectorFormat.Int8Float }
            or Exponential { Format: VectorFormat.Int8Fixed })
            _ = registers.ScaleA;
        if (scaled)
            _ = registers.ScaleB;
        if (scaled || instruction is Requantise or MaxPool or Normalise or Quantise or AveragePool { Format: not VectorFormat.Float32 })
            _ = registers.ScaleOut;
        if (instruction is MaxPool or FloatMaxPool or AveragePool or Resize)
            _ = registers.Window;
        _ = registers.Shape;
    }

    private static void CheckPitches(Instruction instruction, EngineRegisters registers)
    {
        var shape = registers.Shape;
        var (bytesA, bytesOut) = ElementBytes(instruction);
        InstructionRules.Require(
            bytesA != Word || shape.PitchA % Word == 0, $"pitchA={shape.PitchA}", "a multiple of 4 for elements of 4 bytes");
        InstructionRules.Require(
            bytesOut is 0 or 1 || shape.PitchOut % Word == 0, $"pitchOut={shape.PitchOut}",
            "a multiple of 4 for elements of 4 bytes");
        var (rows, rowBytes) = ResultRows(instruction, shape, bytesOut);
        InstructionRules.Require(
            rows == 1 || shape.PitchOut >= rowBytes, $"result rows of {rowBytes} bytes at a pitchOut of {shape.PitchOut}",
            "a pitch of at least as many");
    }

    // Rows of the result that must not fall on one another; one where the result is packed.
    private static (long Rows, long RowBytes) ResultRows(Instruction instruction, VectorShape shape, int bytesOut) => instruction switch
    {
        MaxPool pool => ((long)pool.OutRows * pool.OutCols, shape.Columns),
        FloatMaxPool pool => ((long)pool.OutRows * pool.OutCols, (long)shape.Columns * bytesOut),
        AveragePool pool => ((long)pool.OutRows * pool.OutCols, (long)shape.Columns * bytesOut),
        Resize resize => ((long)resize.OutRows * resize.OutCols, shape.Columns),
        Transpose transpose => (shape.Columns, (long)shape.Rows * transpose.ElementBytes),
        var _ => (bytesOut == 0 ? 1 : shape.Rows, (long)shape.Columns * bytesOut),
    };

    // Bytes of an element of A and of a result that has pitchOut; 0 where the result is packed.
    private static (int A, int Out) ElementBytes(Instruction instruction) => instruction switch
    {
        Requantise or Normalise or Quantise => (Word, 1),
        Dequantise => (1, Word),
        ReciprocalSquareRoot or Function or FloatMaxPool => (Word, Word),
        Reciprocal reciprocal => (Word, reciprocal.Format == VectorFormat.Int32 ? 2 * Word : Word),
        Exponential exponential => (VectorFootprints.Size(exponential.Format), Word),
        ReduceSum sum => (VectorFootprints.Size(sum.Format), 0),
        ReduceMax max => (VectorFootprints.Size(max.Format), 0),
        Pack => (1, 0),
        FloatPack => (Word, 0),
        Transpose transpose => (transpose.ElementBytes, transpose.ElementBytes),
        var _ => Format(instruction) is { } format ? (VectorFootprints.Size(format), VectorFootprints.Size(format)) : (1, 1),
    };
}
