using NpuSim.Isa.Instructions;
using NpuSim.Simulator;
using NpuSim.Simulator.Reports;
using Xunit;

namespace NpuSim.Tests.Simulator;

/// <summary>Instructions that differ only in where they are at work are resolved once and counted as often as they occur.</summary>
public sealed class RepetitionTests
{
    private const int Side = 8;
    private const int Channels = 16;

    [Fact]
    public void Each_layer_counts_its_own_repetitions_wherever_in_memory_they_are()
    {
        var report = Run([
            .. Registers(Side), .. Passes(3), new LayerMark(1), .. Passes(5), new LayerMark(0), .. Passes(2), new Halt()]).Result.Report;
        Assert.Equal(report.Layers[0].SramReadBytes, report.Layers[1].SramReadBytes);
        Assert.Equal(report.Layers[0].SramWriteBytes, report.Layers[1].SramWriteBytes);
        Assert.Equal(5 * Side * Side * Channels * 4, report.Layers[1].SramWriteBytes);
        var macs = Assert.Single(report.Energy.Actions, action => action.Action.EndsWith("int8 mac", StringComparison.Ordinal));
        Assert.Equal(10 * Side * Side * Channels * 4, macs.Count);
    }

    [Fact]
    public void The_same_pass_with_other_registers_is_another_one()
    {
        var whole = Run([.. Registers(Side), .. Passes(1), .. Registers(Side, channels: 2), .. Passes(1), new Halt()]).Result.Report;
        var (first, second) = (Run([.. Registers(Side), .. Passes(1), new Halt()]), Run([.. Registers(Side, channels: 2), .. Passes(1), new Halt()]));
        Assert.Equal(first.Result.Report.Traffic.SramReadBytes + second.Result.Report.Traffic.SramReadBytes, whole.Traffic.SramReadBytes);
        Assert.NotEqual(first.Result.Report.Traffic.SramReadBytes, second.Result.Report.Traffic.SramReadBytes);
    }

    [Fact]
    public void Only_constants_count_as_weights_among_transfers_that_are_alike()
    {
        Instruction[] stream =
        [
            HandProgram.Shape(64), new DmaSource(0, 0, 0, 0), new DmaDestination(0, 0, 0, 0),
            new DmaLoad(0, HandProgram.Activation(0), HandProgram.Input), new DmaLoad(0, HandProgram.Activation(64), HandProgram.Constant),
            new DmaLoad(0, HandProgram.Activation(128), HandProgram.Input), new Halt(),
        ];
        var program = HandProgram.Of(64, 1, stream) with { Constants = [new(HandProgram.Constant, new byte[64])] };
        var traffic = HandProgram.Run(program, SmallMachine.Create(), new byte[64], new SimulationOptions { Functional = false }).Result.Report.Traffic;
        Assert.Equal(64, traffic.WeightBytes);
        Assert.Equal(192, traffic.Buffers["activation"].WriteBytes);
    }

    [Fact]
    public void Each_repetition_takes_power_while_it_is_at_work()
    {
        var (result, _, trace) = Run([.. Registers(Side), .. Passes(4), new Halt()], window: 1);
        var curve = result.Report.Power.Curve!;
        double inside = result.Report.Energy.ArrayUj / trace.Spans().Where(span => span.Engine == Engine.Array).Sum(span => span.End - span.Start);
        int[] busy = [.. Enumerable.Range(0, curve.Windows).Where(cycle => curve.Microjoules(cycle, EnergyPart.Array) > inside / 2)];
        Assert.True(busy.Length > 0);
        Assert.All(busy, cycle => Assert.Contains(trace.Spans(), span => span.Engine == Engine.Array && span.Start <= cycle && cycle < span.End));
    }

    private static Instruction[] Registers(int side, int channels = 4) =>
    [
        new ArrayKernel(1, 1, 1, 1, 1, 1, 0, 0, 1),
        new ArrayInput((ushort)side, (ushort)side, (uint)channels, (uint)(side * channels), (uint)channels), new ArrayOutput(Channels),
    ];

    // Each in another place than the one before it.
    private static IEnumerable<Instruction> Passes(int count) => Enumerable.Range(0, count).Select(
        pass => new Convolve((uint)(pass * 64), (uint)(pass * 64), (uint)(pass * 4096), Side, Side, Channels, 0, 0, false));

    private static TimedRun Run(Instruction[] stream, long? window = null) => HandProgram.Run(
        HandProgram.Of(1, 1, stream), SmallMachine.Create(), [], new SimulationOptions { Functional = false, PowerWindowCycles = window });
}
