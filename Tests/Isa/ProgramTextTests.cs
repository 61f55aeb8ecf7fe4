using FsCheck.Xunit;
using NpuSim.Isa.Instructions;
using NpuSim.Isa.Program;
using Xunit;

namespace NpuSim.Tests.Isa;

public sealed class ProgramTextTests
{
    [Property(MaxTest = 300, Arbitrary = [typeof(Samples)])]
    public bool Assembling_a_disassembly_gives_the_same_program(NpuProgram program)
    {
        string text = Disassembler.Print(program);
        var again = Assembler.Parse(text);
        return Disassembler.Print(again) == text && ProgramFile.Encode(again).AsSpan().SequenceEqual(ProgramFile.Encode(program));
    }

    [Property(MaxTest = 1000, Arbitrary = [typeof(Samples)])]
    public bool Every_instruction_survives_its_text(Instruction instruction) => Assembler.Parse(
        $".npuasm version=1\n.program name=\"\" machine=\"\"\n.plan dram=0 flash=0 global=0 act=0 wgt=0 acc=0\n.core index=0\n{Disassembler.Print(instruction)}")
        .Streams[0][0].Equals(instruction);

    [Fact]
    public void A_disassembly_is_readable()
    {
        Assert.Equal(
            "mx.conv input=act[0x100] weights=wgt[0x0] accumulator=acc[0x40] outRows=8 outCols=7 outChannels=16 padTop=1 padLeft=-1 accumulate=true "
            + "wait=3,4 signal=5",
            Disassembler.Print(new Convolve(0x100, 0, 0x40, 8, 7, 16, 1, -1, true) { Sync = new Sync(3, 4, 5) }));
        Assert.Equal(
            "v.clamp a=act[0x0] out=wgt[0x10] format=int8Float low=-Infinity high=0.1 wait=0,9",
            Disassembler.Print(new Clamp(new Address(MemorySpace.Activation, 0), new Address(MemorySpace.Weight, 16), VectorFormat.Int8Float,
                float.NegativeInfinity, 0.1f)
            { Sync = new Sync(0, 9) }));
        Assert.EndsWith(" wait=1 early=5 signal=6", Disassembler.Print(new Depthwise(0, 0, 0, 1, 1, 1, 0, 0, false) { Sync = new Sync(1, 0, 5, 6, 1) }),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Spaces_comments_hexadecimal_and_field_order_are_free()
    {
        var program = Assembler.Parse(SmallProgram.Text.Replace(
            "dma.fill dma=0 destination=act[0x0] value=7", "\t dma.fill   value=0x7\tdestination=act[0]  dma=0 ; why = \"not\"\r", StringComparison.Ordinal));
        Assert.Equal(Disassembler.Print(SmallProgram.Program), Disassembler.Print(program));
    }

    public static TheoryData<string, string, string> Spoilt => new()
    {
        { "dma.fill dma=0", "dma.fil dma=0", "found 'dma.fil', expected a mnemonic or directive" },
        { "dma.fill dma=0", "dma.fill", "found 'dma.fill' without dma, expected dma=..." },
        { "dma.fill dma=0", "dma.fill dma=0 dma=0", "found 'dma=' a second time" },
        { "dma.fill dma=0", "dma.fill dma=256", "found '256', expected dma=an integer from 0 to 255" },
        { "dma.fill dma=0", "dma.fill dma=-1", "expected dma=an integer from 0 to 255" },
        { "dma.fill dma=0", "dma.fill dma=x", "found 'x'" },
        { "dma.fill dma=0", "dma.fill dma=\"0\"", "found \"0\"" },
        { "dma.fill dma=0", "dma.fill dma=", "found ''" },
        { "dma.fill dma=0", "dma.fill dma 0", "found 'dma', expected a field such as key=value" },
        { "dma.fill dma=0", "dma.fill =0", "expected a field such as key=value" },
        { "value=7", "value=7 vallue=7", "found 'vallue=', expected no such field of dma.fill" },
        { "destination=act[0x0]", "destination=act[0x0", "expected destination=an address such as act[0x40]" },
        { "destination=act[0x0]", "destination=art[0x0]", "expected destination=an address" },
        { "destination=act[0x0]", "destination=act[0x100000000]", "expected destination=an address" },
        { "destination=act[0x0]", "destination=act[-1]", "expected destination=an address" },
        { "destination=act[0x0]", "destination=act[]", "expected destination=an address" },
        { "weights=wgt[0x0]", "weights=act[0x0]", "found 'act[0x0]', expected weights=an offset in wgt at a multiple of 64" },
        { "weights=wgt[0x0]", "weights=wgt[0x20]", "expected weights=an offset in wgt at a multiple of 64" },
        { "accumulate=false", "accumulate=0", "found '0', expected accumulate=true or false" },
        { "rounding=double", "rounding=Double", "expected rounding=one of double, single, float" },
        { "scale=0.5", "scale=NaN", "found 'NaN', expected scale=a finite number" },
        { "scale=0.5", "scale=0,5", "found '0,5', expected scale=a finite number" },
        { "wait=1", "wait=64", "found '64', expected wait=one or two semaphores from 0 to 63" },
        { "wait=1", "wait=1,2,3", "expected wait=one or two semaphores" },
        { "wait=1", "wait=", "expected wait=one or two semaphores" },
        { ".npuasm version=1", ".npuasm version=2", "(1,17): found '2', expected version=an integer from 1 to 1" },
        { ".npuasm version=1", "", "(2,1): found '.program', expected .npuasm version=1 before everything else" },
        { ".npuasm version=1", ".npuasm version=1\n.npuasm version=1", "expected one .npuasm" },
        { ".program name=\"small\"", ".program name=small", "found 'small', expected name=a text in quotes" },
        { ".program name=\"small\"", ".program name=\"small", "found a broken text" },
        { ".program name=\"small\"", ".program name=\"sm\\all\"", "found a broken text" },
        { ".program name=\"small\"", ".program name=\"sm\\u12", "found a broken text" },
        { ".program name=\"small\" machine=\"edge\"", "", "found the end of the text, expected .program" },
        { ".program", ".program name=\"a\" machine=\"b\"\n.program", "expected one .program" },
        { ".plan dram=4096 flash=0 global=0 act=4096 wgt=4096 acc=4096", "", "found the end of the text, expected .plan" },
        { ".plan dram=4096", ".plan dram=-1", "expected dram=an integer from 0" },
        { "role=input", "role=entry", "expected role=one of input, output, intermediate, constant" },
        { "shape=[1,16]", "shape=1,16", "expected shape=a list of integers" },
        { "shape=[1,16]", "shape=[1,-16]", "expected shape=a list of integers" },
        { "shape=[1,16]", "shape=[1,]", "expected shape=a list of integers" },
        { "shape=[1,16]", "shape=[99999999999]", "expected shape=a list of integers" },
        { ".tensor index=0", ".tensor index=1", "found '1', expected index=an integer from 0 to 0" },
        { ".layer index=0", ".layer index=7", "expected index=an integer from 0 to 0" },
        { "engine=array", "engine=gpu", "expected engine=one of sequencer, dma, array, vector" },
        { ".core index=0", ".core index=1", "found '1', expected index=an integer from 0 to 0" },
        { ".core index=0", "", "found 'layer', expected .core before the first instruction" },
        { ".constant at=dram[0x100] bytes=4", ".constant at=dram[0x100] bytes=5", "found 4 bytes of data before it, expected the 5 of its .constant" },
        { ".constant at=dram[0x100] bytes=4", "", "found '.data', expected .constant before its data" },
        { ".constant at=dram[0x100] bytes=4", ".constant at=dram[0x100] bytes=99999999999", "expected bytes=an integer from 0" },
        { ".data AQIDBA==", ".data AQIDBA=", "expected base64" },
        { ".data AQIDBA==", ".data", "found 0 bytes of data before it" },
    };

    [Theory]
    [MemberData(nameof(Spoilt))]
    public void A_spoilt_text_is_refused_with_line_and_column(string find, string replacement, string expected)
    {
        Assert.Contains(find, SmallProgram.Text, StringComparison.Ordinal);
        int at = SmallProgram.Text.IndexOf(find, StringComparison.Ordinal);
        string text = SmallProgram.Text[..at] + replacement + SmallProgram.Text[(at + find.Length)..];
        string message = Assert.Throws<ProgramException>(() => Assembler.Parse(text, "spoilt.npuasm")).Message;
        Assert.Matches(@"^spoilt\.npuasm\(\d+,\d+\): found ", message);
        Assert.Contains(expected, message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
    }

    [Fact]
    public void Every_cut_of_a_text_is_refused_or_read_without_harm()
    {
        for (int length = 0; length < SmallProgram.Text.Length; length++)
        {
            var failure = Record.Exception(() => Assembler.Parse(SmallProgram.Text[..length]));
            Assert.True(failure is null or ProgramException, failure?.ToString());
        }
    }
}
