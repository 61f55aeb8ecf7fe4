using System.Globalization;
using System.Text;
using System.Text.Json;
using NpuSim.Isa.Instructions;

namespace NpuSim.Isa.Manual;

/// <summary>The reference manual of the instruction set, generated from its table: <c>docs/Isa.md</c>.</summary>
public static class IsaManual
{
    /// <summary>The manual as Markdown with line feeds.</summary>
    public static string Generate()
    {
        var text = new StringBuilder();
        text.Append(ManualText.Introduction).Append("\n\n");
        AppendSpaces(text);
        text.Append(ManualText.Order).Append("\n\n");
        text.Append(ManualText.Encoding).Append("\n\n");
        text.Append(ManualText.ArrayOrder).Append("\n\n");
        text.Append(ManualText.Arithmetic
            .Replace("{rounding}", List<Rounding>(Meaning), StringComparison.Ordinal)
            .Replace("{element}", List<ArrayFormat>(Meaning), StringComparison.Ordinal)
            .Replace("{format}", List<VectorFormat>(Meaning), StringComparison.Ordinal)
            .Replace("{function}", List<VectorFunction>(Meaning), StringComparison.Ordinal)
            .Replace("{broadcast}", List<Broadcast>(Meaning), StringComparison.Ordinal)
            .Replace("{axis}", List<ReduceAxis>(Meaning), StringComparison.Ordinal)).Append("\n\n");
        AppendOverview(text);
        foreach (var engine in Enum.GetValues<Engine>())
        {
            text.Append(CultureInfo.InvariantCulture, $"## Instructions: {Title(engine)}\n\n");
            foreach (var row in InstructionTable.Rows.Where(row => row.Engine == engine))
                AppendInstruction(text, row);
        }

        return text.ToString().ReplaceLineEndings("\n").TrimEnd('\n') + "\n";
    }

    private static void AppendSpaces(StringBuilder text)
    {
        text.Append("## Memory spaces\n\n| space | code | written | reach |\n|---|---|---|---|\n");
        foreach (var space in Enum.GetValues<MemorySpace>())
            text.Append(CultureInfo.InvariantCulture, $"| {Meaning(space)} | {(int)space} | `{MemorySpaces.Name(space)}` | {Reach(space)} |\n");
        text.Append('\n');
    }

    private static void AppendOverview(StringBuilder text)
    {
        text.Append("## Overview\n\n| opcode | mnemonic | engine | bytes | timing |\n|---|---|---|---|---|\n");
        foreach (var row in InstructionTable.Rows)
        {
            text.Append(CultureInfo.InvariantCulture, $"| 0x{(int)row.Opcode:x2} | `{row.Mnemonic}` | {Name(row.Engine)} | {row.EncodedBytes} | ");
            text.Append(CultureInfo.InvariantCulture, $"{Name(row.Timing)} |\n");
        }

        text.Append('\n');
    }

    private static void AppendInstruction(StringBuilder text, InstructionRow row)
    {
        text.Append(CultureInfo.InvariantCulture, $"### `{row.Mnemonic}` (0x{(int)row.Opcode:x2})\n\n{Escape(row.Meaning)}\n\n");
        if (row.Operands.Count == 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"No operands; {row.EncodedBytes} bytes.\n\n");
            return;
        }

        text.Append("| bytes | operand | type | role | legal | meaning |\n|---|---|---|---|---|---|\n");
        int at = InstructionRow.HeaderBytes;
        foreach (var operand in row.Operands)
        {
            string bytes = operand.SizeBytes == 1
                ? at.ToString(CultureInfo.InvariantCulture)
                : string.Create(CultureInfo.InvariantCulture, $"{at}–{at + operand.SizeBytes - 1}");
            text.Append(CultureInfo.InvariantCulture, $"| {bytes} | `{operand.Name}` | {Type(operand)} | {RoleName(operand.Role)} | ");
            text.Append(CultureInfo.InvariantCulture, $"{operand.Expected} | {Escape(operand.Meaning)} |\n");
            at += operand.SizeBytes;
        }

        int padding = row.EncodedBytes - at;
        text.Append(CultureInfo.InvariantCulture, $"\n{row.EncodedBytes} bytes, {padding} of them padding.\n\n");
    }

    private static string List<T>(Func<T, string> meaning) where T : struct, Enum => string.Join(
        '\n', Enum.GetValues<T>().Select(value => string.Create(
            CultureInfo.InvariantCulture, $"- `{Name(value)}` ({Convert.ToInt32(value, CultureInfo.InvariantCulture)}): {meaning(value)}")));

    private static string Type(OperandRow operand) => operand.Kind switch
    {
        OperandKind.Unsigned => $"uint{8 * operand.SizeBytes}",
        OperandKind.Signed => $"int{8 * operand.SizeBytes}",
        OperandKind.Real => "float32",
        OperandKind.Flag => "bool",
        OperandKind.Choice => "choice",
        OperandKind.Address => "address",
    };

    private static string RoleName(Role role) => role switch
    {
        Role.None => "",
        Role.Read => "read",
        Role.Write => "write",
        Role.ReadWrite => "read, write",
    };

    private static string Title(Engine engine) => engine switch
    {
        Engine.Sequencer => "sequencer",
        Engine.Dma => "DMA engines",
        Engine.Array => "multiply-accumulate array",
        Engine.Vector => "vector unit",
    };

    private static string Meaning(MemorySpace space) => space switch
    {
        MemorySpace.Dram => "main memory",
        MemorySpace.Flash => "memory for constants, read only",
        MemorySpace.Global => "on-chip buffer of all cores",
        MemorySpace.Activation => "activation buffer",
        MemorySpace.Weight => "buffer for weights and parameters",
        MemorySpace.Accumulator => "buffer for int32 accumulators",
    };

    private static string Reach(MemorySpace space) => MemorySpaces.IsLocal(space) ? "private to a core" : "shared by the cores, reached by DMA";

    private static string Meaning(Rounding rounding) => rounding switch
    {
        Rounding.Double => "x shifted left where the shift is positive, SRDHM with the multiplier, then divided by 2^−shift where it is negative, ties away "
            + "from zero: dialect `tflite-reference`",
        Rounding.Single => "⌊(x·multiplier + 2^(30 − shift)) / 2^(31 − shift)⌋, one rounding of the 64-bit product, ties up: dialect `tflite-ruy`",
        Rounding.Float => "x as float32 times a float32 scale, rounded half to even: ONNX QDQ and XNNPACK",
    };

    private static string Meaning(ArrayFormat format) => format switch
    {
        ArrayFormat.Int8 => "int8 activations and weights, each less its zero point; int32 sums. So it is until the first `mx.format`",
        ArrayFormat.Int4 => "int8 activations, two's complement weights of 4 bits with a zero point from −8 to 7; int32 sums",
        ArrayFormat.Int16 => "int16 activations and weights, zero points 0; int32 sums, which wrap",
        ArrayFormat.Bf16 => "bfloat16 activations and weights, zero points 0; float32 sums: for each output one chain of fused multiply-adds over ascending "
            + "(r, s, c), from 0 or the accumulator; a tap outside the tile is a zero activation; a NaN becomes 0x7FC00000",
        ArrayFormat.Binary => "bits, 1 for +1 and 0 for −1, zero points 0; int32 sums of the products, which are +1 where bits are equal, else −1; taps outside "
            + "the tile and padding of channels add nothing",
        ArrayFormat.Log2 => "int8 activations less their zero point, weights of 4 bits with zero point 0: bit 3 is the sign, the others are e; 0 where e = 0, "
            + "else ±2^(e − 1); int32 sums",
        ArrayFormat.Float32 => "float32 activations and weights, each rounded to the nearest bfloat16, half to even, as it enters (a NaN to 0x7FC0); the rest "
            + "as `bf16`",
    };

    private static string Meaning(VectorFunction function) => function switch
    {
        VectorFunction.Sigmoid => "1 / (1 + exp(−x))",
        VectorFunction.Tanh => "tanh(x)",
        VectorFunction.Erf => "erf(x)",
        VectorFunction.Gelu => "x·(1 + erf(x/√2))/2",
        VectorFunction.GeluTanh => "x·(1 + tanh(√(2/π)·(x + 0.044715·x³)))/2",
        VectorFunction.Swish => "x / (1 + exp(−x))",
        VectorFunction.Exp => "exp(x)",
    };

    private static string Meaning(VectorFormat format) => format switch
    {
        VectorFormat.Int8Fixed => "int8 with fixed-point multipliers and double rounding. Add and subtract: (q − zero)·2^20 of both operands, each rescaled by "
            + "its own factor, then the sum or difference by the factor of the result",
        VectorFormat.Int8Float => "int8 with float32 scales: dequantised, computed, divided by the scale of the result, rounded half to even",
        VectorFormat.Int32 => "int32, which wraps",
        VectorFormat.Float32 => "float32; a machine without float32 arithmetic refuses it",
    };

    private static string Meaning(Broadcast broadcast) => broadcast switch
    {
        Broadcast.None => "B has a row for each row of A, or one row for all where its pitch is 0",
        Broadcast.RowScalar => "B has one element for each row of A, pitchB bytes apart",
    };

    private static string Meaning(ReduceAxis axis) => axis switch
    {
        ReduceAxis.Columns => "over the columns, one result for each row",
        ReduceAxis.Rows => "over the rows, one result for each column",
    };

    private static string Name<T>(T value) where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());

    // A bar would end the cell of a table.
    private static string Escape(string meaning) => meaning.Replace("|", "\\|", StringComparison.Ordinal);
}
