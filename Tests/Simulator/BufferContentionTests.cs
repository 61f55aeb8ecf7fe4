using FsCheck.Xunit;
using NpuSim.Isa.Instructions;
using NpuSim.Isa.Machine;
using NpuSim.Isa.Program;
using NpuSim.Simulator;
using NpuSim.Simulator.Reports;
using NpuSim.Tests.Workloads.Compile;
using NpuSim.Workloads.Compile;
using NpuSim.Workloads.Interpret;
using Xunit;

namespace NpuSim.Tests.Simulator;

/// <summary>Engines that hold each other up at private buffers.</summary>
public sealed class BufferContentionTests
{
    private const int Copied = 4096;

    // A copy reads and writes 8 bytes a cycle each.
    private static readonly Instruction[] Copies =
    [
        HandProgram.Shape(Copied), new DmaSource(0, 0, 0, 0), new DmaDestination(0, 0, 0, 0),
        HandProgram.Shape(Copied, dma: 1), new DmaSource(1, 0, 0, 0), new DmaDestination(1, 0, 0, 0),
        new DmaCopy(0, HandProgram.Activation(8192), HandProgram.Activation(0)), new DmaCopy(1, HandProgram.Activation(16_384), HandProgram.Activation(0)),
        new Halt(),
    ];

    [Fact]
    public void A_transfer_alone_takes_its_formula_where_the_buffer_just_feeds_it()
    {
        Instruction[] stream = [.. Copies.Take(7), new Halt()];
        var spans = Spans(Narrow(16), stream);
        Assert.Equal(SmallMachine.SetupCycles + 2 + (Copied / 8), spans[6].End - spans[6].Start);
        Assert.Equal(0, Conflicts(Run(Narrow(16), stream).Report));
    }

    [Fact]
    public void Two_transfers_that_fit_together_take_their_formulas()
    {
        var spans = Spans(Narrow(32), Copies);
        Assert.All(spans.Values.Where(span => span.Instruction >= 6), span => Assert.Equal(SmallMachine.SetupCycles + 2 + (Copied / 8), span.End - span.Start));
    }

    [Theory]
    [InlineData(8)]
    [InlineData(16)]
    [InlineData(24)]
    public void Two_transfers_that_do_not_fit_take_the_sum_of_their_bytes_at_what_the_buffer_gives(int bytesPerCycle)
    {
        var spans = Spans(Narrow(bytesPerCycle), Copies);
        long first = spans.Values.Min(span => span.Instruction >= 6 ? span.Start : long.MaxValue) + SmallMachine.SetupCycles + 2;
        long last = spans.Values.Max(span => span.End);
        // Alone in the first cycle and in the last, one of them may ask for less than there is.
        Assert.InRange(last - first, (4 * Copied / bytesPerCycle) - 1, (4 * Copied / bytesPerCycle) + 2);
        var report = Run(Narrow(bytesPerCycle), Copies).Report;
        Assert.True(Conflicts(report) > 0);
        Reports.AddUp(report);
    }

    [Fact]
    public void An_operation_that_the_buffer_cannot_feed_takes_what_the_buffer_needs_and_says_so()
    {
        // 160 elements read and written in 8 + 10 cycles: 320 bytes, at 8 bytes a cycle 40 cycles.
        Instruction[] stream = [new VectorShape(1, 160, 160, 0, 160), Clamp, new Halt()];
        var result = Run(Narrow(8), stream);
        Assert.Equal(40, Spans(Narrow(8), stream)[1].End - Spans(Narrow(8), stream)[1].Start);
        Assert.Equal(40 - 18, result.Report.Engines.Single(engine => engine.Engine == Engine.Vector).Cycles[(int)CycleOwner.BankConflict]);
        Assert.Equal("sram", result.Report.Layers[0].Bound);
    }

    [Fact]
    public void The_longer_of_two_goes_on_at_full_pace_when_the_shorter_has_ended()
    {
        // The copy wants 16 of 16 bytes a cycle for 512 cycles; the clamp 320/18 for 18. Together they move their bytes, then the copy is alone.
        Instruction[] stream = [new VectorShape(1, 160, 160, 0, 160), .. Copies.Take(7), .. Enumerable.Repeat(new Nop(), 9), Clamp, new Halt()];
        var spans = Spans(Narrow(16), stream);
        long alone = SmallMachine.SetupCycles + 2 + (Copied / 8);
        Assert.InRange(spans[7].End - spans[7].Start, alone + (320 / 16) - 2, alone + (320 / 16) + 1);
    }

    [Fact]
    public void Buffers_of_other_cores_and_spaces_hold_nobody_up()
    {
        Instruction[] weights = [.. Copies[..7], new DmaCopy(1, HandProgram.Weight(16_384), HandProgram.Weight(0)), new Halt()];
        Assert.Equal(0, Conflicts(Run(Narrow(16), weights).Report));
        Instruction[] one = [.. Copies[..7], new Halt()];
        var machine = Narrow(16) with { Cores = 2 };
        Assert.Equal(0, Conflicts(Run(machine, one, one).Report));
    }

    [Property(MaxTest = 40)]
    public void Wide_buffers_change_nothing(int seed)
    {
        var program = RandomPipelines.Create(seed, cores: 2);
        var plain = SmallMachine.Create(cores: 2);
        var expected = Time(program, plain);
        var wide = Wide(plain);
        var actual = Time(program, wide);
        Assert.Equal(expected.Cycles, actual.Cycles);
        Assert.Equal(expected.Engines.Select(Working), actual.Engines.Select(Working));
        Assert.Equal(0, Conflicts(actual));

        // Of two that let an engine go in the same cycle, either may own its wait.
        static long Working(EngineReport engine) => engine.Cycles[(int)CycleOwner.Compute];
    }

    [Property(MaxTest = 60)]
    public void Owned_cycles_add_up_and_no_instruction_is_shorter(int seed)
    {
        var program = RandomPipelines.Create(seed, cores: 2);
        var plain = SmallMachine.Create(cores: 2);
        var narrow = Narrow(8 + (int)((uint)seed % 40)) with { Cores = 2 };
        Reports.AddUp(Time(program, narrow));
        var expected = HandProgram.Run(program, plain, [], TimeOnly).Trace.Spans().ToDictionary(span => (span.Core, span.Instruction));
        foreach (var span in HandProgram.Run(program, narrow, [], TimeOnly).Trace.Spans().Where(span => span.Engine is Engine.Array or Engine.Vector))
        {
            var other = expected[(span.Core, span.Instruction)];
            Assert.True(span.End - span.Start >= other.End - other.Start);
        }
    }

    [Theory]
    [InlineData("edge")]
    [InlineData("gemmini-16")]
    [InlineData("tpu-256")]
    public void A_compiled_network_computes_the_same_in_no_fewer_cycles_also_where_engines_stream(string preset)
    {
        foreach (string[] chaining in (string[][])[[], ["core.chaining.tailCycles=6"]])
        {
            string[] small = ["core.activation.sizeKiB=16", "core.weight.sizeKiB=16", "core.accumulator.sizeKiB=8", .. chaining];
            for (int seed = 0; seed < 12; seed++)
            {
                var graph = RandomNetwork.Create(seed);
                var inputs = RandomNetwork.Inputs(graph, seed);
                var plain = MachineFile.Load(preset, [.. small, "core.bufferContention=false"]);
                var shared = MachineFile.Load(preset, [.. small, "core.bufferContention=true", "core.activation.banks=1", "core.accumulator.banks=1"]);
                var program = Compiler.Compile(graph, plain);
                var expected = NpuMachine.Run(program, plain, new SimulationOptions(), inputs, new HostProcessor(), CancellationToken.None);
                var actual = NpuMachine.Run(program, shared, new SimulationOptions(), inputs, new HostProcessor(), CancellationToken.None);
                Reports.AddUp(actual.Report);
                Assert.True(actual.Report.Cycles >= expected.Report.Cycles * 0.98, $"{actual.Report.Cycles} cycles, {expected.Report.Cycles} without");
                Assert.All(expected.Outputs, output => Assert.Equal(output.Value, actual.Outputs[output.Key]));
            }
        }
    }

    [Fact]
    public void Who_streams_behind_an_engine_that_is_held_up_ends_behind_it()
    {
        var machine = Narrow(16);
        machine = machine with { Core = machine.Core with { Chaining = new ChainingSpec { TailCycles = 10 } } };
        Instruction[] stream =
        [
            HandProgram.Shape(Copied), new DmaSource(0, 0, 0, 0), new DmaDestination(0, 0, 0, 0), HandProgram.Shape(2048, dma: 1), new DmaSource(1, 0, 0, 0),
            new DmaDestination(1, 0, 0, 0), new VectorShape(1, 2048, 2048, 0, 2048),
            new Clamp(HandProgram.Activation(0), HandProgram.Activation(8192), VectorFormat.Int8Fixed, -100, 100) { Sync = new Sync(0, 0, 1, 0, 1) },
            new DmaStore(1, HandProgram.Output, HandProgram.Activation(8192)).Wait(1),
            new DmaCopy(0, HandProgram.Activation(32_768), HandProgram.Activation(40_960)), new Halt(),
        ];
        var spans = Spans(machine, stream);
        Assert.True(spans[7].End - spans[7].Start > 8 + 128);
        Assert.True(spans[8].Start < spans[7].End);
        Assert.True(spans[8].End >= spans[7].End + 10);
        Reports.AddUp(Run(machine, stream).Report);
    }

    private static readonly SimulationOptions TimeOnly = new() { Functional = false };

    private static readonly Clamp Clamp = new(HandProgram.Activation(32_768), HandProgram.Activation(40_960), VectorFormat.Int8Fixed, -100, 100);

    // Buffers of one bank with one port of so many bytes a cycle.
    private static MachineSpec Narrow(int bytesPerCycle) => With(SmallMachine.Create(), bytesPerCycle);

    private static MachineSpec Wide(MachineSpec machine) => With(machine, 4096);

    private static MachineSpec With(MachineSpec machine, int bytesPerCycle)
    {
        var buffer = new BufferSpec { SizeKiB = 64, Banks = 1, BytesPerBankCycle = bytesPerCycle };
        return machine with { Core = machine.Core with { BufferContention = true, Activation = buffer, Weight = buffer, Accumulator = buffer } };
    }

    private static SimulationResult Run(MachineSpec machine, params IReadOnlyList<Instruction>[] streams) =>
        HandProgram.Run(HandProgram.Of(4096, 4096, streams), machine, [], TimeOnly).Result;

    private static Dictionary<int, TraceSpan> Spans(MachineSpec machine, IReadOnlyList<Instruction> stream) =>
        HandProgram.Run(HandProgram.Of(4096, 4096, stream), machine, [], TimeOnly).Trace.Spans()
            .Where(span => span.Engine != Engine.Sequencer).ToDictionary(span => span.Instruction);

    private static SimulationReport Time(NpuProgram program, MachineSpec machine) => HandProgram.Run(program, machine, [], TimeOnly).Result.Report;

    private static long Conflicts(SimulationReport report) => report.Engines.Sum(engine => engine.Cycles[(int)CycleOwner.BankConflict]);
}
