using NpuSim.Isa.Instructions;
using NpuSim.Isa.Machine;
using NpuSim.Simulator;
using Xunit;

namespace NpuSim.Tests.Simulator;

/// <summary>DMA by command rows through caches: a request takes its latency over the requests in flight, and not less than its beats.</summary>
public sealed class CacheTests
{
    private const int Rows = 64;
    private const int Setup = 5;
    private const int InFlight = 8;

    [Fact]
    public void A_row_that_main_memory_has_takes_its_latency_over_the_requests_in_flight() =>
        Assert.Equal(Setup + (Rows * 160 / InFlight), Last(Machine(), Load(0)));

    [Fact]
    public void A_row_that_was_read_before_takes_the_latency_of_the_cache() =>
        Assert.Equal(Setup + (Rows * 80 / InFlight), Last(Machine(), Load(0), Load(0)));

    [Fact]
    public void A_row_takes_its_beats_where_the_latency_is_hidden() =>
        Assert.Equal(Setup + (Rows * 4), Last(Machine(near => near with { ReadLatencyCycles = 1 }), Load(0), Load(0)));

    [Fact]
    public void A_line_that_was_driven_out_is_missed_again() =>
        // Four ways of 64-byte lines in 1 KiB are four sets: rows of a stride of 256 bytes all meet in one.
        Assert.Equal(Setup + (Rows * 160 / InFlight), Last(Machine(near => near with { SizeKiB = 1, Ways = 4 }), Load(0, stride: 256), Load(0, stride: 256)));

    [Fact]
    public void A_line_of_the_second_cache_takes_its_latency()
    {
        var machine = Machine();
        machine = machine with { Memory = machine.Memory with { SystemCache = new CacheSpec { SizeKiB = 64, ReadLatencyCycles = 120, WriteLatencyCycles = 120, Warm = true } } };
        Assert.Equal(Setup + (Rows * 120 / InFlight), Last(machine, Load(0)));
    }

    [Fact]
    public void A_row_that_crosses_lines_is_a_request_for_each() =>
        Assert.Equal(Setup + (Rows * 2 * 80 / InFlight), Last(Machine(), Load(32, stride: 128), Load(32, stride: 128)));

    [Fact]
    public void Writes_of_one_line_wait_for_each_other() =>
        // The first of four 16-byte writes of a line takes the latency of the cache, the others follow one after the other.
        Assert.Equal(Setup + (Rows / 4 * ((40 / InFlight) + (3 * 30))), Last(Machine(), Load(0), Store(0), Store(0)));

    private static MachineSpec Machine(Func<CacheSpec, CacheSpec>? change = null)
    {
        var small = SmallMachine.Create();
        var near = new CacheSpec { SizeKiB = 32, ReadLatencyCycles = 80, WriteLatencyCycles = 40, SameLineWriteCycles = 30 };
        return small with
        {
            Core = small.Core with
            {
                Dma = new DmaSpec { Engines = 1, BytesPerCycle = 16, SetupCycles = Setup, BurstBytes = 64, OutstandingBursts = InFlight, RowCommands = true },
            },
            Memory = small.Memory with
            {
                Dram = small.Memory.Dram! with { ReadLatencyCycles = 160, WriteLatencyCycles = 160, BandwidthMBps = 1_000_000, Efficiency = 1 },
                Cache = change is null ? near : change(near),
            },
        };
    }

    private static Instruction[] Load(uint offset, int stride = 64) =>
    [
        HandProgram.Shape(64, Rows), new DmaSource(0, stride, 0, 0), new DmaDestination(0, 64, 0, 0),
        new DmaLoad(0, HandProgram.Activation(0), HandProgram.Input + offset),
    ];

    private static Instruction[] Store(uint offset) =>
    [
        HandProgram.Shape(16, Rows), new DmaSource(0, 16, 0, 0), new DmaDestination(0, 16, 0, 0),
        new DmaStore(0, HandProgram.Input + offset, HandProgram.Activation(0)),
    ];

    // Cycles of the last transfer of a stream.
    private static long Last(MachineSpec machine, params Instruction[][] transfers)
    {
        Instruction[] stream = [.. transfers.SelectMany(transfer => transfer), new Halt()];
        var program = HandProgram.Of(32_768, 16, stream);
        var run = HandProgram.Run(program, machine, new byte[32_768], new SimulationOptions { Functional = false });
        var last = run.Trace.Spans().Last(span => stream[span.Instruction] is DmaLoad or DmaStore);
        return last.End - last.Start;
    }
}
