using System.Diagnostics;
using FsCheck.Xunit;
using NpuSim.Isa.Instructions;
using NpuSim.Isa.Program;
using Xunit;

namespace NpuSim.Tests.Isa;

public sealed class InstructionCodecTests
{
    [Property(MaxTest = 2000, Arbitrary = [typeof(Samples)])]
    public bool Decoding_gives_back_what_was_encoded(Instruction instruction)
    {
        byte[] bytes = new byte[40];
        int length = InstructionCodec.Encode(instruction, bytes);
        return InstructionCodec.Decode(bytes, out int decoded).Equals(instruction) && decoded == length && length == InstructionCodec.Length(instruction);
    }

    [Property(MaxTest = 2000, Arbitrary = [typeof(Samples)])]
    public bool A_damaged_encoding_is_refused_or_means_itself(Instruction instruction, byte position, byte flips)
    {
        byte[] bytes = InstructionCodec.Encode([instruction]);
        bytes[position % bytes.Length] ^= flips;
        try
        {
            var stream = InstructionCodec.Decode(bytes);
            return InstructionCodec.Encode(stream).AsSpan().SequenceEqual(bytes);
        }
        catch (ProgramException failure)
        {
            return !failure.Message.Contains('\n');
        }
    }

    [Property(MaxTest = 500, Arbitrary = [typeof(Samples)])]
    public bool A_cut_encoding_is_refused(Instruction instruction)
    {
        byte[] bytes = InstructionCodec.Encode([instruction]);
        for (int length = 1; length < bytes.Length; length++)
        {
            if (Refusal(bytes[..length]).Length == 0)
                return false;
        }

        return true;
    }

    [Theory]
    [InlineData("09", "opcode 0x09")]
    [InlineData("ff00000000000000", "opcode 0xff")]
    [InlineData("0000000000000001", "padding that is not zero")]
    [InlineData("0040000000000000", "found semaphore 64, expected 0 to 63")]
    [InlineData("00000000ff000000", "found an early signal behind one that is not")]
    [InlineData("00000000000000", "found 7 bytes, expected 8")]
    [InlineData("0000008500000000", "nop: found an early signal, expected it of an array pass or a vector operation only")]
    [InlineData("2300008000000000000000000000000000000100010001000000000000000000", "mx.conv: found an early signal of no semaphore")]
    [InlineData("06000000000400010100000000000000", "target: found 4, expected one of sequencer, dma, array, vector")]
    [InlineData("06000000000100000100000000000000", "semaphore: found 0, expected an integer from 1 to 63")]
    [InlineData("06000000000100400100000000000000", "semaphore: found 64, expected an integer from 1 to 63")]
    [InlineData("06000000000100010000000000000000", "count: found 0, expected an integer from 1 to 65535")]
    [InlineData("1600000000000600000000000000000000", "destination: found space 6")]
    [InlineData("2200000000000000000000000000000000", "pixelPitch: found 0, expected an integer from 1")]
    [InlineData("23000000000000000001000000000000000100010001000000000000000000000000", "weights: found wgt[0x1], expected an offset in wgt at a multiple of 64")]
    [InlineData("23000000000000000000000000020000000100010001000000000000000000000000", "accumulator: found acc[0x2]")]
    [InlineData("23000000000000000000000000000000000100010001000000000002000000000000", "accumulate: found true, expected true or false")]
    [InlineData("31000000000000000000002000000000", "shift: found 32, expected an integer from -62 to 31")]
    [InlineData("3100000000000000000000000000c07f", "scale: found NaN, expected a number")]
    [InlineData("4e0000000003000000000300000000000080bf0000000000", "bias: found -1, expected a number of at least 0")]
    [InlineData("3300000000000000000000000000000080ff800000000000", "clampMax: found 128")]
    [InlineData("520000000003000000000300000000", "found 15 bytes, expected 16")]
    [InlineData("52000000000300000000030000000005", "elementBytes: found 5, expected an integer from 1 to 4")]
    public void A_malformed_encoding_is_refused_with_a_reason(string hexadecimal, string expected) =>
        Assert.Contains(expected, Refusal(Convert.FromHexString(hexadecimal)), StringComparison.Ordinal);

    [Theory]
    [MemberData(nameof(OutOfRange))]
    public void What_is_out_of_range_is_not_encoded(Instruction instruction, string expected) =>
        Assert.Contains(expected, Assert.Throws<ProgramException>(() => InstructionCodec.Encode([instruction])).Message, StringComparison.Ordinal);

    public static TheoryData<Instruction, string> OutOfRange => new()
    {
        { new ArrayOutput(0), "mx.output: pixelPitch: found 0" },
        { new DmaFill(0, new Address((MemorySpace)9, 0), 0), "dma.fill: destination: found space 9" },
        { new Nop { Sync = new Sync(64) }, "nop: found semaphore 64" },
        { new VectorScaleA(0, 0, 0, float.NaN), "v.scalea: scale: found NaN" },
        { new Add(default, default, default, (VectorFormat)4, Broadcast.None), "v.add: format: found 4" },
        { new Requantise(new Address(MemorySpace.Accumulator, 2), default, default, Rounding.Double), "v.requant: a: found acc[0x2]" },
    };

    [Fact]
    public void The_byte_layout_is_opcode_semaphores_operands_padding()
    {
        byte[] bytes = InstructionCodec.Encode([new DmaLoad(1, new Address(MemorySpace.Activation, 0x11223344), new Address(MemorySpace.Flash, 5))
        {
            Sync = new Sync(1, 2, 3, 4),
        }]);
        Assert.Equal("1301020304" + "01" + "0344332211" + "0105000000", Convert.ToHexStringLower(bytes));
    }

    [Fact]
    public void An_error_in_a_stream_names_instruction_and_byte() => Assert.Equal(
        "instruction 1 at byte 8: found opcode 0x99, expected one of the instruction table", Refusal([0, 0, 0, 0, 0, 0, 0, 0, 0x99]));

    [Fact]
    public void A_hundred_thousand_instructions_are_encoded_and_decoded_in_a_moment()
    {
        var random = new Random(3);
        var stream = Enumerable.Range(0, 100_000).Select(index => Samples.Instruction(InstructionTable.Rows[index % InstructionTable.Rows.Count], random)).ToList();
        InstructionCodec.Decode(InstructionCodec.Encode(stream[..1000]));
        var watch = Stopwatch.StartNew();
        Assert.Equal(stream.Count, InstructionCodec.Decode(InstructionCodec.Encode(stream)).Count);
        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 3); // about 0.1 s alone; the bound leaves room for a busy machine
    }

    private static string Refusal(byte[] bytes) => Assert.Throws<ProgramException>(() => InstructionCodec.Decode(bytes)).Message;
}
