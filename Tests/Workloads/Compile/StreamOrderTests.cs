using FsCheck.Xunit;
using NpuSim.Isa.Instructions;
using NpuSim.Isa.Machine;
using NpuSim.Workloads.Compile;
using NpuSim.Workloads.Compress;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Models;
using Xunit;

namespace NpuSim.Tests.Workloads.Compile;

/// <summary>Compiled streams have exactly the semaphores that comparing every access with every other one asks for.</summary>
public sealed class StreamOrderTests
{
    private static readonly string[] Machines = ["edge", "gemmini-16", "ethos-u55-128", "nvdla-small", "tpu-128"];
    private static readonly string[] Chaining = ["core.chaining.tailCycles=4"];

    [Property(MaxTest = 120)]
    public void A_random_network_waits_for_what_every_pair_of_accesses_asks_for(int seed, byte kib, byte engines, bool chains)
    {
        int random = seed & int.MaxValue;
        string[] overrides =
        [
            $"core.activation.sizeKiB={4 << (kib & 3)}", $"core.weight.sizeKiB={8 << (kib >> 2 & 1)}", $"core.accumulator.sizeKiB={4 << (kib >> 3 & 1)}",
            $"core.dma.engines={1 + engines % 4}", .. chains ? Chaining : [],
        ];
        Compare(RandomNetwork.Create(random), PresetVariant.Load(Machines[random % Machines.Length], overrides));
    }

    [Theory]
    [InlineData("edge", "core.activation.sizeKiB=16", "core.weight.sizeKiB=16", "globalBuffer.sizeKiB=64")]
    [InlineData("edge", "core.activation.sizeKiB=32", "core.dma.engines=2", "cores=2")]
    [InlineData("edge", "core.activation.sizeKiB=8", "core.dma.engines=1", "core.chaining.tailCycles=0")]
    [InlineData("ethos-u55-128")]
    [InlineData("eyeriss")]
    public void A_network_of_many_tiles_waits_for_what_every_pair_of_accesses_asks_for(string machine, params string[] overrides) =>
        Compare(Preparation.Prepare(BuiltInModels.Create("mobilenet-v1-0.25"), new PreparationOptions { ValuesMatter = false }).Graph,
            MachineFile.Load(machine, overrides));

    private static void Compare(Graph graph, MachineSpec machine)
    {
        foreach (var stream in Compiler.Compile(graph, machine).Streams)
        {
            var given = NaiveOrder.Given(stream);
            var expected = new NaiveOrder(machine.Core.Dma.Engines, machine.Core.Chaining is not null).Expected(given.Select(ordered => ordered.Instruction));
            Assert.Equal(expected.Select(ordered => ordered.ToString()), given.Select(ordered => ordered.ToString()));
        }
    }
}
