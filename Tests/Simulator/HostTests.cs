using NpuSim.Isa.Instructions;
using NpuSim.Isa.Machine;
using NpuSim.Isa.Program;
using NpuSim.Simulator;
using NpuSim.Simulator.Reports;
using Xunit;

namespace NpuSim.Tests.Simulator;

public sealed class HostTests
{
    /// <summary>Adds a constant to every byte.</summary>
    private sealed class AddingHost : IHostProcessor
    {
        public List<string> Calls { get; } = [];

        public void Execute(
            HostOperator operation, IReadOnlyList<TensorEntry> tensors, IReadOnlyList<ReadOnlyMemory<byte>> inputs, IReadOnlyList<Memory<byte>> outputs)
        {
            Calls.Add(operation.Name);
            for (int i = 0; i < outputs[0].Length; i++)
            {
                outputs[0].Span[i] = (byte)(inputs[0].Span[i] + 1);
            }
        }
    }

    [Fact]
    public void Host_call_costs_hand_over_operations_and_bytes()
    {
        var report = Run(operations: 500, new AddingHost(), out _);
        // 1 µs + 500 / 1000 per µs + 2 · 100 bytes / 1000 per µs, at 1000 cycles per µs.
        Assert.Equal(1700, report.Engines[0].Cycles[(int)CycleOwner.Host]);
        Assert.Equal(1, report.Host.Operators);
        Assert.Equal(1700e-6, report.Host.LatencyMs, 12);
        Assert.Equal("not in the NPU", report.Host.Details[0].Reason);
        // The processor spends 1000 operations per µs · 10 pJ while the call lasts.
        Assert.Equal(1.7 * 1000 * 10 * 1e-6, report.Energy.HostUj, 12);
        Assert.Equal("host", report.Layers[0].Bound);
        Reports.AddUp(report);
    }

    [Fact]
    public void Host_call_is_never_free()
    {
        var machine = SmallMachine.Create();
        machine = machine with
        {
            Host = machine.Host with { HandOverMicroseconds = 0.01, MegaOperationsPerSecond = 10_000_000, BandwidthMBps = 10_000_000 },
            ClockMHz = 1,
        };
        var report = Run(operations: 0, new AddingHost(), out _, machine);
        Assert.True(report.Engines[0].Cycles[(int)CycleOwner.Host] >= 1);
        Assert.True(report.Energy.HostUj > 0);
    }

    [Fact]
    public void Host_sees_what_the_engines_wrote_and_the_engines_what_it_wrote()
    {
        var host = new AddingHost();
        _ = Run(operations: 1, host, out byte[] output);
        Assert.Equal(["increment"], host.Calls);
        Assert.Equal(HandProgram.Pattern(100, 9).Select(value => (byte)(value + 1)), output);
    }

    [Fact]
    public void Missing_unknown_and_short_inputs_are_named()
    {
        var program = Program(1);
        Assert.Equal("found no input 'in', expected 'in'", Refusal([]));
        Assert.Equal("found an input 'wrong', expected 'in'", Refusal(new() { ["wrong"] = [] }));
        Assert.Equal("input 'in': found 3 bytes, expected 100 (Int8 [100])", Refusal(new() { ["in"] = new byte[3] }));

        string Refusal(Dictionary<string, byte[]> inputs) => Assert.Throws<SimulationException>(() => NpuMachine.Run(
            program, SmallMachine.Create(), new SimulationOptions(), inputs, new AddingHost(), CancellationToken.None)).Message;
    }

    [Fact]
    public void A_failing_host_ends_the_run_with_its_own_exception()
    {
        var failure = Assert.Throws<InvalidOperationException>(() => Run(operations: 1, new NoHost(), out _));
        Assert.Equal("the host was called", failure.Message);
    }

    private static NpuProgram Program(long operations)
    {
        Instruction[] stream =
        [
            new LayerMark(0), HandProgram.Shape(100), new DmaSource(0, 0, 0, 0), new DmaDestination(0, 0, 0, 0),
            new DmaLoad(0, HandProgram.Activation(0), HandProgram.Input), new DmaStore(0, HandProgram.Constant, HandProgram.Activation(0)),
            new HostCall(0), new LayerMark(1),
            new DmaLoad(0, HandProgram.Activation(0), HandProgram.Constant + 512), new DmaStore(0, HandProgram.Output, HandProgram.Activation(0)),
            new Halt(),
        ];
        var program = HandProgram.Of(100, 100, stream);
        return program with
        {
            Tensors =
            [
                .. program.Tensors,
                new TensorEntry("before", TensorRole.Intermediate, HandProgram.Constant, ElementType.Int8, [100], 1, 0, 0, 0),
                new TensorEntry("after", TensorRole.Intermediate, HandProgram.Constant + 512, ElementType.Int8, [100], 1, 0, 0, 0),
            ],
            HostOperators = [new HostOperator("increment", "Increment", "{}", [2], [3], operations, "not in the NPU")],
        };
    }

    private static SimulationReport Run(long operations, IHostProcessor host, out byte[] output, MachineSpec? machine = null)
    {
        var result = HandProgram.Run(Program(operations), machine ?? SmallMachine.Create(), HandProgram.Pattern(100, 9), host: host).Result;
        output = result.Outputs["out"];
        return result.Report;
    }
}
