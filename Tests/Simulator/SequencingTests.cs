using NpuSim.Isa.Instructions;
using NpuSim.Isa.Machine;
using NpuSim.Isa.Program;
using NpuSim.Simulator;
using NpuSim.Simulator.Reports;
using Xunit;
using Barrier = NpuSim.Isa.Instructions.Barrier;

namespace NpuSim.Tests.Simulator;

public sealed class SequencingTests
{
    // v.shape 1 × 160 and v.clamp: 8 + 10 cycles on the small machine.
    private const int VectorCycles = 18;

    private static readonly VectorShape Shape = new(1, 160, 160, 0, 160);
    private static readonly Clamp Clamp = new(HandProgram.Activation(0), HandProgram.Activation(1024), VectorFormat.Int8Fixed, -100, 100);

    [Fact]
    public void Queue_full_holds_the_sequencer_until_the_head_starts()
    {
        Instruction[] stream = [Shape, Clamp, Clamp, Clamp, Clamp, new Halt()];
        var machine = SmallMachine.Create().With(new SequencerSpec { QueueDepth = 1, FetchBytes = 65_536 });
        var report = Time(machine, stream);
        long fetched = HandProgram.FetchCycles(stream);
        // Shape is handed over at 1 and runs until 2; the first clamp at 2; the second waits in the queue from 3; the third is decoded at 4 and
        // waits for the second to start at 2 + 18; the fourth likewise; halt is decoded one cycle after the fourth has its place.
        Assert.Equal(fetched + 2 + (4 * VectorCycles), report.Cycles);
        var sequencer = Cycles(report, 0, Engine.Sequencer);
        Assert.Equal(fetched, sequencer[(int)CycleOwner.InstructionFetch]);
        Assert.Equal(stream.Length, sequencer[(int)CycleOwner.Compute]);
        Assert.Equal((2 + VectorCycles - 4) + (VectorCycles - 1), sequencer[(int)CycleOwner.QueueFull]);
        Reports.AddUp(report);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    public void A_signal_takes_the_semaphore_latency_to_arrive(int latency)
    {
        Instruction[] stream =
        [
            Shape, HandProgram.Shape(16), new DmaDestination(0, 0, 0, 0), Clamp.Signal(1), new DmaFill(0, HandProgram.Activation(1024), 0).Wait(1), new Halt(),
        ];
        var machine = SmallMachine.Create().With(new SequencerSpec { QueueDepth = 8, FetchBytes = 65_536, SemaphoreCycles = latency });
        var run = HandProgram.Run(HandProgram.Of(16, 16, stream), machine, HandProgram.Pattern(16, 1));
        var spans = run.Trace.Spans().ToDictionary(span => span.Instruction);
        Assert.Equal(spans[3].End + latency, spans[4].Start);
        Reports.AddUp(run.Result.Report);
    }

    [Fact]
    public void Fence_waits_until_every_engine_is_idle()
    {
        Instruction[] stream = [Shape, Clamp, new Fence(), Clamp, new Halt()];
        var report = Time(SmallMachine.Create(), stream);
        long fetched = HandProgram.FetchCycles(stream);
        Assert.Equal(fetched + 2 + VectorCycles + 1 + VectorCycles, report.Cycles);
        Assert.Equal(2 + VectorCycles - 3, Cycles(report, 0, Engine.Sequencer)[(int)CycleOwner.Fence]);
        // The vector unit waits one cycle for the dispatch behind the fence.
        Assert.Equal(fetched + 1 + 1, Cycles(report, 0, Engine.Vector)[(int)CycleOwner.InstructionFetch]);
    }

    [Fact]
    public void Waiting_cycles_belong_to_the_engine_that_gives_the_semaphore()
    {
        Instruction[] stream =
        [
            HandProgram.Shape(160), new DmaSource(0, 0, 0, 0), new DmaDestination(0, 0, 0, 0), Shape,
            new DmaLoad(0, HandProgram.Activation(0), HandProgram.Input).Signal(1), Clamp.Wait(1), new Halt(),
        ];
        var report = Time(SmallMachine.Create(), stream);
        // The load is handed over at 5, the clamp at 6.
        long loaded = 5 + SmallMachine.SetupCycles + SmallMachine.DramReadLatency + 1 + (160 / SmallMachine.DramBytesPerCycle);
        Assert.Equal(loaded - 6, Cycles(report, 0, Engine.Vector)[(int)CycleOwner.WaitDma]);
        Assert.Equal(HandProgram.FetchCycles(stream) + loaded + VectorCycles, report.Cycles);
    }

    [Fact]
    public void Two_waits_are_taken_together()
    {
        // The second clamp needs semaphores 1 and 2; it must not take 1 away from the first while 2 is missing.
        Instruction[] stream =
        [
            Shape, HandProgram.Shape(160), new DmaSource(0, 0, 0, 0), new DmaDestination(0, 0, 0, 0),
            HandProgram.Shape(160, dma: 1), new DmaSource(1, 0, 0, 0), new DmaDestination(1, 0, 0, 0),
            new SemaphoreSignal(Engine.Dma, 0, 1, 1),
            new DmaLoad(1, HandProgram.Activation(0), HandProgram.Input).Wait(1).Signal(2),
            Clamp.Wait(2, 3),
            new DmaLoad(0, HandProgram.Activation(2048), HandProgram.Input).Signal(3),
            new Halt(),
        ];
        var report = Time(SmallMachine.Create(), stream);
        Assert.Equal(VectorCycles, Cycles(report, 0, Engine.Vector)[(int)CycleOwner.Compute]);
        Reports.AddUp(report);
    }

    [Fact]
    public void Semaphore_instructions_count_in_their_target_queue()
    {
        Instruction[] stream =
        [
            Shape, new SemaphoreWait(Engine.Vector, 0, 7, 3), Clamp, new ArrayOutput(1), new SemaphoreSignal(Engine.Array, 0, 7, 2),
            new SemaphoreSignal(Engine.Array, 0, 7, 1), new Halt(),
        ];
        var report = Time(SmallMachine.Create(), stream);
        // Array: output register handed over at 4, signals run at 5 and 6, the last is given at 7; then the wait takes its cycle.
        Assert.Equal(HandProgram.FetchCycles(stream) + 7 + 1 + VectorCycles, report.Cycles);
        Assert.Equal(7 - 2, Cycles(report, 0, Engine.Vector)[(int)CycleOwner.WaitArray]);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public void Barrier_holds_every_core_until_the_slowest_comes(int cores)
    {
        var streams = Enumerable.Range(0, cores).Select(core => (IReadOnlyList<Instruction>)
        [
            Shape, .. Enumerable.Repeat<Instruction>(Clamp, core + 1), new Barrier(5), Clamp, new Halt(),
        ]).ToArray();
        var report = Time(SmallMachine.Create(cores), streams);
        var working = Enumerable.Range(0, cores).Select(core => Cycles(report, core, Engine.Vector)[(int)CycleOwner.Compute]).ToArray();
        Assert.Equal(Enumerable.Range(0, cores).Select(core => (core + 2L) * VectorCycles), working);
        // Behind the barrier all cores do the same, so all end together.
        Assert.All(Enumerable.Range(0, cores), core => Assert.Equal(0, Cycles(report, core, Engine.Vector)[(int)CycleOwner.Drained]));
        Assert.True(Cycles(report, 0, Engine.Sequencer)[(int)CycleOwner.Fence] > Cycles(report, cores - 1, Engine.Sequencer)[(int)CycleOwner.Fence]);
        Reports.AddUp(report);
    }

    [Fact]
    public void Cores_without_a_stream_are_idle_throughout()
    {
        var report = Time(SmallMachine.Create(cores: 2), [Shape, Clamp, new Halt()]);
        Assert.All(report.Engines.Where(engine => engine.Core == 1), engine => Assert.Equal(report.Cycles, engine.Cycles[(int)CycleOwner.Drained]));
    }

    [Fact]
    public void Deadlock_names_the_chain_of_waits_in_two_lines()
    {
        Instruction[] stream =
        [
            Shape, HandProgram.Shape(160), new DmaSource(0, 0, 0, 0), new DmaDestination(0, 0, 0, 0),
            new DmaLoad(0, HandProgram.Activation(0), HandProgram.Input).Wait(2).Signal(1), Clamp.Wait(1).Signal(2), new Fence(), new Halt(),
        ];
        var failure = Assert.Throws<DeadlockException>(() => Time(SmallMachine.Create(), stream));
        string[] lines = failure.Message.Split('\n');
        Assert.Equal(2, lines.Length);
        Assert.StartsWith("deadlock at cycle", lines[0], StringComparison.Ordinal);
        Assert.Equal(
            "core 0 sequencer instruction 6 (fence) waits until the engines are idle, core 0 vector instruction 5 (v.clamp) waits for semaphore 1 "
            + "(has 0 of 1) of core 0 dma0 instruction 4 (dma.load), core 0 dma0 instruction 4 (dma.load) waits for semaphore 2 (has 0 of 1) of core 0 vector instruction 5 "
            + "(v.clamp), and so back to core 0 vector",
            lines[1]);
    }

    [Fact]
    public void Deadlock_behind_a_full_queue_is_told_from_the_sequencer()
    {
        var machine = SmallMachine.Create().With(new SequencerSpec { QueueDepth = 1, FetchBytes = 65_536 });
        Instruction[] stream = [Shape, Clamp.Wait(1), Clamp, Clamp.Signal(2), new ArrayOutput(1).Wait(2).Signal(1), new Halt()];
        var failure = Assert.Throws<DeadlockException>(() => Time(machine, stream));
        Assert.Contains("waits for room in the queue of vector", failure.Message, StringComparison.Ordinal);
        Assert.Contains("waits for semaphore 1 (has 0 of 1) of core 0 array instruction 4 (mx.output), which is not dispatched yet", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Cores_at_different_barriers_are_refused()
    {
        IReadOnlyList<Instruction>[] streams = [[new Barrier(1), new Halt()], [new Barrier(2), new Halt()]];
        Assert.Throws<ProgramException>(() => Time(SmallMachine.Create(cores: 2), streams));
    }

    [Fact]
    public void Cancellation_ends_a_run()
    {
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        IReadOnlyList<Instruction> stream = [Shape, .. Enumerable.Repeat<Instruction>(Clamp, 100_000), new Halt()];
        var program = HandProgram.Of(160, 160, stream);
        Assert.ThrowsAny<OperationCanceledException>(() => NpuMachine.Run(
            program, SmallMachine.Create(), new SimulationOptions { Functional = false }, new Dictionary<string, byte[]>(), new NoHost(), cancelled.Token));
    }

    private static SimulationReport Time(MachineSpec machine, params IReadOnlyList<Instruction>[] streams) =>
        HandProgram.Run(HandProgram.Of(160, 160, streams), machine, [], new SimulationOptions { Functional = false }).Result.Report;

    private static IReadOnlyList<long> Cycles(SimulationReport report, int core, Engine engine) =>
        report.Engines.First(row => row.Core == core && row.Engine == engine).Cycles;
}
