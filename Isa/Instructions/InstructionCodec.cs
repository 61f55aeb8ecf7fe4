using System.Buffers.Binary;
using NpuSim.Isa.Program;

namespace NpuSim.Isa.Instructions;

/// <summary>The binary form: opcode, wait0, wait1, signal0, signal1, then the operands little-endian in declaration order, then zero
/// bytes up to a multiple of 8; at most 32 bytes.</summary>
public static class InstructionCodec
{
    /// <summary>Longest encoding in bytes.</summary>
    public const int MaximumBytes = 32;

    /// <summary>Encoded bytes of one instruction.</summary>
    public static int Length(Instruction instruction) => InstructionTable.Row(instruction).EncodedBytes;

    /// <summary>Encoded bytes of a stream.</summary>
    public static long Length(IReadOnlyList<Instruction> stream)
    {
        long bytes = 0;
        foreach (var instruction in stream)
            bytes += Length(instruction);
        return bytes;
    }

    /// <summary>Encoded bytes of all streams of a program.</summary>
    public static long InstructionBytes(NpuProgram program) => program.Streams.Sum(Length);

    /// <summary>Encodes one instruction.</summary>
    /// <param name="instruction">What to encode.</param>
    /// <param name="destination">At least <see cref="Length(Instruction)"/> bytes.</param>
    /// <returns>Bytes written.</returns>
    /// <exception cref="ProgramException">An operand is out of its range.</exception>
    public static int Encode(Instruction instruction, Span<byte> destination)
    {
        var row = InstructionTable.Row(instruction);
        var bytes = destination[..row.EncodedBytes];
        bytes.Clear();
        var sync = instruction.Sync;
        (bytes[0], bytes[1], bytes[2], bytes[3], bytes[4]) = ((byte)row.Opcode, sync.Wait0, sync.Wait1, sync.Code0, sync.Code1);
        CheckSync(row, sync);
        int at = InstructionRow.HeaderBytes;
        foreach (var operand in row.Columns)
        {
            long value = operand.Get(instruction);
            if (!operand.Accepts(value))
                throw Refusal(row, operand, value);
            for (int index = 0; index < operand.SizeBytes; index++)
                bytes[at++] = (byte)(value >> (8 * index));
        }

        return row.EncodedBytes;
    }

    /// <summary>Encodes a stream, instruction after instruction.</summary>
    public static byte[] Encode(IReadOnlyList<Instruction> stream)
    {
        byte[] bytes = new byte[Length(stream)];
        int at = 0;
        foreach (var instruction in stream)
            at += Encode(instruction, bytes.AsSpan(at));
        return bytes;
    }

    /// <summary>Decodes the instruction at the start of <paramref name="source"/>.</summary>
    /// <param name="source">Encoded bytes; more may follow.</param>
    /// <param name="length">Bytes taken.</param>
    /// <exception cref="ProgramException">Unknown opcode, too few bytes, an operand or semaphore out of range, padding that is not
    /// zero.</exception>
    public static Instruction Decode(ReadOnlySpan<byte> source, out int length)
    {
        if (source.IsEmpty)
            throw new ProgramException("found the end of the code, expected an opcode");
        var row = InstructionTable.Find(source[0])
            ?? throw new ProgramException($"found opcode 0x{source[0]:x2}, expected one of the instruction table");
        length = row.EncodedBytes;
        if (source.Length < length)
            throw new ProgramException(FormattableString.Invariant($"{row.Mnemonic}: found {source.Length} bytes, expected {length}"));
        var sync = DecodeSync(row, source);
        CheckSync(row, sync);
        Span<long> values = stackalloc long[MaximumBytes];
        int at = InstructionRow.HeaderBytes, count = 0;
        foreach (var operand in row.Columns)
        {
            long value = Value(operand, source.Slice(at, operand.SizeBytes));
            if (!operand.Accepts(value))
                throw Refusal(row, operand, value);
            values[count++] = value;
            at += operand.SizeBytes;
        }

        if (source[at..length].ContainsAnyExcept((byte)0))
            throw new ProgramException($"{row.Mnemonic}: found padding that is not zero, expected zero bytes");
        return row.Create(values[..count], sync);
    }

    /// <summary>Decodes a whole stream.</summary>
    /// <exception cref="ProgramException">As <see cref="Decode(ReadOnlySpan{byte}, out int)"/>, with the byte offset.</exception>
    public static IReadOnlyList<Instruction> Decode(ReadOnlySpan<byte> source)
    {
        var stream = new List<Instruction>();
        int at = 0;
        while (at < source.Length)
        {
            try
            {
                stream.Add(Decode(source[at..], out int length));
                at += length;
            }
            catch (ProgramException failure)
            {
                throw new ProgramException(FormattableString.Invariant($"instruction {stream.Count} at byte {at}: {failure.Message}"));
            }
        }

        return stream;
    }

    private static Sync DecodeSync(InstructionRow row, ReadOnlySpan<byte> source)
    {
        bool early0 = (source[3] & Sync.EarlyBit) != 0, early1 = (source[4] & Sync.EarlyBit) != 0;
        if (early1 && !early0)
            throw new ProgramException($"{row.Mnemonic}: found an early signal behind one that is not, expected early ones first");
        return new Sync(source[1], source[2], (byte)(source[3] & ~Sync.EarlyBit), (byte)(source[4] & ~Sync.EarlyBit),
            (byte)((early0 ? 1 : 0) + (early1 ? 1 : 0)));
    }

    internal static void CheckSync(InstructionRow row, Sync sync)
    {
        byte largest = Math.Max(Math.Max(sync.Wait0, sync.Wait1), Math.Max(sync.Signal0, sync.Signal1));
        if (largest >= Sync.SemaphoreCount)
            throw new ProgramException(
                FormattableString.Invariant($"{row.Mnemonic}: found semaphore {largest}, expected 0 to {Sync.SemaphoreCount - 1}"));
        bool none = (sync.Early > 0 && sync.Signal0 == 0) || (sync.Early > 1 && sync.Signal1 == 0);
        if (sync.Early > 2 || none)
            throw new ProgramException($"{row.Mnemonic}: found an early signal of no semaphore, expected one of 1 to {Sync.SemaphoreCount - 1}");
        if (sync.Early > 0 && !InstructionTable.Streams(row.Timing))
            throw new ProgramException($"{row.Mnemonic}: found an early signal, expected it of an array pass or a vector operation only");
    }

    internal static ProgramException Refusal(InstructionRow row, OperandRow operand, long value) =>
        new($"{row.Mnemonic}: {operand.Name}: found {operand.Show(value)}, expected {operand.Expected}");

    private static long Value(OperandRow operand, ReadOnlySpan<byte> bytes) => operand.SizeBytes switch
    {
        1 => operand.Kind == OperandKind.Signed ? (sbyte)bytes[0] : bytes[0],
        2 => operand.Kind == OperandKind.Signed ? BinaryPrimitives.ReadInt16LittleEndian(bytes) : BinaryPrimitives.ReadUInt16LittleEndian(bytes),
        4 => operand.Kind == OperandKind.Signed ? BinaryPrimitives.ReadInt32LittleEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes),
        var _ => bytes[0] | (long)BinaryPrimitives.ReadUInt32LittleEndian(bytes[1..]) << 8,
    };
}
