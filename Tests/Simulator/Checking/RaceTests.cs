using NpuSim.Isa.Instructions;
using NpuSim.Isa.Machine;
using NpuSim.Simulator;
using NpuSim.Simulator.Checking;
using Xunit;

namespace NpuSim.Tests.Simulator.Checking;

/// <summary>Programs with one order missing, each told with both instructions and the bytes; and their neighbours that are in order.</summary>
public sealed class RaceTests
{
    private const string Load = "dma.load dma=0 destination=act[0x0] source=dram[0x0]";
    private const string Clamp = "v.clamp a=act[0x0] out=act[0x100] format=int8Fixed low=-1 high=1";
    private const string Store = "dma.store dma=1 destination=dram[0x1000] source=act[0x100]";
    private const string InPlace = "v.clamp a=act[0x0] out=act[0x0] format=int8Fixed low=-1 high=1";

    [Fact]
    public void A_pipeline_with_all_its_semaphores_is_in_order() =>
        AssertClean(CheckedText.Check($"{Load} signal=1\n{Clamp} wait=1 signal=2\n{Store} wait=2"));

    [Fact]
    public void A_read_that_does_not_wait_for_the_write_is_told_with_bytes_and_the_missing_order()
    {
        var finding = Only(CheckedText.Check($"{Load}\n{Clamp} signal=2\n{Store} wait=2"));
        Assert.Equal(
            "race, read after write: core 0 dma0 instruction 10 (dma.load) writes and core 0 vector instruction 11 (v.clamp) reads act 0x0 to 0x3f (64 bytes); "
            + "no order between them: vector must wait, at or before instruction 11, for dma0 to end instruction 10",
            finding.Message);
        Assert.Equal("dma.load dma=0 destination=act[0x0] source=dram[0x0]", finding.Instructions[0].Text);
    }

    [Fact]
    public void A_write_that_does_not_wait_for_the_read_is_found()
    {
        var finding = Only(CheckedText.Check($"{Load} signal=1\n{Clamp} wait=1\n{Load}"));
        AssertPair(finding, "write after read", (11, "v.clamp"), (12, "dma.load"), new CheckedRange(MemorySpace.Activation, 0, 63, 64));
        AssertClean(CheckedText.Check($"{Load} signal=1\n{Clamp} wait=1 signal=2\n{Load} wait=2"));
    }

    [Fact]
    public void Two_writes_without_order_are_found()
    {
        var finding = Only(CheckedText.Check($"{Load}\ndma.load dma=1 destination=act[0x20] source=dram[0x40]"));
        AssertPair(finding, "write after write", (10, "dma.load"), (11, "dma.load"), new CheckedRange(MemorySpace.Activation, 32, 63, 32));
    }

    [Fact]
    public void A_wait_for_the_wrong_semaphore_orders_nothing()
    {
        // The vector unit waits for the other DMA engine.
        var finding = Only(CheckedText.Check(
            $"{Load} signal=1\ndma.load dma=1 destination=wgt[0x0] source=dram[0x0] signal=2\n{Clamp} wait=2\nsem.wait target=array dma=0 semaphore=1 count=1"));
        AssertPair(finding, "read after write", (10, "dma.load"), (12, "v.clamp"), new CheckedRange(MemorySpace.Activation, 0, 63, 64));
    }

    [Fact]
    public void Swapped_waits_leave_the_first_reader_without_order()
    {
        string second = "dma.load dma=1 destination=act[0x40] source=dram[0x40]", other = "v.clamp a=act[0x40] out=act[0x140] format=int8Fixed low=-1 high=1";
        AssertClean(CheckedText.Check($"{Load} signal=1\n{second} signal=2\n{Clamp} wait=1\n{other} wait=2"));
        var finding = Only(CheckedText.Check($"{Load} signal=1\n{second} signal=2\n{Clamp} wait=2\n{other} wait=1"));
        AssertPair(finding, "read after write", (10, "dma.load"), (12, "v.clamp"), new CheckedRange(MemorySpace.Activation, 0, 63, 64));
    }

    [Fact]
    public void A_race_that_does_not_show_in_timing_is_found_all_the_same()
    {
        // The other engine is kept busy for so long that the load has always ended.
        string busy = string.Concat(Enumerable.Repeat("v.clamp a=act[0x1000] out=act[0x2000] format=int8Fixed low=-1 high=1\n", 40));
        string stream = $"dma.load dma=0 destination=act[0x1000] source=dram[0x0] signal=1\nsem.wait target=vector dma=0 semaphore=1 count=1\n{Load}\n{busy}{Clamp}";
        var program = CheckedText.Program(stream);
        var spans = HandProgram.Run(program, CheckedText.Machine(), [], new SimulationOptions { Functional = false }).Trace.Spans()
            .ToDictionary(span => span.Instruction);
        int clamp = program.Streams[0].Count - 2;
        Assert.True(spans[12].End < spans[clamp].Start);
        var finding = Only(ProgramCheck.Run(program, CheckedText.Machine()));
        AssertPair(finding, "read after write", (12, "dma.load"), (clamp, "v.clamp"), new CheckedRange(MemorySpace.Activation, 0, 63, 64));
    }

    [Fact]
    public void A_full_queue_is_no_order()
    {
        // With a queue of one place the clamp cannot be dispatched before the load has ended; another machine has longer ones.
        string late = "dma.load dma=0 destination=act[0x800] source=dram[0x0]";
        Assert.Equal(1, CheckedText.Check($"{Load}\n{late}\n{late}\n{late}\n{Clamp}").Races);
    }

    [Fact]
    public void Overlap_of_a_part_is_told_as_that_part()
    {
        var finding = Only(CheckedText.Check("dma.load dma=0 destination=act[0x30] source=dram[0x0]\ndma.fill dma=1 destination=act[0x0] value=1"));
        Assert.Equal(new CheckedRange(MemorySpace.Activation, 0x30, 0x3f, 16), finding.Range);
    }

    [Fact]
    public void Strided_blocks_that_interleave_without_touching_do_not_race()
    {
        string strided = """
            dma.shape dma=0 bytes=16 count1=8 count2=2 count3=1
            dma.dst dma=0 stride1=32 stride2=512 stride3=0
            dma.src dma=0 stride1=16 stride2=128 stride3=0
            dma.shape dma=1 bytes=16 count1=8 count2=2 count3=1
            dma.dst dma=1 stride1=-32 stride2=512 stride3=0
            dma.load dma=0 destination=act[0x0] source=dram[0x0]
            """;
        AssertClean(CheckedText.Check($"{strided}\ndma.fill dma=1 destination=act[0xf0] value=1"));
        var finding = Only(CheckedText.Check($"{strided}\ndma.fill dma=1 destination=act[0xe8] value=1"));
        Assert.Equal(new CheckedRange(MemorySpace.Activation, 8, 0x2ef, 16 * 8), finding.Range);
    }

    [Fact]
    public void A_fence_orders_what_is_before_it_and_what_is_behind()
    {
        AssertClean(CheckedText.Check($"{Load}\nfence\n{Clamp}\nfence\n{Load}"));
        Assert.Equal(1, CheckedText.Check($"{Load}\nnop\n{Clamp}").Races);
    }

    [Fact]
    public void Order_passes_on_through_a_third_engine_and_a_queue()
    {
        // dma0 → array → vector: the vector unit never waits for dma0 itself.
        AssertClean(CheckedText.Check($"{Load} signal=1\nmx.output pixelPitch=16 wait=1\nmx.output pixelPitch=16 signal=2\n{Clamp} wait=2"));
        Assert.Equal(1, CheckedText.Check($"mx.output pixelPitch=16 signal=2\n{Load} signal=1\nmx.output pixelPitch=16 wait=1\n{Clamp} wait=2").Races);
    }

    [Fact]
    public void A_signal_queued_behind_the_write_covers_it_and_one_before_does_not()
    {
        AssertClean(CheckedText.Check($"{Load}\nsem.signal target=dma dma=0 semaphore=9 count=1\n{Clamp} wait=9"));
        Assert.Equal(1, CheckedText.Check($"sem.signal target=dma dma=0 semaphore=9 count=1\n{Load}\n{Clamp} wait=9").Races);
    }

    [Fact]
    public void The_second_wait_pairs_with_the_second_signal()
    {
        string two = $"{Load} signal=1\ndma.load dma=0 destination=act[0x40] source=dram[0x40] signal=1";
        string second = "v.clamp a=act[0x40] out=act[0x140] format=int8Fixed low=-1 high=1";
        AssertClean(CheckedText.Check($"{two}\n{Clamp} wait=1\n{second} wait=1"));
        var finding = Only(CheckedText.Check($"{two}\n{second} wait=1\n{Clamp} wait=1"));
        AssertPair(finding, "read after write", (11, "dma.load"), (12, "v.clamp"), new CheckedRange(MemorySpace.Activation, 0x40, 0x7f, 64));
        AssertClean(CheckedText.Check($"{two}\nsem.wait target=vector dma=0 semaphore=1 count=2\n{second}\n{Clamp}"));
    }

    [Fact]
    public void A_signal_of_either_engine_proves_neither()
    {
        // One semaphore, given by both DMA engines, taken once before the read: the other engine's signal may have served.
        string loads = $"{Load} signal=1\ndma.load dma=1 destination=wgt[0x0] source=dram[0x0] signal=1";
        Assert.Equal(1, CheckedText.Check($"{loads}\n{Clamp} wait=1\nsem.wait target=vector dma=0 semaphore=1 count=1").Races);
        AssertClean(CheckedText.Check($"{loads}\nsem.wait target=vector dma=0 semaphore=1 count=2\n{Clamp}"));
    }

    [Fact]
    public void Takers_on_several_engines_count_only_what_is_certainly_taken_before()
    {
        // dma0 gives two; array and vector take one each. Either may have had the first.
        string loads = $"{Load} signal=1\ndma.load dma=0 destination=wgt[0x0] source=dram[0x0] signal=1";
        AssertClean(CheckedText.Check($"{loads}\nmx.output pixelPitch=16 wait=1\n{Clamp} wait=1"));
        var finding = Only(CheckedText.Check(
            $"dma.load dma=0 destination=wgt[0x0] source=dram[0x0] signal=1\n{Load} signal=1\nmx.output pixelPitch=16 wait=1\n{Clamp} wait=1"));
        AssertPair(finding, "read after write", (11, "dma.load"), (13, "v.clamp"), new CheckedRange(MemorySpace.Activation, 0, 63, 64));
        // With the array before the vector unit, the vector unit has the second.
        AssertClean(CheckedText.Check(
            $"dma.load dma=0 destination=wgt[0x0] source=dram[0x0] signal=1\n{Load} signal=1\nmx.output pixelPitch=16 wait=1 signal=2\n{Clamp} wait=1,2"));
    }

    [Fact]
    public void A_wait_of_the_sequencer_orders_what_it_dispatches_later()
    {
        AssertClean(CheckedText.Check($"{Load} signal=1\nnop wait=1\n{Clamp}"));
        Assert.Equal(1, CheckedText.Check($"{Load} signal=1\n{Clamp}\nnop wait=1").Races);
    }

    [Fact]
    public void An_early_signal_orders_the_reader_of_the_results_and_no_writer()
    {
        string load = "dma.load dma=0 destination=act[0x0] source=dram[0x0] signal=1", early = $"{Clamp} wait=1 early=2";
        AssertClean(Chained($"{load}\n{early}\ndma.store dma=1 destination=dram[0x1000] source=act[0x100] wait=2"));
        var operands = Only(Chained($"{load}\n{early}\ndma.fill dma=1 destination=act[0x0] value=1 wait=2"));
        AssertPair(operands, "write after read", (11, "v.clamp"), (12, "dma.fill"), new CheckedRange(MemorySpace.Activation, 0, 63, 64));
        var results = Only(Chained($"{load}\n{early}\ndma.fill dma=1 destination=act[0x100] value=1 wait=2"));
        AssertPair(results, "write after write", (11, "v.clamp"), (12, "dma.fill"), new CheckedRange(MemorySpace.Activation, 0x100, 0x13f, 64));
    }

    [Fact]
    public void What_comes_after_one_that_streams_comes_after_both()
    {
        string load = "dma.load dma=0 destination=act[0x0] source=dram[0x0] signal=1", store = "dma.store dma=1 destination=dram[0x1000] source=act[0x100] wait=2";
        string fill = "dma.fill dma=1 destination=act[0x0] value=1";
        AssertClean(Chained($"{load}\n{Clamp} wait=1 early=2\n{store}\n{fill}"));
        AssertClean(Chained($"{load}\n{Clamp} wait=1 early=2\n{store} signal=3\n{fill.Replace("dma=1", "dma=0", StringComparison.Ordinal)} wait=3"));
    }

    [Fact]
    public void Cores_are_ordered_by_barriers_alone()
    {
        string produce = "dma.fill dma=0 destination=dram[0x1000] value=1", consume = "dma.load dma=0 destination=act[0x0] source=dram[0x1000]";
        AssertClean(CheckedText.Check($"{produce}\nbarrier id=1", $"barrier id=1\n{consume}"));
        var finding = Only(CheckedText.Check($"{produce}\nbarrier id=1", $"{consume}\nbarrier id=1"));
        Assert.Equal(
            "race: core 0 dma0 instruction 10 (dma.fill) writes and core 1 dma0 instruction 10 (dma.load) reads dram 0x1000 to 0x103f (64 bytes); "
            + "no order between them: a barrier of the cores between the two",
            finding.Message);
        Assert.Equal(1, CheckedText.Check($"{produce}\nfence", $"fence\n{consume}").Races);
    }

    [Fact]
    public void Private_buffers_of_two_cores_are_two_memories() => AssertClean(CheckedText.Check(Load, Load));

    [Fact]
    public void Two_cores_that_write_one_place_of_the_global_buffer_race()
    {
        string fill = "dma.fill dma=0 destination=global[0x0] value=1";
        Assert.Equal(MemorySpace.Global, Only(CheckedText.Check(fill, fill)).Range!.Space);
    }

    [Fact]
    public void A_host_call_is_ordered_on_its_core_and_by_barriers_only_with_others()
    {
        string middle = "dma.fill dma=0 destination=dram[0x3000] value=1", use = "dma.load dma=0 destination=act[0x0] source=dram[0x1000]";
        AssertClean(CheckedText.Check($"{middle}\nhost operator=0\n{use}"));
        var finding = Only(CheckedText.Check($"{middle}\nhost operator=0", use));
        AssertPair(finding, "race:", (11, "host"), (10, "dma.load"), new CheckedRange(MemorySpace.Dram, 0x1000, 0x103f, 64));
    }

    [Fact]
    public void Every_pair_is_counted_and_no_more_than_a_hundred_are_kept()
    {
        var report = CheckedText.Check(string.Join('\n', Enumerable.Repeat($"{Load}\n{InPlace}", 300)));
        Assert.True(report.Races > ProgramCheck.KeptFindings);
        Assert.Equal(ProgramCheck.KeptFindings, report.Findings.Count);
    }

    private static CheckReport Chained(string stream)
    {
        var machine = CheckedText.Machine();
        return ProgramCheck.Run(CheckedText.Program(stream), machine with { Core = machine.Core with { Chaining = new ChainingSpec() } });
    }

    private static void AssertClean(CheckReport report) => Assert.Equal([], report.Findings.Select(finding => finding.Message));

    private static CheckFinding Only(CheckReport report)
    {
        var finding = Assert.Single(report.Findings);
        Assert.Equal((CheckKind.Race, 1), (finding.Kind, report.Count));
        return finding;
    }

    private static void AssertPair(CheckFinding finding, string hazard, (int, string) first, (int, string) second, CheckedRange range)
    {
        Assert.Contains(hazard, finding.Message, StringComparison.Ordinal);
        Assert.Equal([first, second], finding.Instructions.Select(instruction => (instruction.Index, instruction.Mnemonic)));
        Assert.Equal(range, finding.Range);
    }
}
