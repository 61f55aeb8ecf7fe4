using FsCheck.Xunit;
using NpuSim.Simulator;
using Xunit;

namespace NpuSim.Tests.Simulator;

public sealed class PropertyTests
{
    [Property(MaxTest = 60)]
    public void Owned_cycles_bytes_and_energies_add_up(int seed)
    {
        int cores = 1 + (int)((uint)seed % 4);
        var program = RandomPipelines.Create(seed, cores);
        Reports.AddUp(HandProgram.Run(program, SmallMachine.Create(cores), [], new SimulationOptions { Functional = false }).Result.Report);
    }

    [Property(MaxTest = 25)]
    public void Two_runs_and_any_number_of_threads_and_modes_give_the_same_report_and_bytes(int seed)
    {
        var program = RandomPipelines.Create(seed, cores: 2);
        var machine = SmallMachine.Create(cores: 2);
        byte[] input = HandProgram.Pattern(RandomPipelines.InputBytes, seed);
        var first = HandProgram.Run(program, machine, input).Result;
        var second = HandProgram.Run(program, machine, input, new SimulationOptions { Threads = 4 }).Result;
        var third = HandProgram.Run(program, machine, [], new SimulationOptions { Functional = false }).Result;
        Reports.Same(first.Report, second.Report);
        Reports.Same(first.Report.WithoutData(), third.Report.WithoutData());
        Assert.Equal(first.Outputs["out"], second.Outputs["out"]);
        Assert.Contains(first.Outputs["out"], value => value is not (0 or 127 or 128));
    }

    [Property(MaxTest = 25)]
    public void More_bandwidth_is_never_much_slower(int seed)
    {
        var program = RandomPipelines.Create(seed, cores: 2);
        var slow = SmallMachine.Create(cores: 2);
        var fast = slow with { Memory = slow.Memory with { Dram = slow.Memory.Dram! with { BandwidthMBps = slow.Memory.Dram.BandwidthMBps * 4 } } };
        long slowCycles = Cycles(program, slow), fastCycles = Cycles(program, fast);
        // In-order queues may meet in another order; that costs less than a tenth here.
        Assert.True(fastCycles <= slowCycles * 1.1, $"{fastCycles} cycles with four times the bandwidth, {slowCycles} without");
    }

    private static long Cycles(NpuSim.Isa.Program.NpuProgram program, NpuSim.Isa.Machine.MachineSpec machine) =>
        HandProgram.Run(program, machine, [], new SimulationOptions { Functional = false }).Result.Report.Cycles;
}
