using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using NpuSim.Isa.Instructions;
using NpuSim.Isa.Machine;
using NpuSim.Isa.Timing;
using NpuSim.Simulator;
using NpuSim.Simulator.Reports;
using Xunit;

namespace NpuSim.Tests.Simulator;

public sealed class TransferTests
{
    [Property(MaxTest = 200)]
    public Property Uncontended_load_takes_exactly_the_formula() => Prop.ForAll(Cases(), item =>
    {
        var (bytes, count1, count2, stride1, stride2, engine, outstanding) = item;
        var machine = SmallMachine.Create().With(
            new DmaSpec { Engines = 1, BytesPerCycle = engine, SetupCycles = 7, BurstBytes = 32, OutstandingBursts = outstanding });
        var source = TransferTiming.Pattern(new TransferBlock((uint)bytes, (uint)count1, (uint)count2), new TransferStrides(stride1, stride2));
        var destination = TransferTiming.Pattern(new TransferBlock((uint)bytes, (uint)count1, (uint)count2), new TransferStrides(bytes, bytes * count1));
        long expected = TransferTiming.Cycles(machine, MemorySpace.Dram, source, MemorySpace.Activation, destination);
        Instruction[] stream =
        [
            HandProgram.Shape(bytes, count1, count2), new DmaSource(0, stride1, stride2, 0), new DmaDestination(0, bytes, bytes * count1, 0),
            new DmaLoad(0, HandProgram.Activation(0), HandProgram.Input), new Halt(),
        ];
        var report = Time(machine, stream);
        Assert.Equal(HandProgram.FetchCycles(stream) + 4 + expected, report.Cycles);
        Assert.Equal(0, report.Stalls["memory"]);
    });

    [Theory]
    [InlineData(MemorySpace.Global, MemorySpace.Activation)]
    [InlineData(MemorySpace.Activation, MemorySpace.Global)]
    [InlineData(MemorySpace.Activation, MemorySpace.Weight)]
    [InlineData(MemorySpace.Dram, MemorySpace.Global)]
    [InlineData(MemorySpace.Global, MemorySpace.Dram)]
    public void Uncontended_copy_takes_exactly_the_formula(MemorySpace from, MemorySpace to)
    {
        var machine = SmallMachine.Create();
        var pattern = new AccessPattern(1, 10_007);
        Instruction[] stream =
        [
            HandProgram.Shape(10_007), new DmaSource(0, 0, 0, 0), new DmaDestination(0, 0, 0, 0), Move(from, to), new Halt(),
        ];
        Assert.Equal(HandProgram.FetchCycles(stream) + 4 + TransferTiming.Cycles(machine, from, pattern, to, pattern), Time(machine, stream).Cycles);
    }

    [Theory]
    [InlineData(1000, 626)] // ⌈10,007 / 16⌉ at the core's clock
    [InlineData(500, 1252)]
    [InlineData(333, 1880)] // 626 · 1000 / 333, rounded up once for the whole transfer
    [InlineData(3000, 209)]
    public void The_global_buffer_has_a_clock_of_its_own_by_exact_ratio(int clockMHz, long expected)
    {
        var machine = SmallMachine.Create();
        machine = machine with { GlobalBuffer = machine.GlobalBuffer! with { ClockMHz = clockMHz } };
        Assert.Equal(expected, TransferTiming.BusyCycles(machine, MemorySpace.Global, new AccessPattern(1, 10_007)));
        Assert.Equal((3000 + clockMHz - 1) / clockMHz, TransferTiming.LatencyCycles(machine, MemorySpace.Global, write: false));
    }

    [Fact]
    public void Two_engines_that_contend_take_longer_and_move_the_same()
    {
        const int bytes = 16_384;
        var machine = SmallMachine.Create();
        Instruction[] one = [.. Load(0, bytes), new Halt()];
        Instruction[] two = [.. Load(0, bytes), .. Load(1, bytes), new Halt()];
        var alone = Time(machine, one);
        var together = Time(machine, two);
        long aloneCycles = alone.Cycles - HandProgram.FetchCycles(one);
        long togetherCycles = together.Cycles - HandProgram.FetchCycles(two);
        Assert.True(togetherCycles > aloneCycles);
        // The data of both at the memory's bandwidth, and what is not data once.
        Assert.InRange(togetherCycles, 2 * bytes / SmallMachine.DramBytesPerCycle, (2 * bytes / SmallMachine.DramBytesPerCycle) + 64);
        Assert.Equal(
            (2 * bytes) + HandProgram.CodeBytes(two), together.Traffic.DramReadBytes);
        // Chunks take turns: both engines end within two chunks of each other.
        long[] waits = [.. together.Engines.Where(engine => engine.Engine == Engine.Dma).Select(engine => engine.Cycles[(int)CycleOwner.Memory])];
        Assert.True(waits.Min() > aloneCycles / 2, "both engines wait for each other");
        Assert.InRange(Math.Abs(waits[0] - waits[1]), 0, 2 * 1024 / SmallMachine.DramBytesPerCycle);
    }

    [Property(MaxTest = 50)]
    public Property Bandwidth_is_never_exceeded() => Prop.ForAll(
        Gen.Choose(1, 9000).ListOf().Where(list => list.Count is > 0 and < 12).ToArbitrary(), sizes =>
        {
            var streams = Enumerable.Range(0, 3).Select(core => (IReadOnlyList<Instruction>)
            [
                .. sizes.SelectMany((bytes, place) => Load((byte)((place + core) % 2), bytes)), new Halt(),
            ]).ToArray();
            var report = Time(SmallMachine.Create(cores: 3), streams);
            long moved = report.Traffic.DramReadBytes + report.Traffic.DramWriteBytes;
            Assert.True(moved <= (report.Cycles - SmallMachine.DramReadLatency) * SmallMachine.DramBytesPerCycle);
            Reports.AddUp(report);
        });

    [Fact]
    public void Instruction_fetch_contends_with_transfers()
    {
        Instruction[] stream = [.. Load(0, 16_384), .. Enumerable.Repeat<Instruction>(new Nop(), 4000), new Halt()];
        var machine = SmallMachine.Create();
        var small = machine.With(new SequencerSpec { FetchBytes = 64 });
        var alone = Time(small, [.. stream[4..]]);
        var together = Time(small, stream);
        var fetch = (SimulationReport report) => report.Engines[0].Cycles[(int)CycleOwner.InstructionFetch];
        Assert.True(fetch(together) > fetch(alone), "fetches wait while the load has the memory");
        Assert.Equal(HandProgram.CodeBytes(stream), together.Traffic.InstructionBytes);
    }

    [Fact]
    public void Four_dimensions_and_negative_and_zero_strides_move_the_right_bytes()
    {
        // Source: rows backwards, the second dimension repeated, the third in steps of 512. Destination: dense in act, then stored as it is.
        byte[] input = HandProgram.Pattern(4096, 5);
        Instruction[] stream =
        [
            HandProgram.Shape(3, 4, 2, 2), new DmaSource(0, -16, 0, 512), new DmaDestination(0, 3, 12, 24),
            new DmaLoad(0, HandProgram.Activation(100), HandProgram.Input + 100),
            HandProgram.Shape(48), new DmaStore(0, HandProgram.Output, HandProgram.Activation(100)), new Halt(),
        ];
        byte[] output = HandProgram.Run(HandProgram.Of(4096, 48, stream), SmallMachine.Create(), input).Result.Outputs["out"];
        int at = 0;
        for (int i3 = 0; i3 < 2; i3++)
        {
            for (int i2 = 0; i2 < 2; i2++)
            {
                for (int i1 = 0; i1 < 4; i1++)
                {
                    int from = 100 - (16 * i1) + (512 * i3);
                    Assert.Equal(input[from..(from + 3)], output[at..(at + 3)]);
                    at += 3;
                }
            }
        }
    }

    [Fact]
    public void Scatter_at_the_destination_and_fill_write_only_their_bytes()
    {
        byte[] input = HandProgram.Pattern(64, 6);
        Instruction[] stream =
        [
            HandProgram.Shape(256), new DmaSource(0, 0, 0, 0), new DmaDestination(0, 0, 0, 0), new DmaFill(0, HandProgram.Output, 0xEE),
            HandProgram.Shape(2, 8), new DmaSource(0, 2, 0, 0), new DmaDestination(0, -10, 0, 0), new DmaLoad(0, HandProgram.Activation(200), HandProgram.Input),
            HandProgram.Shape(80), new DmaCopy(0, HandProgram.Weight(64), HandProgram.Activation(130)),
            new DmaStore(0, HandProgram.Output + 10, HandProgram.Weight(64)), new Halt(),
        ];
        byte[] output = HandProgram.Run(HandProgram.Of(64, 256, stream), SmallMachine.Create(), input).Result.Outputs["out"];
        byte[] expected = [.. Enumerable.Repeat((byte)0xEE, 256)];
        Array.Clear(expected, 10, 80);
        for (int i = 0; i < 8; i++)
        {
            input.AsSpan(2 * i, 2).CopyTo(expected.AsSpan(10 + 70 - (10 * i)));
        }

        Assert.Equal(expected, output);
    }

    private static Instruction Move(MemorySpace from, MemorySpace to)
    {
        var (source, destination) = (new Address(from, 0), new Address(to, 0));
        return MemorySpaces.IsLocal(from) == MemorySpaces.IsLocal(to)
            ? new DmaCopy(0, destination, source)
            : MemorySpaces.IsLocal(to) ? new DmaLoad(0, destination, source) : new DmaStore(0, destination, source);
    }

    private static Instruction[] Load(byte dma, int bytes) =>
    [
        HandProgram.Shape(bytes, dma: dma), new DmaSource(dma, 0, 0, 0), new DmaDestination(dma, 0, 0, 0),
        new DmaLoad(dma, HandProgram.Activation(0), HandProgram.Input),
    ];

    private static Arbitrary<(int Bytes, int Count1, int Count2, int Stride1, int Stride2, int Engine, int Outstanding)> Cases() => (
        from bytes in Gen.Choose(1, 700)
        from count1 in Gen.Choose(1, 7)
        from count2 in Gen.Choose(1, 5)
        from gap1 in Gen.Choose(0, 40)
        from gap2 in Gen.Choose(0, 40)
        from engine in Gen.Choose(1, 12)
        from outstanding in Gen.Choose(1, 40)
        select (bytes, count1, count2, bytes + (gap1 < 10 ? 0 : gap1), ((bytes + gap1) * count1) + gap2, engine, outstanding)).ToArbitrary();

    private static SimulationReport Time(MachineSpec machine, params IReadOnlyList<Instruction>[] streams) =>
        HandProgram.Run(HandProgram.Of(32_768, 1, streams), machine, [], new SimulationOptions { Functional = false }).Result.Report;
}
