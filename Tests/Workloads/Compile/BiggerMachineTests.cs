using NpuSim.Isa.Machine;
using NpuSim.Simulator;
using NpuSim.Workloads.Compile;
using NpuSim.Workloads.Compress;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Interpret;
using NpuSim.Workloads.Models;
using Xunit;

namespace NpuSim.Tests.Workloads.Compile;

/// <summary>Law 6: a bigger machine is never slower by more than the scheduling slack (docs/Deviations.md).</summary>
public class BiggerMachineTests
{
    /// <summary>What a worse choice of tiles on a bigger machine may cost: estimates leave contention and queue waits out.</summary>
    private const double Slack = 1.06;

    private static readonly string[] Models = ["resnet8", "ds-cnn", "autoencoder", "litenet-cnn"];

    /// <summary>Members that only ever help when they grow. The extents of a systolic array are not among them: each fold fills and drains the whole array.</summary>
    private static readonly string[] Members =
    [
        "core.activation.sizeKiB", "core.weight.sizeKiB", "core.accumulator.sizeKiB", "core.vector.lanes", "core.dma.bytesPerCycle",
        "core.dma.outstandingBursts", "core.sequencer.queueDepth", "memory.dram.bandwidthMBps", "cores",
    ];

    public static TheoryData<string, string> Cases
    {
        get
        {
            var cases = new TheoryData<string, string>();
            foreach (string machine in (string[])["edge", "gemmini-16", "nvdla-small", "nvdla-large"])
            {
                foreach (string model in Models)
                {
                    cases.Add(machine, model);
                }
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Doubling_a_member_never_slows_a_model_down(string machineName, string model)
    {
        var graph = Preparation.Prepare(BuiltInModels.Create(model), new PreparationOptions { ValuesMatter = false }).Graph;
        var machine = MachineFile.Load(machineName, []);
        long before = Cycles(graph, machine);
        foreach (string member in Members.Concat(machine.Core.Array.Kind == ArrayKind.DotProduct ? ["core.array.rows", "core.array.columns"] : []))
        {
            var bigger = MachineFile.Apply(machine, member, Double(machine, member));
            long after = Cycles(graph, bigger);
            Assert.True(after <= before * Slack, $"{member} doubled: {before} cycles became {after}");
        }
    }

    private static string Double(MachineSpec machine, string member)
    {
        using var json = System.Text.Json.JsonDocument.Parse(MachineFile.ToJson(machine));
        var value = member.Split('.').Aggregate(json.RootElement, (element, key) => element.GetProperty(key));
        return (value.GetDouble() * 2).ToString(System.Globalization.CultureInfo.InvariantCulture);
    }

    private static long Cycles(Graph graph, MachineSpec machine) => NpuMachine.Run(
        Compiler.Compile(graph, machine), machine, new SimulationOptions { Functional = false }, new Dictionary<string, byte[]>(), new HostProcessor(),
        CancellationToken.None).Report.Cycles;
}
