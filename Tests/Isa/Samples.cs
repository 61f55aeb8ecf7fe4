using FsCheck;
using FsCheck.Fluent;
using NpuSim.Isa.Instructions;
using NpuSim.Isa.Program;

namespace NpuSim.Tests.Isa;

/// <summary>Random instructions and programs, each row equally likely, extremes often.</summary>
public static class Samples
{
    private static readonly string[] Texts =
    [
        "", "conv1", "with space", "quote \" and \\ backslash", "line\nbreak\r\n\ttab", "; no comment", "\0\u0001\u007f", "überraschung 推論 🧠", "a=b", "\u2028\u2029",
        "[1,2]", ".core",
    ];

    public static Arbitrary<Instruction> Instructions() => Arb.From(
        from row in Gen.Elements(InstructionTable.Rows.AsEnumerable())
        from seed in Gen.Choose(0, int.MaxValue)
        select Instruction(row, new Random(seed)));

    public static Arbitrary<NpuProgram> Programs() => Arb.From(Gen.Choose(0, int.MaxValue).Select(seed => Program(new Random(seed))));

    public static Instruction Instruction(InstructionRow row, Random random)
    {
        long[] values = [.. row.Operands.Select(operand => Value(operand, random))];
        byte Semaphore() => random.Next(2) == 0 ? (byte)0 : (byte)random.Next(64);
        byte first = Semaphore(), second = Semaphore();
        int most = !InstructionTable.Streams(row.Timing) || first == 0 ? 0 : second == 0 ? 1 : 2;
        return row.Create(values, new Sync(Semaphore(), Semaphore(), first, second, (byte)random.Next(most + 1)));
    }

    public static long Value(OperandRow operand, Random random) => operand.Kind switch
    {
        OperandKind.Unsigned or OperandKind.Signed or OperandKind.Choice => random.Next(4) switch
        {
            0 => operand.Minimum,
            1 => operand.Maximum / operand.Alignment * operand.Alignment,
            var _ => random.NextInt64(operand.Minimum, operand.Maximum + 1) / operand.Alignment * operand.Alignment,
        },
        OperandKind.Flag => random.Next(2),
        OperandKind.Real => Real(operand, random),
        OperandKind.Address => OperandRow.ValueOf(new Address(
            (MemorySpace)random.Next(6), (uint)(random.NextInt64(1L + uint.MaxValue) / operand.Alignment * operand.Alignment))),
    };

    public static NpuProgram Program(Random random)
    {
        string Text() => Texts[random.Next(Texts.Length)];
        int Number() => random.Next(3) == 0 ? int.MaxValue : random.Next(1000);
        List<T> Some<T>(int most, Func<T> make) => [.. Enumerable.Range(0, random.Next(most + 1)).Select(_ => make())];
        byte[] Data()
        {
            byte[] bytes = new byte[random.Next(200)];
            random.NextBytes(bytes);
            return bytes;
        }

        Address Place() => new((MemorySpace)random.Next(6), (uint)random.NextInt64(1L + uint.MaxValue));
        return new NpuProgram(
            Text(), Text(),
            Some(3, () => (IReadOnlyList<Instruction>)Some(20, () => Instruction(InstructionTable.Rows[random.Next(InstructionTable.Rows.Count)], random))),
            Some(3, () => new ConstantBlock(Place(), Data())),
            Some(4, () => new TensorEntry(
                Text(), (TensorRole)random.Next(4), Place(), (ElementType)random.Next(7), Some(4, Number), random.NextSingle() / 3, random.Next(-128, 128), Number(),
                -Number())),
            Some(4, () => new LayerEntry(Text(), Text(), (Engine)random.Next(4), Number(), long.MaxValue, Text())
            {
                Product = random.Next(2) == 0 ? null : new ProductExtents(1 + random.Next(9), 1 + random.Next(999), int.MaxValue, 1),
            }),
            Some(2, () => new HostOperator(Text(), Text(), Text(), Some(3, Number), Some(3, Number), Number(), Text())),
            new MemoryPlan(Number(), Number(), Number(), Number(), Number(), Number()));
    }

    private static long Real(OperandRow operand, Random random)
    {
        float[] special = [0f, -0f, 1f / 3, float.Epsilon, float.MaxValue, float.PositiveInfinity, float.NegativeInfinity, -1.5e-7f];
        while (true)
        {
            float value = random.Next(3) == 0 ? special[random.Next(special.Length)] : BitConverter.Int32BitsToSingle((int)random.NextInt64(1L << 32));
            long bits = (uint)BitConverter.SingleToInt32Bits(value);
            if (operand.Accepts(bits))
                return bits;
        }
    }
}
