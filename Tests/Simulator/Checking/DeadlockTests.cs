using NpuSim.Isa.Machine;
using NpuSim.Simulator;
using NpuSim.Simulator.Checking;
using Xunit;

namespace NpuSim.Tests.Simulator.Checking;

/// <summary>Programs that do not come to their end, in a run and under check.</summary>
public sealed class DeadlockTests
{
    private const string Load = "dma.load dma=0 destination=act[0x0] source=dram[0x0]";
    private const string Clamp = "v.clamp a=act[0x0] out=act[0x100] format=int8Fixed low=-1 high=1";

    [Fact]
    public void A_cycle_of_semaphores_is_told_with_every_link()
    {
        string stream = $"{Load} wait=2 signal=1\n{Clamp} wait=1 signal=2";
        var failure = Run(CheckedText.Machine(), stream);
        Assert.Equal(
            "core 0 vector instruction 11 (v.clamp) waits for semaphore 1 (has 0 of 1) of core 0 dma0 instruction 10 (dma.load), "
            + "core 0 dma0 instruction 10 (dma.load) waits for semaphore 2 (has 0 of 1) of core 0 vector instruction 11 (v.clamp), "
            + "and so back to core 0 vector",
            Chain(failure));
        Assert.Equal([(0, 10), (0, 11)], failure.Chain.Order());
        Assert.Equal(
            "deadlock: in some order of its engines the program comes to a point at which nothing can go on: core 0 vector instruction 11 (v.clamp) waits for "
            + "semaphore 1, which holds 0 of 1, core 0 dma0 instruction 10 (dma.load) waits for semaphore 2, which holds 0 of 1",
            Assert.Single(CheckedText.Check(stream).Findings).Message);
    }

    [Fact]
    public void Counts_that_are_missing_are_told()
    {
        string stream = $"{Load} signal=1\nsem.wait target=vector dma=0 semaphore=1 count=3\nmx.output pixelPitch=16 wait=2 signal=1\n{Clamp} signal=2\n{Load} signal=1";
        Assert.StartsWith("core 0 array instruction 12 (mx.output) waits for semaphore 2 (has 0 of 1) of core 0 vector instruction 13 (v.clamp), "
            + "core 0 vector instruction 11 (sem.wait) waits for semaphore 1 (has 2 of 3) of core 0 array instruction 12", Chain(Run(CheckedText.Machine(), stream)),
            StringComparison.Ordinal);
        Assert.Equal(1, CheckedText.Check(stream).Deadlocks);
    }

    [Fact]
    public void A_full_queue_before_the_giver_is_told_and_with_room_there_is_none()
    {
        string stream = $"{Clamp} wait=1\n{Clamp}\n{Clamp}\nmx.output pixelPitch=16 signal=1";
        var narrow = CheckedText.Machine().With(new SequencerSpec { QueueDepth = 1, FetchBytes = 65_536 });
        Assert.Equal(
            "core 0 sequencer instruction 11 (v.clamp) waits for room in the queue of vector, core 0 vector instruction 10 (v.clamp) waits for semaphore 1 "
            + "(has 0 of 1) of core 0 array instruction 13 (mx.output), which is not dispatched yet, and so back to core 0 sequencer",
            Chain(Run(narrow, stream)));
        HandProgram.Run(CheckedText.Program(stream), CheckedText.Machine(), [], new SimulationOptions { Functional = false });
    }

    [Fact]
    public void A_barrier_that_one_core_never_reaches_is_told_with_what_holds_that_core()
    {
        string[] streams = ["barrier id=1", "nop wait=1\nbarrier id=1\nmx.output pixelPitch=16 signal=1"];
        Assert.Equal(
            "core 0 sequencer instruction 10 (barrier) waits at barrier 1, core 1 sequencer instruction 10 (nop) waits for semaphore 1 (has 0 of 1) of core 1 array "
            + "instruction 12 (mx.output), which is not dispatched yet, and so back to core 1 sequencer",
            Chain(Run(CheckedText.Machine(2), streams)));
        var finding = Assert.Single(CheckedText.Check(streams).Findings);
        Assert.Equal([(0, "barrier"), (1, "nop")], finding.Instructions.Select(instruction => (instruction.Core, instruction.Mnemonic)));
    }

    [Fact]
    public void Takers_that_may_take_each_others_tokens_are_found_where_the_run_happens_to_end()
    {
        // The load gives its token on, the clamp keeps it. The vector unit is busy until the load has had it, on this machine.
        string busy = string.Concat(Enumerable.Repeat($"{Clamp}\n", 40));
        string stream = $"dma.fill dma=0 destination=act[0x0] value=1 signal=2\nsem.wait target=vector dma=0 semaphore=2 count=1\n{busy}{Clamp} wait=1\n"
            + "dma.load dma=1 destination=wgt[0x0] source=dram[0x0] wait=1 signal=1\nmx.output pixelPitch=16 signal=1";
        HandProgram.Run(
            CheckedText.Program(stream), CheckedText.Machine().With(new SequencerSpec { QueueDepth = 64, FetchBytes = 65_536 }), [],
            new SimulationOptions { Functional = false });
        var finding = Assert.Single(CheckedText.Check(stream).Findings);
        Assert.Equal(CheckKind.Deadlock, finding.Kind);
        Assert.Equal("dma.load", Assert.Single(finding.Instructions).Mnemonic);
    }

    private static DeadlockException Run(MachineSpec machine, params string[] streams) => Assert.Throws<DeadlockException>(() =>
        HandProgram.Run(CheckedText.Program(streams), machine, [], new SimulationOptions { Functional = false }));

    private static string Chain(DeadlockException failure)
    {
        string[] lines = failure.Message.Split('\n');
        Assert.Equal(2, lines.Length);
        return lines[1];
    }
}
