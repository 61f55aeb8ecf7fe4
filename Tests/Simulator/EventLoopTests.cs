using NpuSim.Isa.Instructions;
using NpuSim.Isa.Program;
using NpuSim.Simulator;
using Xunit;

namespace NpuSim.Tests.Simulator;

public sealed class EventLoopTests
{
    private const int BlockBytes = 8192;
    private const int Rounds = 50;

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void The_event_loop_allocates_nothing_however_many_events_there_are(int cores)
    {
        var (once, twice) = (Loop(Rounds, cores), Loop(2 * Rounds, cores));
        once.Run(CancellationToken.None); // what is made once in a process is made here
        var (few, many) = (once.Run(CancellationToken.None), twice.Run(CancellationToken.None));
        Assert.True(few.Events > 10 * Rounds * cores, $"only {few.Events} events");
        Assert.True(many.Events - few.Events > 10 * Rounds * cores, $"{few.Events} events, then {many.Events}");
        Assert.Equal(0, few.AllocatedBytes);
        Assert.Equal(0, many.AllocatedBytes);
    }

    [Fact]
    public void The_events_counted_are_those_of_the_report()
    {
        var program = Program(Rounds, 2);
        var report = HandProgram.Run(program, SmallMachine.Create(2), new byte[BlockBytes], new SimulationOptions { Functional = false }).Result.Report;
        Assert.Equal(report.Events, new EventLoop(program, SmallMachine.Create(2)).Run(CancellationToken.None).Events);
    }

    private static EventLoop Loop(int rounds, int cores) => new(Program(rounds, cores), SmallMachine.Create(cores));

    private static NpuProgram Program(int rounds, int cores) =>
        HandProgram.Of(BlockBytes, BlockBytes, [.. Enumerable.Range(0, cores).Select(_ => Stream(rounds))]);

    // Loads on one DMA engine, look-ups, stores on the other, in step by semaphores; then a barrier.
    private static List<Instruction> Stream(int rounds)
    {
        List<Instruction> stream =
        [
            HandProgram.Shape(BlockBytes), new DmaSource(0, 0, 0, 0), new DmaDestination(0, 0, 0, 0),
            HandProgram.Shape(BlockBytes, dma: 1), new DmaSource(1, 0, 0, 0), new DmaDestination(1, 0, 0, 0),
            new VectorShape(1, BlockBytes, BlockBytes, BlockBytes, BlockBytes),
        ];
        for (int round = 0; round < rounds; round++)
        {
            var load = new DmaLoad(0, HandProgram.Activation(0), HandProgram.Input).Signal(1);
            stream.Add(round == 0 ? load : load.Wait(2));
            stream.Add(new Lookup(HandProgram.Activation(0), HandProgram.Activation(32_768), HandProgram.Activation(BlockBytes)).Wait(1).Signal(3, 2));
            stream.Add(new DmaStore(1, HandProgram.Output, HandProgram.Activation(BlockBytes)).Wait(3));
        }

        stream.Add(new SemaphoreWait(Engine.Dma, 0, 2, 1));
        stream.Add(new NpuSim.Isa.Instructions.Barrier(1));
        stream.Add(new Halt());
        return stream;
    }
}
