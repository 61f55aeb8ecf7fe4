using NpuSim.Isa.Instructions;
using NpuSim.Isa.Program;
using NpuSim.Isa.Timing;
using NpuSim.Simulator;
using NpuSim.Simulator.Reports;
using Xunit;

namespace NpuSim.Tests.Simulator;

public sealed class LayerReportTests
{
    private const int LoadBytes = 4000;
    private const long LoadCycles = SmallMachine.SetupCycles + SmallMachine.DramReadLatency + 1 + (LoadBytes / SmallMachine.DramBytesPerCycle);

    // Layer 0 multiplies; layer 1's load runs meanwhile, then its clamp of 3000 elements, after the product.
    private static readonly Instruction[] Stream =
    [
        new LayerMark(0), new ArrayKernel(1, 1, 1, 1, 1, 1, 0, 0, 1), new ArrayInput(1, 1, 64, 64, 64), new ArrayOutput(16),
        new MatrixMultiply(0, 0, 0, 200, 16, false).Signal(1),
        new LayerMark(1), HandProgram.Shape(LoadBytes), new DmaSource(0, 0, 0, 0), new DmaDestination(0, 0, 0, 0),
        new DmaLoad(0, HandProgram.Activation(0), HandProgram.Input).Signal(2), new VectorShape(1, 3000, 3000, 0, 3000),
        new Clamp(HandProgram.Activation(0), HandProgram.Activation(8000), VectorFormat.Int8Fixed, -10, 10).Wait(1, 2), new Halt(),
    ];

    [Fact]
    public void Shares_go_from_end_to_end_and_spans_from_first_start_to_last_finish()
    {
        var (report, fetched) = Run();
        long product = ArrayTiming.Cost(SmallMachine.Create().Core.Array, new PassShape(200, 16, 64, 1, false), false).Cycles;
        var (first, second) = (report.Layers[0], report.Layers[1]);
        Assert.Equal(fetched + 2, first.StartCycle);
        Assert.Equal(fetched + 5 + product, first.EndCycle);
        Assert.Equal(first.EndCycle, first.Cycles);
        Assert.Equal(product, first.ComputeCycles);
        Assert.Equal(first.Cycles - product, first.StallCycles);
        Assert.Equal("array", first.Bound);
        long clamp = 8 + 188;
        long clampStart = Math.Max(fetched + 5 + product, fetched + 10 + LoadCycles);
        Assert.Equal(fetched + 7, second.StartCycle);
        Assert.Equal(clampStart + clamp, second.EndCycle);
        Assert.Equal(report.Cycles, second.EndCycle);
        Assert.Equal(report.Cycles - first.EndCycle, second.Cycles);
        Assert.Equal(second.Cycles - clamp, second.StallCycles);
        Assert.Equal("dram", second.Bound);
        Assert.Equal((LoadBytes, 0L), (second.DramReadBytes, second.ComputeCycles));
        Reports.AddUp(report);
    }

    [Fact]
    public void Utilisation_is_work_over_what_all_cores_could_do()
    {
        var program = HandProgram.Of(LoadBytes, 1, Stream);
        program = program with { Layers = [program.Layers[0] with { Macs = 200 * 16 * 64 }, program.Layers[1]] };
        var report = HandProgram.Run(program, SmallMachine.Create(cores: 2), [], new SimulationOptions { Functional = false }).Result.Report;
        Assert.Equal(200 * 16 * 64, report.Macs);
        Assert.Equal(200.0 * 16 * 64 / (report.Cycles * 2 * 16), report.Utilization, 12);
        Assert.Equal(200.0 * 16 * 64 / (report.Layers[0].Cycles * 2 * 16), report.Layers[0].Utilization, 12);
    }

    [Fact]
    public void Trace_tells_when_instructions_worked()
    {
        var program = HandProgram.Of(LoadBytes, 1, Stream);
        var run = HandProgram.Run(program, SmallMachine.Create(), [], new SimulationOptions { Functional = false });
        var load = run.Trace.Spans().Single(span => span.Instruction == 9);
        Assert.Equal((0, Engine.Dma, 0, 1), (load.Core, load.Engine, load.Index, load.Layer));
        Assert.Equal(LoadCycles, load.End - load.Start);
        Assert.Equal(run.Result.Report.Cycles, run.Trace.Spans().Max(span => span.End));
    }

    [Fact]
    public void Progress_ends_at_one()
    {
        var told = new List<double>();
        var program = HandProgram.Of(LoadBytes, 1, [.. Enumerable.Repeat<Instruction>(new Nop(), 10_000), new Halt()]);
        HandProgram.Run(program, SmallMachine.Create(), [], new SimulationOptions { Functional = false, Progress = told.Add });
        Assert.Equal(1, told[^1]);
        Assert.True(told.Count > 1);
        Assert.Equal(told.Order(), told);
    }

    [Fact]
    public void Replay_loads_constants_again_where_the_program_overwrites_them()
    {
        // Adds nothing: copies the constant out, then overwrites it with the input.
        Instruction[] stream =
        [
            HandProgram.Shape(16), new DmaSource(0, 0, 0, 0), new DmaDestination(0, 0, 0, 0),
            new DmaLoad(0, HandProgram.Activation(0), HandProgram.Constant), new DmaStore(0, HandProgram.Output, HandProgram.Activation(0)),
            new DmaLoad(0, HandProgram.Activation(0), HandProgram.Input), new DmaStore(0, HandProgram.Constant, HandProgram.Activation(0)), new Halt(),
        ];
        byte[] constant = HandProgram.Pattern(16, 1);
        var program = HandProgram.Of(16, 16, stream) with { Constants = [new ConstantBlock(HandProgram.Constant, constant)] };
        var machine = SmallMachine.Create();
        var order = HandProgram.Run(program, machine, [], new SimulationOptions { Functional = false }).Order;
        using var replay = new FunctionalMachine(program, machine, order, new NoHost());
        for (int sample = 0; sample < 3; sample++)
        {
            Assert.Equal(constant, replay.Execute(new Dictionary<string, byte[]> { ["in"] = HandProgram.Pattern(16, sample + 7) })["out"]);
        }
    }

    private static (SimulationReport Report, long Fetched) Run()
    {
        var report = HandProgram.Run(HandProgram.Of(LoadBytes, 1, Stream), SmallMachine.Create(), [], new SimulationOptions { Functional = false }).Result.Report;
        return (report, HandProgram.FetchCycles(Stream));
    }
}
