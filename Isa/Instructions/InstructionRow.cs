using System.Reflection;
using System.Text.Json;

namespace NpuSim.Isa.Instructions;

/// <summary>One row of the instruction table, read from a record by reflection.</summary>
/// <param name="Mnemonic">Name in texts.</param>
/// <param name="Opcode">First byte of the encoding.</param>
/// <param name="Engine">The engine that executes it.</param>
/// <param name="Timing">Which formula times it.</param>
/// <param name="Meaning">One sentence or formula.</param>
/// <param name="Operands">Operands in encoding order.</param>
/// <param name="EncodedBytes">Length of the encoding, a multiple of 8, at most 32.</param>
public sealed record InstructionRow(
    string Mnemonic, Opcode Opcode, Engine Engine, TimingClass Timing, string Meaning, IReadOnlyList<OperandRow> Operands, int EncodedBytes)
{
    /// <summary>Bytes before the operands: opcode, two semaphores to wait on, two to signal.</summary>
    public const int HeaderBytes = 5;

    /// <summary>Encodings are padded with zero bytes to a multiple of this.</summary>
    public const int Granule = 8;

    private static readonly Action<Instruction, Sync> SetSync =
        typeof(Instruction).GetProperty(nameof(Instruction.Sync))!.SetMethod!.CreateDelegate<Action<Instruction, Sync>>();

    private ConstructorInvoker Constructor { get; init; } = null!;

    /// <summary>The operands, to walk for every instruction of a program: an interface's enumerator would be an object each time.</summary>
    internal ReadOnlySpan<OperandRow> Columns => (OperandRow[])Operands;

    /// <summary>The operands of which not every value is legal.</summary>
    internal ReadOnlySpan<OperandRow> Restricted => RestrictedOperands;

    /// <summary>The addresses, in the order of footprints: what is read first.</summary>
    internal ReadOnlySpan<OperandRow> Addresses => AddressOperands;

    /// <summary>The operands that are no addresses.</summary>
    internal ReadOnlySpan<OperandRow> Plain => PlainOperands;

    private OperandRow[] AddressOperands { get; } =
        [.. Operands.Where(operand => operand.Role == Role.Read), .. Operands.Where(operand => operand.Role is Role.Write or Role.ReadWrite)];

    private OperandRow[] PlainOperands { get; } = [.. Operands.Where(operand => !operand.IsAddress)];

    private OperandRow[] RestrictedOperands { get; } = [.. Operands.Where(operand => !operand.IsFree)];

    /// <summary>The operand that says which DMA engine, or null.</summary>
    internal OperandRow? DmaOperand { get; init; }

    /// <summary>Builds an instruction of this row.</summary>
    /// <param name="values">One value for each operand, each accepted by it.</param>
    /// <param name="sync">Order against other engines.</param>
    public Instruction Create(ReadOnlySpan<long> values, Sync sync)
    {
        var arguments = new object[Operands.Count];
        for (int index = 0; index < arguments.Length; index++)
            arguments[index] = Operands[index].Box(values[index]);
        var instruction = (Instruction)Constructor.Invoke(arguments.AsSpan()!);
        if (sync != default)
            SetSync(instruction, sync);
        return instruction;
    }

    internal static InstructionRow Of(Type record)
    {
        var row = record.GetCustomAttribute<RowAttribute>() ?? throw new InvalidOperationException($"{record} has no row");
        var constructor = record.GetConstructors().Single();
        var operands = constructor.GetParameters().Select(parameter => OperandOf(record.GetProperty(parameter.Name!)!)).ToArray();
        var invoker = ConstructorInvoker.Create(constructor);
        var blank = (Instruction)invoker.Invoke(operands.Select(operand => (object?)operand.Box(0)).ToArray().AsSpan());
        int bytes = HeaderBytes + operands.Sum(operand => operand.SizeBytes);
        return new InstructionRow(
            row.Mnemonic, blank.Opcode, row.Engine, row.Timing, row.Meaning, operands, ArrayOrder.RoundUp(bytes, Granule))
        {
            Constructor = invoker,
            DmaOperand = operands.FirstOrDefault(operand => operand.Name == "dma"),
        };
    }

    private static OperandRow OperandOf(PropertyInfo property)
    {
        var column = property.GetCustomAttribute<OperandAttribute>()
            ?? throw new InvalidOperationException($"{property.DeclaringType}.{property.Name} has no operand attribute");
        var (kind, size, minimum, maximum) = Encoding(property.PropertyType);
        return OperandRow.Create(
            new OperandRow(
                JsonNamingPolicy.CamelCase.ConvertName(property.Name), kind, property.PropertyType, size, column.Role,
                column.Role != Role.None && kind != OperandKind.Address ? column.Space : null, column.Alignment,
                Math.Max(minimum, column.Minimum), Math.Min(maximum, column.Maximum), column.Meaning),
            OperandAccess.Of(property));
    }

    private static (OperandKind Kind, int Size, long Minimum, long Maximum) Encoding(Type type) =>
        type == typeof(Address) ? (OperandKind.Address, 5, long.MinValue, long.MaxValue)
        : type == typeof(float) ? (OperandKind.Real, 4, long.MinValue, long.MaxValue)
        : type == typeof(bool) ? (OperandKind.Flag, 1, 0, 1)
        : type.IsEnum && Enum.GetUnderlyingType(type) == typeof(byte) ? (OperandKind.Choice, 1, 0, Enum.GetValues(type).Length - 1)
        : type == typeof(uint) ? (OperandKind.Unsigned, 4, uint.MinValue, uint.MaxValue)
        : type == typeof(ushort) ? (OperandKind.Unsigned, 2, ushort.MinValue, ushort.MaxValue)
        : type == typeof(byte) ? (OperandKind.Unsigned, 1, byte.MinValue, byte.MaxValue)
        : type == typeof(int) ? (OperandKind.Signed, 4, int.MinValue, int.MaxValue)
        : type == typeof(short) ? (OperandKind.Signed, 2, short.MinValue, short.MaxValue)
        : type == typeof(sbyte) ? (OperandKind.Signed, 1, sbyte.MinValue, sbyte.MaxValue)
        : throw new InvalidOperationException($"an operand cannot be a {type}");
}
