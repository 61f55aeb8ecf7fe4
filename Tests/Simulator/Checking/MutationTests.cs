using NpuSim.Isa.Instructions;
using NpuSim.Isa.Machine;
using NpuSim.Isa.Program;
using NpuSim.Simulator.Checking;
using NpuSim.Tests.Workloads.Compile;
using NpuSim.Workloads.Compile;
using Xunit;

namespace NpuSim.Tests.Simulator.Checking;

/// <summary>Programs in order from which one order is taken: the check finds a race exactly where brute force does.</summary>
public sealed class MutationTests
{
    private const int LongestStream = 400;

    private static readonly string[][] Machines =
    [
        [], ["core.dma.engines=1"], ["cores=2"], ["core.activation.sizeKiB=8", "core.weight.sizeKiB=8", "core.accumulator.sizeKiB=4"],
        ["core.chaining.tailCycles=4"], ["core.chaining.tailCycles=4", "core.activation.sizeKiB=8", "core.weight.sizeKiB=16", "core.accumulator.sizeKiB=8"],
    ];

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void A_dropped_semaphore_of_a_compiled_network_is_found_where_it_ordered_anything(int which)
    {
        var machine = MachineFile.Load("edge", Machines[which]);
        var random = new Random(which);
        int caught = 0, redundant = 0;
        for (int seed = 0; caught + redundant < 60; seed++)
        {
            var program = Compiler.Compile(RandomNetwork.Create(seed), machine);
            if (program.Streams.Sum(stream => stream.Count) > LongestStream)
            {
                continue;
            }

            for (int mutation = 0; mutation < 6; mutation++)
            {
                bool races = AssertAgrees(Mutation.DropOneWait(program, random), machine, $"seed {seed}, mutation {mutation}");
                (caught, redundant) = races ? (caught + 1, redundant) : (caught, redundant + 1);
            }
        }

        Assert.True(caught >= 30, $"only {caught} of the mutations matter");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_pipeline_by_hand_without_one_of_its_counted_semaphores_is_found(int cores)
    {
        var machine = SmallMachine.Create(cores);
        var random = new Random(cores);
        int caught = 0, redundant = 0;
        for (int seed = 0; seed < 40; seed++)
        {
            var program = WithUnits(RandomPipelines.Create(seed, cores));
            AssertAgrees(program, machine, $"seed {seed}");
            bool races = AssertAgrees(Mutation.DropOneWait(program, random), machine, $"seed {seed}, mutated");
            (caught, redundant) = races ? (caught + 1, redundant) : (caught, redundant + 1);
        }

        Assert.True(caught >= 5 && redundant >= 1, $"{caught} caught, {redundant} redundant");
    }

    // What is found is a race by brute force too, and where that finds any, so does the check.
    private static bool AssertAgrees(NpuProgram program, MachineSpec machine, string place)
    {
        var expected = new OrderOracle(program, machine.Core.Dma.Engines).Races();
        var report = ProgramCheck.Run(program, machine);
        Assert.Equal(0, report.Deadlocks);
        Assert.True(report.Races > 0 == expected.Count > 0, $"{place}: {report.Races} races, by brute force {expected.Count}: {expected.FirstOrDefault()}");
        Assert.All(report.Findings.Where(finding => finding.Kind == CheckKind.Race), finding =>
        {
            var places = finding.Instructions.Select(instruction => (instruction.Core, instruction.Index)).ToList();
            Assert.Contains((places[0], places[1], finding.Range!.Space), expected);
        });
        return expected.Count > 0;
    }

    // Counted waits and signals as so many single ones, each of which can go alone.
    private static NpuProgram WithUnits(NpuProgram program) => program with
    {
        Streams = [.. program.Streams.Select(stream => (IReadOnlyList<Instruction>)[.. stream.SelectMany(instruction => instruction switch
        {
            SemaphoreWait wait => Enumerable.Repeat<Instruction>(wait with { Count = 1 }, wait.Count),
            SemaphoreSignal signal => Enumerable.Repeat<Instruction>(signal with { Count = 1 }, signal.Count),
            _ => [instruction],
        })])],
    };
}
