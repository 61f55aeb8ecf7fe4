using NpuSim.Isa.Machine;
using NpuSim.Simulator.Checking;
using NpuSim.Tests.Workloads.Compile;
using NpuSim.Workloads.Compile;
using NpuSim.Workloads.Compress;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Models;
using Xunit;

namespace NpuSim.Tests.Simulator.Checking;

/// <summary>What the compiler makes is in order, and reads nothing that it has not written.</summary>
public sealed class CompiledProgramCheckTests
{
    private static readonly string[][] Overrides =
    [
        [], ["core.dma.engines=1"], ["core.dma.engines=2"], ["cores=3"], ["cores=2", "core.dma.engines=1", "core.sequencer.queueDepth=1"],
        ["core.activation.sizeKiB=16", "core.weight.sizeKiB=16", "core.accumulator.sizeKiB=8"],
        ["core.chaining.tailCycles=4"],
    ];

    [Theory]
    [InlineData("glyphnet")]
    [InlineData("litenet-mlp")]
    [InlineData("resnet8")]
    [InlineData("ds-cnn")]
    [InlineData("autoencoder")]
    [InlineData("bert-tiny")]
    public void A_built_in_model_has_no_finding_on_any_preset(string model)
    {
        var graph = Preparation.Prepare(BuiltInModels.Create(model), new PreparationOptions()).Graph;
        foreach (string preset in MachineFile.PresetNames())
        {
            foreach (string[] overrides in Overrides)
            {
                var machine = PresetVariant.Load(preset, overrides);
                if (Holds(machine, graph))
                {
                    AssertClean(ProgramCheck.Run(Compiler.Compile(graph, machine), machine), $"{preset} {string.Join(' ', overrides)}");
                }
            }
        }
    }

    // A chip with nothing but its own memory has no place for the weights of the larger models.
    private static bool Holds(MachineSpec machine, Graph graph) =>
        machine.Memory.Dram is not null || ModelSize.Of(graph).Parameters * 2 < machine.Memory.Flash!.SizeMiB * 1048576L;

    [Theory]
    [InlineData("edge")]
    [InlineData("gemmini-16")]
    [InlineData("ethos-u55-128")]
    [InlineData("nvdla-small")]
    public void A_random_network_has_no_finding(string preset)
    {
        for (int seed = 0; seed < 60; seed++)
        {
            var machine = PresetVariant.Load(preset, Overrides[seed % Overrides.Length]);
            AssertClean(ProgramCheck.Run(Compiler.Compile(RandomNetwork.Create(seed * 31), machine), machine), $"seed {seed}");
        }
    }

    private static void AssertClean(CheckReport report, string place) =>
        Assert.True(report.Count == 0, $"{place}: {report.Count} findings\n{string.Join('\n', report.Findings.Take(5).Select(finding => finding.Message))}");
}
