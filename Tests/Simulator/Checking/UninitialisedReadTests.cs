using NpuSim.Isa.Instructions;
using NpuSim.Simulator.Checking;
using Xunit;

namespace NpuSim.Tests.Simulator.Checking;

/// <summary>Reads of bytes that nothing has put there.</summary>
public sealed class UninitialisedReadTests
{
    private const string Activations = "dma.load dma=0 destination=act[0x0] source=dram[0x0] signal=1";
    private const string Weights = "dma.shape dma=1 bytes=256 count1=1 count2=1 count3=1\ndma.load dma=1 destination=wgt[0x0] source=dram[0x0] signal=2";
    private const string Pass = "mx.gemm input=act[0x0] weights=wgt[0x0] accumulator=acc[0x0] rows=1 columns=16";

    [Fact]
    public void A_pass_whose_operands_are_loaded_is_in_order() =>
        AssertClean(CheckedText.Check($"{Activations}\n{Weights}\n{Pass} accumulate=false wait=1,2"));

    [Fact]
    public void Accumulating_onto_sums_that_nobody_has_begun_is_found()
    {
        var finding = Only(CheckedText.Check($"{Activations}\n{Weights}\n{Pass} accumulate=true wait=1,2"));
        Assert.Equal(
            "uninitialised read: core 0 array instruction 13 (mx.gemm) reads acc 0x0 to 0x3f (64 bytes), which nothing has written before it", finding.Message);
        AssertClean(CheckedText.Check($"{Activations}\n{Weights}\n{Pass} accumulate=false wait=1,2\n{Pass} accumulate=true"));
    }

    [Fact]
    public void Weights_that_were_never_loaded_are_found()
    {
        var finding = Only(CheckedText.Check($"{Activations}\n{Pass} accumulate=false wait=1"));
        Assert.Equal(new CheckedRange(MemorySpace.Weight, 0, 255, 256), finding.Range);
    }

    [Fact]
    public void Only_the_bytes_that_are_missing_are_told()
    {
        var finding = Only(CheckedText.Check($"{Activations}\ndma.load dma=1 destination=wgt[0x40] source=dram[0x0] signal=2\n{Pass} accumulate=false wait=1,2"));
        Assert.Equal(new CheckedRange(MemorySpace.Weight, 0, 255, 192), finding.Range);
    }

    [Fact]
    public void A_value_written_only_behind_the_read_does_not_serve()
    {
        var finding = Only(CheckedText.Check(
            "v.clamp a=act[0x0] out=act[0x100] format=int8Fixed low=-1 high=1 signal=1\ndma.load dma=0 destination=act[0x0] source=dram[0x0] wait=1"));
        Assert.Equal((10, "v.clamp"), (finding.Instructions[0].Index, finding.Instructions[0].Mnemonic));
    }

    [Fact]
    public void A_write_without_order_is_a_race_and_not_also_a_missing_value()
    {
        foreach (string stream in (string[])
        [
            "v.clamp a=act[0x0] out=act[0x100] format=int8Fixed low=-1 high=1\ndma.load dma=0 destination=act[0x0] source=dram[0x0]",
            "dma.load dma=0 destination=act[0x0] source=dram[0x0]\nv.clamp a=act[0x0] out=act[0x100] format=int8Fixed low=-1 high=1",
            // The walk comes to the read first: it is queued before the load.
            "sem.wait target=dma dma=0 semaphore=1 count=1\ndma.load dma=0 destination=act[0x0] source=dram[0x0]\n"
            + "v.clamp a=act[0x0] out=act[0x100] format=int8Fixed low=-1 high=1\nmx.output pixelPitch=16 signal=1",
        ])
        {
            var report = CheckedText.Check(stream);
            Assert.Equal((1, 0), (report.Races, report.UninitialisedReads));
        }
    }

    [Fact]
    public void Shared_memory_holds_inputs_and_constants_and_nothing_else()
    {
        AssertClean(CheckedText.Check("dma.load dma=0 destination=act[0x0] source=dram[0xfc0]\n"
            + "dma.shape dma=0 bytes=6 count1=1 count2=1 count3=1\ndma.load dma=0 destination=act[0x0] source=dram[0x2000]"));
        var constant = Only(CheckedText.Check("dma.load dma=0 destination=act[0x0] source=dram[0x2000]"));
        Assert.Equal(new CheckedRange(MemorySpace.Dram, 0x2006, 0x203f, 58), constant.Range);
        var output = Only(CheckedText.Check("dma.load dma=0 destination=act[0x0] source=dram[0x1000]"));
        Assert.Equal(new CheckedRange(MemorySpace.Dram, 0x1000, 0x103f, 64), output.Range);
        var global = Only(CheckedText.Check("dma.load dma=0 destination=act[0x0] source=global[0x0]"));
        Assert.Equal(MemorySpace.Global, global.Range!.Space);
    }

    [Fact]
    public void Tensors_that_the_host_reads_must_have_been_written()
    {
        var finding = Only(CheckedText.Check("host operator=0"));
        Assert.Equal(("host", new CheckedRange(MemorySpace.Dram, 0x3000, 0x303f, 64)), (finding.Instructions[0].Mnemonic, finding.Range));
        AssertClean(CheckedText.Check(
            "dma.fill dma=0 destination=dram[0x3000] value=1\nhost operator=0\ndma.load dma=0 destination=act[0x0] source=dram[0x1000]"));
    }

    private static void AssertClean(CheckReport report) => Assert.Equal([], report.Findings.Select(finding => finding.Message));

    private static CheckFinding Only(CheckReport report)
    {
        var finding = Assert.Single(report.Findings);
        Assert.Equal((CheckKind.UninitialisedRead, 1), (finding.Kind, report.Count));
        return finding;
    }
}
