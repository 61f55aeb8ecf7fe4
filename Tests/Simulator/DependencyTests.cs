using NpuSim.Isa.Instructions;
using NpuSim.Isa.Program;
using NpuSim.Simulator;
using Xunit;

namespace NpuSim.Tests.Simulator;

/// <summary>Several workers give the bytes that one gives, whatever the instructions share: programs whose every instruction reads and writes
/// at random, mostly over one another.</summary>
public sealed class DependencyTests
{
    private const int Region = 4096;
    private const int Steps = 400;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public void Workers_keep_the_order_of_instructions_that_share_bytes(int seed)
    {
        var machine = SmallMachine.Create(cores: 2);
        byte[] input = HandProgram.Pattern(Region, seed);
        var program = HandProgram.Of(Region, Region, Stream(seed, core: 0), Stream(seed + 100, core: 1));
        byte[] expected = HandProgram.Run(program, machine, input).Result.Outputs["out"];
        Assert.NotEqual(expected, new byte[Region]);
        foreach (int threads in (int[])[2, 3, 8])
        {
            var options = new SimulationOptions { Threads = threads };
            Assert.Equal(expected, HandProgram.Run(program, machine, input, options).Result.Outputs["out"]);
        }
    }

    [Fact]
    public void Replay_with_workers_gives_the_same_bytes()
    {
        var machine = SmallMachine.Create(cores: 2);
        byte[] input = HandProgram.Pattern(Region, 7);
        var program = HandProgram.Of(Region, Region, Stream(7, core: 0), Stream(8, core: 1));
        var run = HandProgram.Run(program, machine, input);
        using var replay = new FunctionalMachine(program, machine, run.Order, new NoHost(), threads: 4);
        for (int sample = 0; sample < 4; sample++)
        {
            Assert.Equal(run.Result.Outputs["out"], replay.Execute(new Dictionary<string, byte[]> { ["in"] = input })["out"]);
        }
    }

    // Loads, stores, fills, copies and vector operations over a small region, so that nearly every one depends on some of the others.
    private static List<Instruction> Stream(int seed, int core)
    {
        var random = new Random(seed);
        List<Instruction> stream =
        [
            .. (Instruction[])[new DmaSource(0, 0, 0, 0), new DmaDestination(0, 0, 0, 0), new DmaSource(1, 0, 0, 0), new DmaDestination(1, 0, 0, 0)],
            HandProgram.Shape(Region), HandProgram.Shape(Region, dma: 1), new DmaLoad(0, HandProgram.Activation(0), HandProgram.Input), new Fence(),
        ];
        for (int step = 0; step < Steps; step++)
        {
            byte dma = (byte)random.Next(2);
            int bytes = 1 + random.Next(200);
            switch (random.Next(6))
            {
                case 0:
                    stream.AddRange(HandProgram.Shape(bytes, dma: dma), new DmaLoad(dma, Local(random, bytes), Shared(random, core, bytes)));
                    break;
                case 1:
                    stream.AddRange(HandProgram.Shape(bytes, dma: dma), new DmaStore(dma, Shared(random, core, bytes), Local(random, bytes)));
                    break;
                case 2:
                    stream.AddRange(HandProgram.Shape(bytes, dma: dma), new DmaFill(dma, Local(random, bytes), (byte)random.Next(256)));
                    break;
                case 3:
                    stream.AddRange(HandProgram.Shape(bytes, dma: dma), new DmaCopy(dma, Local(random, bytes), Local(random, bytes)));
                    break;
                default:
                    uint pitch = (uint)(bytes + random.Next(20));
                    int extent = (int)pitch + bytes;
                    stream.AddRange(
                        new VectorShape(2, (uint)bytes, pitch, pitch, pitch),
                        new Maximum(Local(random, extent), Local(random, extent), Local(random, extent), VectorFormat.Int8Fixed, Broadcast.None));
                    break;
            }
        }

        stream.AddRange(
            new Fence(), HandProgram.Shape(Region / 2), new DmaStore(0, HandProgram.Output + (core * Region / 2), HandProgram.Activation(0)), new Halt());
        return stream;
    }

    private static Address Local(Random random, int bytes) => HandProgram.Activation((uint)random.Next(Region - bytes));

    // Each core has memory of its own here: whose access comes first would be a matter of time, which this test is not about.
    private static Address Shared(Random random, int core, int bytes) =>
        HandProgram.Constant + (core * Region) + random.Next(Region - bytes);
}
