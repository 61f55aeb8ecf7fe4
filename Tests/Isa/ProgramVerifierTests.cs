using NpuSim.Isa.Instructions;
using NpuSim.Isa.Machine;
using NpuSim.Isa.Program;
using Xunit;

namespace NpuSim.Tests.Isa;

public sealed class ProgramVerifierTests
{
    private static readonly MachineSpec Edge = MachineFile.Load("edge", []);

    [Fact]
    public void A_right_program_is_accepted() => ProgramVerifier.Verify(SmallProgram.Program, Edge);

    public static TheoryData<string, string, string> Wrong => new()
    {
        // Streams, order, tables
        { "    halt", "", "core 0: instruction 30 (host): found the end of the stream, expected one halt" },
        { "    fence", "    halt", "(halt): found halt before the end of the stream" },
        { "signal=1", "signal=7", "core 0: semaphore 1: found 0 signals and 1 waits" },
        { "wait=2,3", "wait=2", "core 0: semaphore 3: found 1 signals and 0 waits" },
        { "semaphore=9 count=2\n    sem.wait", "semaphore=9 count=3\n    sem.wait", "semaphore 9: found 3 signals and 2 waits" },
        { "sem.wait target=dma dma=0", "sem.wait target=dma dma=3", "(sem.wait): found dma=3, expected an engine from 0 to 2" },
        { "sem.signal target=vector dma=0", "sem.signal target=vector dma=1", "(sem.signal): found dma=1" },
        { "layer layer=1", "layer layer=2", "(layer): found layer 2, expected one below 2" },
        { "host operator=0", "host operator=1", "(host): found operator 1, expected one below 1" },
        { "    halt", "    halt\n.core index=1\n    halt", "streams: found 2, expected 1 to the 1 cores" },
        // Tensor map, constants, plan
        { "inputs=[0]", "inputs=[2]", "host operator 0 (\"h\"): tensor: found 2, expected an index below 2" },
        { "shape=[1,16] scale=0.25", "shape=[1,4097] scale=0.25", "tensor 0 (\"x\"): found 4097 bytes at dram[0x0], expected within the 4096 bytes" },
        { "shape=[1,16] scale=0.25", "shape=[2147483647,2147483647,2147483647] scale=0.25", "tensor 0 (\"x\"): found 9223372036854775807 bytes" },
        { "at=dram[0x40]", "at=dram[0xff8]", "tensor 1 (\"y\"): found 16 bytes at dram[0xff8]" },
        { "at=dram[0x40]", "at=wgt[0x40]", "tensor 1 (\"y\"): in: found wgt, expected dram, flash or global" },
        { "firstLayer=0 lastLayer=1", "firstLayer=0 lastLayer=2", "tensor 1 (\"y\"): layers: found 0 to 2" },
        { "firstLayer=0 lastLayer=1", "firstLayer=1 lastLayer=0", "tensor 1 (\"y\"): layers: found 1 to 0" },
        { ".constant at=dram[0x100]", ".constant at=dram[0xffd]", "constant at dram[0xffd]: found 4 bytes" },
        { ".constant at=dram[0x100]", ".constant at=wgt[0x100]", "constant at wgt[0x100]: in: found wgt" },
        { ".data AQIDBA==", ".data AQIDBA==\n.constant at=dram[0x103] bytes=1\n.data AQ==", "expected an end before the next constant at dram[0x103]" },
        { ".plan dram=4096", ".plan dram=99999999999", "plan: dram: found 99999999999, expected 0 to" },
        { "act=4096", "act=262145", "plan: act: found 262145, expected 0 to the 262144 bytes that edge has" },
        { "flash=0", "flash=1", "plan: flash: found 1, expected 0 to the 0 bytes" },
        // Transfers
        { "dma.fill dma=0", "dma.fill dma=3", "(dma.fill): found dma=3, expected an engine from 0 to 2" },
        { "dma.fill dma=0", "dma.fill dma=1", "(dma.fill): found no dma.shape before it" },
        { "    dma.src dma=0 stride1=16 stride2=0 stride3=0", "", "(dma.load): found no dma.src before it" },
        { "    dma.dst dma=0 stride1=32 stride2=0 stride3=0", "", "(dma.load): found no dma.dst before it" },
        { "destination=act[0x0] source=dram[0x0]", "destination=act[0x0] source=acc[0x0]", "(dma.load): found source=acc[0x0], expected a source in dram" },
        { "destination=act[0x0] source=dram[0x0]", "destination=dram[0x0] source=dram[0x0]", "(dma.load): found destination=dram[0x0], expected a destination in act" },
        { "destination=dram[0x40] source=act[0xc0]", "destination=flash[0x40] source=act[0xc0]", "expected a destination in dram or global" },
        { "destination=dram[0x40] source=act[0xc0]", "destination=dram[0x40] source=dram[0xc0]", "expected a source in act, wgt or acc" },
        { "dma.store dma=0", "dma.copy dma=0", "expected both private or both shared" },
        { "destination=act[0x0] value=7", "destination=flash[0x0] value=7", "expected no destination in flash" },
        { "destination=act[0x0] value=7", "destination=act[0xc01] value=7", "(dma.fill): found 1024 bytes from byte 3073 of act, expected within the 4096 bytes" },
        { "destination=act[0x0] value=7", "destination=global[0x0] value=7", "within the 0 bytes planned" },
        { "stride1=32 stride2=0", "stride1=-32 stride2=0", "(dma.load): found 48 bytes from byte -32 of act" },
        { "stride1=16 stride2=0", "stride1=2147483647 stride2=0", "of dram, expected within the 4096 bytes" },
        { "bytes=16 count1=2 count2=1", "bytes=16 count1=2 count2=4294967295", "bytes moved, expected at most 4294967295" },
        // Array
        { "mx.kernel kernelHeight=1 kernelWidth=1", "; mx.kernel", "(mx.conv): found no mx.kernel before it" },
        { "    mx.input", "    ;", "(mx.conv): found no mx.input before it" },
        { "    mx.output", "    ;", "(mx.conv): found no mx.output before it" },
        { "kernelHeight=1 kernelWidth=1", "kernelHeight=65535 kernelWidth=65535", "(mx.conv): found" },
        { "channels=16 rowPitch", "channels=4294967295 rowPitch", "(mx.input): found rowPitch=32 pixelPitch=16 channels=4294967295" },
        { "rowPitch=32", "rowPitch=4294967295", "(mx.input): found rowPitch=4294967295" },
        { "mx.output pixelPitch=16", "mx.output pixelPitch=4294967295", "(mx.output): found pixelPitch=4294967295" },
        { "mx.output pixelPitch=16", "mx.output pixelPitch=15", "(mx.conv): found 16 output channels at a pixelPitch of 15" },
        { "height=2 width=2", "height=200 width=2", "(mx.conv): found 6400 bytes from byte 0 of act" },
        { "accumulator=acc[0x0]", "accumulator=acc[0xffc]", "(mx.conv): found 256 bytes from byte 4092 of acc" },
        { "weights=wgt[0x100] accumulator=acc[0x200] outRows=2 outCols=2 outChannels=16", "weights=wgt[0x100] accumulator=acc[0x200] outRows=2 outCols=2 outChannels=17", "(mx.dw): found 17 output channels" },
        { "channels=16 rowPitch=32", "channels=8 rowPitch=32", "(mx.dw): found outChannels=16 reading 16 channels where mx.input has 8, expected no more" },
        { "rows=4 columns=16 accumulate", "rows=4294967295 columns=16 accumulate", "(mx.gemm): found" },
        // Vector
        { "    v.shape rows=4", "    ; v.shape rows=4", "(v.requant): found no v.shape before it" },
        { "    v.scaleout", "    ;", "(v.requant): found no v.scaleout before it" },
        { "    v.window", "    ;", "(v.maxpool): found no v.window before it" },
        { "    v.scalea", "    ;", "(v.add): found no v.scalea before it" },
        { "    v.scaleb", "    ;", "(v.add): found no v.scaleb before it" },
        { "clampMin=-128 clampMax=127", "clampMin=1 clampMax=0", "(v.scaleout): found clampMin=1 clampMax=0" },
        { "rows=4 columns=16 pitchA=64", "rows=65536 columns=65536 pitchA=64", "(v.shape): found 65536 rows of 65536 columns" },
        { "pitchA=64 pitchB=0", "pitchA=64 pitchB=3000000000", "(v.shape): found pitches of 64, 3000000000 and 16" },
        { "pitchA=64 pitchB=0", "pitchA=62 pitchB=0", "(v.requant): found pitchA=62, expected a multiple of 4" },
        { "pitchB=0 pitchOut=16", "pitchB=0 pitchOut=8", "(v.requant): found result rows of 16 bytes at a pitchOut of 8" },
        { "parameters=wgt[0x200]", "parameters=wgt[0xf44]", "(v.requant): found 192 bytes from byte 3908 of wgt" },
        { "parameters=wgt[0x200]", "parameters=dram[0x200]", "(v.requant): found parameters in dram, expected an address in act, wgt or acc" },
        { "v.maxpool a=act[0x80]", "v.maxpool a=act[0xff0]", "(v.maxpool): found 64 bytes from byte 4080 of act" },
        { "v.maxpool a=act[0x80] out=act[0xc0] outRows=1 outCols=1", "v.maxpool a=act[0x80] out=act[0xc0] outRows=65535 outCols=65535", "(v.maxpool): found" },
        { "v.add a=act[0x80] b=act[0x90] out=act[0x100] format=int8Fixed broadcast=none", "v.avgpool a=act[0x80] out=act[0xc0] outRows=1 outCols=1 format=int32 countPadding=true", "(v.avgpool): found format Int32, expected a format that its row names" },
        { "v.add a=act[0x80] b=act[0x90] out=act[0x100] format=int8Fixed broadcast=none", "v.transpose a=act[0x80] out=act[0xc0] elementBytes=2", "(v.transpose): found elementBytes=2, expected 1 or 4" },
        { "v.add a=act[0x80] b=act[0x90] out=act[0x100] format=int8Fixed broadcast=none", "v.clamp a=act[0x80] out=act[0xc0] format=int8Fixed low=2 high=1", "(v.clamp): found low=2 high=1" },
        { "v.add a=act[0x80] b=act[0x90] out=act[0x100] format=int8Fixed broadcast=none", "v.exp a=act[0x80] b=act[0x90] out=act[0x100] format=int32", "(v.exp): found format Int32" },
        { "v.add a=act[0x80] b=act[0x90] out=act[0x100] format=int8Fixed broadcast=none", "v.recip a=act[0x80] out=act[0x100] format=int8Fixed", "(v.recip): found format Int8Fixed" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void A_wrong_program_is_refused_with_its_place(string find, string replacement, string expected)
    {
        int at = SmallProgram.Text.IndexOf(find, StringComparison.Ordinal);
        Assert.True(at >= 0, find);
        var program = Assembler.Parse(SmallProgram.Text[..at] + replacement + SmallProgram.Text[(at + find.Length)..]);
        string message = Assert.Throws<ProgramException>(() => ProgramVerifier.Verify(program, Edge)).Message;
        Assert.Contains(expected, message, StringComparison.Ordinal);
        Assert.Contains(", expected ", message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
    }

    [Fact]
    public void Operands_out_of_range_are_refused_without_an_encoding()
    {
        var stream = SmallProgram.Program.Streams[0].ToList();
        stream[1] = new DmaShape(0, 0, 1, 1, 1);
        Assert.Equal("core 0: instruction 1 (dma.shape): bytes: found 0, expected an integer from 1 to 4294967295", Refusal(stream));
        stream[1] = new Nop { Sync = new Sync(64) };
        Assert.Equal("core 0: instruction 1 (nop): found semaphore 64, expected 0 to 63", Refusal(stream));
        Assert.Equal("core 0: found an empty stream, expected one that ends in halt", Refusal([]));
    }

    [Fact]
    public void Cores_must_come_to_the_same_barriers()
    {
        var two = MachineFile.Load("edge", ["cores=2"]);
        var first = new Instruction[] { new NpuSim.Isa.Instructions.Barrier(4), new Halt() };
        var program = SmallProgram.Program with { Streams = [first, first] };
        ProgramVerifier.Verify(program, two);
        var other = program with { Streams = [first, [new NpuSim.Isa.Instructions.Barrier(5), new Halt()]] };
        Assert.Equal("core 1: barriers: found [5], expected those of core 0: [4]", Assert.Throws<ProgramException>(() => ProgramVerifier.Verify(other, two)).Message);
    }

    [Fact]
    public void Float_arithmetic_needs_a_machine_that_has_it()
    {
        var machine = MachineFile.Apply(Edge, "core.vector.float32", "false");
        ProgramVerifier.Verify(SmallProgram.Program, machine);
        var program = Assembler.Parse(SmallProgram.Text.Replace("format=int8Fixed broadcast=none", "format=float32 broadcast=none", StringComparison.Ordinal));
        ProgramVerifier.Verify(program with { Plan = program.Plan with { ActivationBytes = 8192 } }, Edge);
        Assert.Contains("(v.add): found float32 arithmetic", Assert.Throws<ProgramException>(() => ProgramVerifier.Verify(program, machine)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_hundred_thousand_instructions_are_verified_in_little_memory()
    {
        var stream = Enumerable.Repeat(SmallProgram.Program.Streams[0].SkipLast(1), 3300).SelectMany(part => part).Append(new Halt()).ToList();
        var program = SmallProgram.Program with { Streams = [stream] };
        ProgramVerifier.Verify(SmallProgram.Program, Edge);
        long before = GC.GetAllocatedBytesForCurrentThread();
        ProgramVerifier.Verify(program, Edge);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100L * stream.Count);
    }

    private static string Refusal(IReadOnlyList<Instruction> stream) =>
        Assert.Throws<ProgramException>(() => ProgramVerifier.Verify(SmallProgram.Program with { Streams = [stream] }, Edge)).Message;
}
