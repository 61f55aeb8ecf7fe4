using NpuSim.Isa.Instructions;
using NpuSim.Isa.Machine;
using NpuSim.Isa.Program;
using NpuSim.Isa.Timing;
using NpuSim.Simulator.Reports;
using Xunit;

namespace NpuSim.Tests.Simulator;

/// <summary>Early signals: who takes one starts with the producer's first result and ends after its last.</summary>
public sealed class ChainingTests
{
    private const int M = 8;
    private const int K = 8;
    private const int N = 16;
    private const int Tail = 10;

    [Fact]
    public void The_vector_unit_streams_behind_the_array_and_the_store_behind_the_vector_unit()
    {
        var machine = Chained();
        var spans = Run(Early(), machine).ToDictionary(span => span.Instruction);
        int product = IndexOf<MatrixMultiply>(), requantise = IndexOf<Requantise>(), store = IndexOf<DmaStore>();
        var cost = ArrayTiming.Cost(machine.Core.Array, new PassShape(M, N, K, 1, Depthwise: false), accumulate: false);
        // Fill, a first fold of 8 vectors, and the way through 4 rows.
        Assert.Equal(new ResultFlow(4 + 8 + 4, 8 + 4 - 1, 4), cost.Results);
        Assert.True(spans[requantise].Start < spans[product].End);
        Assert.True(spans[requantise].Start >= spans[product].Start + cost.Results.FirstCycles);
        Assert.Equal(spans[product].End + Tail, spans[requantise].End);
        Assert.True(spans[store].Start < spans[requantise].End);
        Assert.True(spans[store].End >= spans[requantise].End + Tail);
    }

    [Fact]
    public void Streaming_gives_the_bytes_of_waiting_and_takes_fewer_cycles()
    {
        byte[] input = HandProgram.Pattern(M * K, 3);
        var waiting = HandProgram.Run(PipelineTests.Program(out _), SmallMachine.Create(), input).Result;
        var streaming = HandProgram.Run(Early(), Chained(), input).Result;
        Assert.Equal(waiting.Outputs["out"], streaming.Outputs["out"]);
        Assert.True(streaming.Report.Cycles < waiting.Report.Cycles);
    }

    [Theory]
    [InlineData(100, 10, 4, 8, 110)] // 2 cycles of own work for each group hide behind the last group
    [InlineData(100, 10, 4, 100, 115)] // 25 for each group do not: they begin 10 before the end
    [InlineData(100, 10, 1, 80, 170)] // one group: everything begins there
    public void Nothing_ends_before_its_work_on_the_last_group(long end, long lastGroup, long groups, long own, long expected) =>
        Assert.Equal(expected, new ResultFlow(50, lastGroup, groups).EarliestEnd(end, own, Tail));

    [Fact]
    public void A_machine_without_chaining_refuses_early_signals()
    {
        string message = Assert.Throws<ProgramException>(() => Run(Early(), SmallMachine.Create())).Message;
        Assert.Contains("found an early signal, expected none on a machine without core.chaining", message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_cannot_stream_behind_an_early_signal_may_not_wait_for_it()
    {
        var program = With(Early(), IndexOf<Requantise>(), instruction => instruction with { Sync = new Sync(2, 0, 4, 0, 1) });
        program = With(program, IndexOf<Requantise>() + 1, instruction => instruction with { Sync = new Sync(3) });
        string message = Assert.Throws<ProgramException>(() => Run(program, Chained())).Message;
        Assert.Equal(
            "core 0: semaphore 3: found a wait of an instruction that cannot stream behind its early signal, expected vector operations or transfers",
            message);
    }

    [Fact]
    public void A_semaphore_is_early_throughout_or_not_at_all()
    {
        var program = With(Early(), IndexOf<DmaLoad>(), instruction => instruction with { Sync = new Sync(0, 0, 4) });
        program = With(program, IndexOf<DmaStore>(), instruction => instruction with { Sync = new Sync(4, 4) });
        string message = Assert.Throws<ProgramException>(() => Run(program, Chained())).Message;
        Assert.Equal("core 0: semaphore 4: found early signals and others, expected one kind", message);
    }

    private static IEnumerable<TraceSpan> Run(NpuProgram program, MachineSpec machine) =>
        HandProgram.Run(program, machine, HandProgram.Pattern(M * K, 1)).Trace.Spans();

    private static MachineSpec Chained()
    {
        var machine = SmallMachine.Create();
        return machine with { Core = machine.Core with { Chaining = new ChainingSpec { TailCycles = Tail } } };
    }

    private static NpuProgram Early()
    {
        var program = With(PipelineTests.Program(out _), IndexOf<MatrixMultiply>(), MakeEarly);
        return With(program, IndexOf<Requantise>(), MakeEarly);
    }

    private static Instruction MakeEarly(Instruction instruction) => instruction with { Sync = instruction.Sync with { Early = 1 } };

    private static int IndexOf<T>() => PipelineTests.Program(out _).Streams[0].ToList().FindIndex(instruction => instruction is T);

    private static NpuProgram With(NpuProgram program, int index, Func<Instruction, Instruction> change) => program with
    {
        Streams = [program.Streams[0].Select((instruction, at) => at == index ? change(instruction) : instruction).ToList()],
    };
}
