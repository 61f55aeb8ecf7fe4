using NpuSim.Isa.Program;
using NpuSim.Simulator;
using NpuSim.Workloads.Compile;
using NpuSim.Workloads.Interpret;
using Xunit;

namespace NpuSim.Tests.Workloads.Compile;

/// <summary>Law 1: what the simulated NPU computes equals the interpreter, bit for bit, on any network, machine and tiling.</summary>
public class CompiledNetworkTests
{
    private static readonly string[][] Overrides =
    [
        [],
        ["core.activation.sizeKiB=4", "core.weight.sizeKiB=8", "core.accumulator.sizeKiB=4"],
        ["core.activation.sizeKiB=8", "core.weight.sizeKiB=8", "core.accumulator.sizeKiB=8", "core.dma.engines=1"],
        ["cores=3", "core.activation.sizeKiB=8", "core.weight.sizeKiB=16", "core.accumulator.sizeKiB=8", "core.dma.engines=2"],
        ["core.chaining.tailCycles=4", "core.dma.engines=3"],
        ["core.chaining.tailCycles=0", "cores=2", "core.activation.sizeKiB=8", "core.weight.sizeKiB=16", "core.accumulator.sizeKiB=8"],
        ["core.sequencer.queueDepth=1", "core.activation.sizeKiB=16", "globalBuffer.sizeKiB=1"],
    ];

    public static TheoryData<string, int> Cases
    {
        get
        {
            var cases = new TheoryData<string, int>();
            foreach (string machine in (string[])["edge", "gemmini-16", "ethos-u55-128", "ethos-u65-512", "nvdla-small"])
            {
                for (int i = 0; i < 30; i++)
                {
                    cases.Add(machine, i);
                }
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_random_network_computes_what_the_interpreter_computes(string machineName, int index)
    {
        int seed = index * 7919 + machineName.Length;
        var graph = RandomNetwork.Create(seed);
        var inputs = RandomNetwork.Inputs(graph, seed);
        var expected = new Interpreter(graph).Run(inputs);
        string[] overrides = Overrides[index % Overrides.Length];
        var machine = PresetVariant.Load(machineName, overrides);
        var program = Compiler.Compile(graph, machine);
        ProgramVerifier.Verify(program, machine);
        var result = NpuMachine.Run(program, machine, new SimulationOptions(), inputs, new HostProcessor(), CancellationToken.None);
        foreach (var (name, bytes) in expected)
        {
            Assert.Equal(bytes, result.Outputs[name]);
        }
    }
}
