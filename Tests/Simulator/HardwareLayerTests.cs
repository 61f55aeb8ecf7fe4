using NpuSim.Isa.Instructions;
using NpuSim.Isa.Machine;
using NpuSim.Isa.Program;
using NpuSim.Isa.Timing;
using NpuSim.Simulator;
using NpuSim.Simulator.Reports;
using Xunit;

namespace NpuSim.Tests.Simulator;

/// <summary>Hardware layers as instructions: what the machine makes of them in values, time and refusals.</summary>
public sealed class HardwareLayerTests
{
    private const int Channels = 16;
    private const int Side = 6;

    private static readonly MachineSpec Machine = MachineFile.Load("nvdla-small", []);

    private static readonly Instruction[] Layer =
    [
        new ArrayKernel(3, 3, 1, 1, 1, 1, 3, 0, 1),
        new ArrayInput(Side, Side, Channels, Side * Channels, Channels),
        new ArrayOutput(Channels),
        new LayerBanks(1, 1, 1),
        new LayerStage(1, 1, -5, -100, 90, Rounding.Single, PerChannel: true),
        new HardwareLayer(
            HandProgram.Input, HandProgram.Constant, HandProgram.Constant + 2304, HandProgram.Output, Side, Side, Channels),
        new Halt(),
    ];

    [Fact]
    public void It_computes_what_load_pass_requantisation_and_store_compute()
    {
        Instruction[] tiles =
        [
            HandProgram.Shape(Side * Side * Channels), new DmaSource(0, 0, 0, 0), new DmaDestination(0, 0, 0, 0),
            new DmaLoad(0, HandProgram.Activation(0), HandProgram.Input),
            HandProgram.Shape(2304 + (Channels * Requantise.ParameterBytes)), new DmaLoad(0, HandProgram.Weight(0), HandProgram.Constant).Signal(1),
            Layer[0], Layer[1], Layer[2], new Convolve(0, 0, 0, Side, Side, Channels, 1, 1, false).Wait(1).Signal(2),
            new VectorShape(Side * Side, Channels, Channels * 4, 0, Channels), new VectorScaleOut(-5, 0, 0, 0, -100, 90),
            new Requantise(HandProgram.Accumulator(0), HandProgram.Weight(2304), HandProgram.Activation(8192), Rounding.Single).Wait(2).Signal(3),
            HandProgram.Shape(Side * Side * Channels), new DmaStore(0, HandProgram.Output, HandProgram.Activation(8192)).Wait(3), new Halt(),
        ];
        byte[] input = HandProgram.Pattern(Side * Side * Channels, 1);
        byte[] expected = HandProgram.Run(Program(tiles), Machine, input).Result.Outputs["out"];
        Assert.Contains(expected, value => (sbyte)value is > -100 and < 90);
        Assert.Equal(expected, HandProgram.Run(Program(Layer), Machine, input).Result.Outputs["out"]);
    }

    [Fact]
    public void It_takes_its_formula_and_moves_its_traffic_and_nothing_is_fetched()
    {
        var report = Report(Machine);
        var cost = ConvolutionPipelineTiming.Cost(
            Machine, new HardwareLayerShape(Side, Side, Channels, Channels, 3, 3, Side * Side, 1, 1, 1, Channels * Requantise.ParameterBytes));
        Assert.Equal(cost.Cycles, report.Cycles);
        Assert.Equal(cost.ReadBytes, report.Traffic.DramReadBytes);
        Assert.Equal((Side * Side * Channels) + 2304 + (Channels * Requantise.ParameterBytes), cost.ReadBytes);
        Assert.Equal(cost.WriteBytes, report.Traffic.DramWriteBytes);
        Assert.Equal(0, report.Traffic.InstructionBytes);
        Assert.Equal(cost.ArrayCycles, report.Layers[0].ComputeCycles);
    }

    [Fact]
    public void Its_cycles_have_owners()
    {
        var report = Report(Machine);
        var array = Assert.Single(report.Engines, engine => engine.Engine == Engine.Array);
        Assert.Equal(report.Cycles, array.Cycles.Sum());
        Assert.All((CycleOwner[])[CycleOwner.Compute, CycleOwner.WaitDma, CycleOwner.WaitVector, CycleOwner.Latency], owner =>
            Assert.True(array.Cycles[(int)owner] > 0, owner.ToString()));
    }

    [Fact]
    public void Fetched_instructions_cost_time_and_traffic()
    {
        var report = Report(MachineFile.Apply(Machine, ["core.sequencer.fetchBytes=64", "core.sequencer.dispatchCycles=4"]));
        Assert.Equal(HandProgram.CodeBytes(Layer), report.Traffic.InstructionBytes);
        Assert.True(report.Cycles > Report(Machine).Cycles);
    }

    [Fact]
    public void A_layer_begins_while_another_is_at_work_unless_it_reads_its_result_or_waits()
    {
        long one = Report(Machine).Cycles;
        long beside = Report(Machine, [.. Layer[..6], Second(HandProgram.Input), new Halt()]).Cycles;
        Assert.InRange(beside, one + 1, (2 * one) - 100);
        Assert.Equal(2 * one, Report(Machine, [.. Layer[..6], Second(HandProgram.Output), new Halt()]).Cycles);
        Assert.Equal(2 * one, Report(Machine, [.. Layer[..6], new Fence(), Second(HandProgram.Input), new Halt()]).Cycles);
        Instruction[] waits = [.. Layer[..6], new SemaphoreSignal(Engine.Array, 0, 1, 1), Second(HandProgram.Input).Wait(1), new Halt()];
        Assert.Equal(2 * one, Report(Machine, waits).Cycles);
    }

    [Fact]
    public void Cores_that_use_the_memory_together_wait_for_it()
    {
        var two = MachineFile.Apply(Machine, ["cores=2", "core.convolutionPipeline.readCyclesPerBeat=0.01", "memory.dram.bandwidthMBps=100"]);
        var one = MachineFile.Apply(two, "cores", "1");
        Assert.True(Report(two, Layer, Layer).Cycles > Report(one, Layer).Cycles);
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        Refuses("found features of 6x6x1024 in dataBanks=1, expected the 9 banks that they take", Replace<ArrayInput>(input => input with { Channels = 1024 }));
        Refuses("found kernels of 100x100x16 in weightBanks=1, expected the 313 banks that a group of them takes",
            Replace<ArrayKernel>(kernel => kernel with { KernelHeight = 100, KernelWidth = 100 }));
        Refuses("found dataBanks=30 weightBanks=3, expected at most 32 together", Replace<LayerBanks>(banks => banks with { DataBanks = 30, WeightBanks = 3 }));
        Refuses("found input=act[0x0], expected an address in dram", Replace<HardwareLayer>(layer => layer with { Input = HandProgram.Activation(0) }));
        Refuses("found 16 output channels at a pixelPitch of 8, expected a pitch of at least as many", Replace<ArrayOutput>(output => output with { PixelPitch = 8 }));
        Refuses("found clampMin=91 clampMax=90, expected an ascending range", Replace<LayerStage>(stage => stage with { ClampMin = 91 }));
        Refuses("found no mx.stage before it, expected one", [.. Layer.Where(instruction => instruction is not LayerStage)]);
    }

    [Fact]
    public void A_machine_without_such_a_pipeline_refuses_it() => Assert.Contains(
        "found a hardware layer, expected none: edge has no core.convolutionPipeline",
        Assert.Throws<ProgramException>(() => Report(MachineFile.Load("edge", []), Layer)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("core.array.pixels=2", "core.convolutionPipeline: found core.array.pixels=2, expected 1")]
    [InlineData("core.convolutionPipeline.bankKiB=7", "core.convolutionPipeline.bankKiB: found 7, expected a divisor of the 128 KiB")]
    [InlineData("core.convolutionPipeline.creditAtoms=15", "core.convolutionPipeline.creditAtoms: found 15, expected at least stripeAtoms=16")]
    [InlineData("core.convolutionPipeline.dataBanks=32", "core.convolutionPipeline.dataBanks + weightBanks: found 33, expected at most the 32 banks")]
    [InlineData("core.array.rows=12", "core.convolutionPipeline.atomBytes: found 8, expected a divisor of core.array.rows=12")]
    [InlineData("core.array.columns=12", "core.convolutionPipeline.atomBytes: found 8, expected at least core.array.columns=12 or a divisor of it")]
    [InlineData("core.convolutionPipeline.outputBubbleCycles=9", "core.convolutionPipeline.outputBubbleCycles: found 9, expected less than outputCyclesPerAtom=9")]
    [InlineData("core.sequencer.dispatchCycles=1", "core.sequencer.dispatchCycles: found 1, expected 0, because with fetchBytes=0 instructions stand in registers")]
    [InlineData("core.sequencer.fetchBytes=16", "core.sequencer.fetchBytes: found 16, expected 0, or 32 or more")]
    [InlineData("globalBuffer={\"sizeKiB\": 64, \"bytesPerCycle\": 16}", "core.convolutionPipeline: found a global buffer, expected none")]
    public void A_machine_that_contradicts_itself_is_refused(string set, string message) =>
        Assert.Contains(message, Assert.Throws<MachineException>(() => MachineFile.Apply(Machine, [set])).Message, StringComparison.Ordinal);

    private static HardwareLayer Second(Address input) => (HardwareLayer)Layer[5] with { Input = input, Out = HandProgram.Output + 8192 };

    private static Instruction[] Replace<T>(Func<T, T> change)
        where T : Instruction => [.. Layer.Select(instruction => instruction is T one ? change(one) : instruction)];

    private static void Refuses(string message, Instruction[] stream) => Assert.Contains(
        message, Assert.Throws<ProgramException>(() => Report(Machine, stream)).Message, StringComparison.Ordinal);

    private static SimulationReport Report(MachineSpec machine) => Report(machine, Layer);

    private static SimulationReport Report(MachineSpec machine, params IReadOnlyList<Instruction>[] streams) => NpuMachine.Run(
        Program(streams), machine, new SimulationOptions { Functional = false }, new Dictionary<string, byte[]>(), new NoHost(), CancellationToken.None).Report;

    // Weights and parameters: bytes of a pattern, the parameters so that results fill their range.
    private static NpuProgram Program(params IReadOnlyList<Instruction>[] streams)
    {
        byte[] constants = HandProgram.Pattern(2304 + (Channels * Requantise.ParameterBytes), 2);
        for (int channel = 0; channel < Channels; channel++)
        {
            var parameter = constants.AsSpan(2304 + (channel * Requantise.ParameterBytes));
            BitConverter.TryWriteBytes(parameter, channel * 100);
            BitConverter.TryWriteBytes(parameter[4..], 1 << 30);
            BitConverter.TryWriteBytes(parameter[8..], -8 - (channel % 2));
        }

        return HandProgram.Of(Side * Side * Channels, Side * Side * Channels, streams) with
        {
            Constants = [new ConstantBlock(HandProgram.Constant, constants)],
            Plan = new MemoryPlan(131_072, 0, 0, 65_536, 65_536, 8192),
        };
    }
}
