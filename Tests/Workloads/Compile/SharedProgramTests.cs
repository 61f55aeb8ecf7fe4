using System.Globalization;
using System.Text.Json;
using NpuSim.Isa.Machine;
using NpuSim.Isa.Program;
using NpuSim.Simulator;
using NpuSim.Workloads.Compile;
using NpuSim.Workloads.Compress;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Interpret;
using NpuSim.Workloads.Models;
using Xunit;

namespace NpuSim.Tests.Workloads.Compile;

/// <summary>Machines share programs, and never get another one than they would alone.</summary>
public sealed class SharedProgramTests
{
    private static readonly Graph Network = Prepared("ds-cnn");

    public static TheoryData<string> Presets => ["edge", "ethos-u55-128", "ethos-u65-512", "gemmini-16", "nvdla-small", "tpu-128", "eyeriss"];

    [Theory]
    [MemberData(nameof(Presets))]
    public void After_a_change_of_any_member_the_program_is_that_of_a_compilation_alone(string preset)
    {
        var machine = MachineFile.Load(preset, []);
        var shared = new CompileCache(Network);
        var first = Compiler.CompileShared(shared, machine, null, default);
        int changed = 0;
        foreach (var other in Perturbed(machine))
        {
            AssertEqualPrograms(Network, other, shared);
            changed++;
        }

        Assert.True(changed > 50, $"only {changed} changes were possible");
        Assert.Same(first, Compiler.CompileShared(shared, machine with { Energy = machine.Energy with { Voltage = 0.9 } }, null, default));
    }

    [Fact]
    public void Float_products_and_their_successors_are_told_apart()
    {
        var graph = Preparation.Prepare(BuiltInModels.Create("resnet8"), new PreparationOptions { ValuesMatter = false, Quantise = false, Products = ProductPrecision.Bf16 }).Graph;
        var shared = new CompileCache(graph);
        foreach (string bandwidth in (string[])["100000", "400000", "1600000", "100000"])
        {
            AssertEqualPrograms(graph, MachineFile.Load("tpu-v3", [$"memory.dram.bandwidthMBps={bandwidth}"]), shared);
        }
    }

    [Fact]
    public void Drawn_machines_have_the_program_of_a_compilation_alone_in_any_order()
    {
        var shared = new CompileCache(Network);
        var random = new Random(7);
        string Of(params string[] values) => values[random.Next(values.Length)];
        Parallel.ForEach(Enumerable.Range(0, 120).Select(_ => MachineFile.Load("edge",
        [
            $"clockMHz={Of("50", "200", "800")}", $"core.array.rows={Of("8", "16")}", $"core.activation.sizeKiB={Of("16", "64")}",
            $"globalBuffer.sizeKiB={Of("32", "128")}", $"memory.dram.bandwidthMBps={Of("800", "6400")}", $"core.dma.setupCycles={Of("4", "64")}",
        ])).ToList(), machine => AssertEqualPrograms(Network, machine, shared));
    }

    [Fact]
    public void A_verification_goes_on_to_machines_of_the_same_program_and_no_further()
    {
        var shared = new CompileCache(Network);
        var machine = MachineFile.Load("edge", []);
        var compiled = Compiler.CompileShared(shared, machine, null, default);
        var verification = ProgramVerifier.Begin(compiled.Program, machine);
        Assert.False(verification.IsFinished);
        string report = Report(compiled.Program, machine, verification);
        Assert.True(verification.IsFinished);
        Assert.Equal(report, Report(compiled.Program, machine, verification));
        Assert.Equal(report, Report(compiled.Program, machine, null));

        Assert.True(verification.Covers(compiled.Program, machine with { ClockMHz = machine.ClockMHz / 2 }));
        var smaller = machine with { Core = machine.Core with { Weight = machine.Core.Weight with { SizeKiB = machine.Core.Weight.SizeKiB / 2 } } };
        Assert.False(verification.Covers(compiled.Program, smaller));
        Assert.Throws<ArgumentException>(() => Report(compiled.Program, smaller, verification));
        Assert.False(verification.Covers(compiled.Program with { Name = "other" }, machine));
    }

    /// <summary>A machine with each member changed by itself, where the rules between members allow it.</summary>
    internal static IEnumerable<MachineSpec> Perturbed(MachineSpec machine)
    {
        foreach (string key in MachineTemplate.AllKeys)
        {
            var values = MachineTemplate.Number(machine, key) is { } number
                ? new[] { number * 2, number + 1, Math.Floor(number / 2) }.Select(value => value.ToString("R", CultureInfo.InvariantCulture))
                : ["true", "false", "null", "other"];
            foreach (string value in values)
            {
                if (Changed(machine, key, value) is { } changed && changed != machine)
                {
                    yield return changed;
                }
            }
        }
    }

    private static MachineSpec? Changed(MachineSpec machine, string key, string value)
    {
        try
        {
            return MachineFile.Apply(machine, key, value);
        }
        catch (MachineException)
        {
            return null;
        }
    }

    private static void AssertEqualPrograms(Graph graph, MachineSpec machine, CompileCache shared)
    {
        var alone = Program(new CompileCache(graph), machine, out string? reason);
        var found = Program(shared, machine, out string? foundReason);
        Assert.Equal(reason, foundReason);
        if (alone is null || found is null)
        {
            return;
        }

        Assert.Equal(alone.Streams.SelectMany(stream => stream), found.Streams.SelectMany(stream => stream));
        Assert.Equal(alone.Constants.Select(block => (block.Address, block.Data.Length, block.EntropyBits)), found.Constants.Select(block => (block.Address, block.Data.Length, block.EntropyBits)));
        Assert.Equal(alone.Layers, found.Layers);
        Assert.Equal(alone.Plan, found.Plan);
        Assert.Equal(alone.Tensors.Select(tensor => (tensor.Name, tensor.Address)), found.Tensors.Select(tensor => (tensor.Name, tensor.Address)));
        Assert.Equal(alone.HostOperators.Select(host => (host.Name, host.Reason)), found.HostOperators.Select(host => (host.Name, host.Reason)));
        Assert.Equal(alone.Machine, found.Machine);
    }

    private static NpuProgram? Program(CompileCache shared, MachineSpec machine, out string? reason)
    {
        try
        {
            reason = null;
            return Compiler.CompileForTiming(shared, machine, null, default);
        }
        catch (ModelException refused)
        {
            reason = refused.Message;
            return null;
        }
    }

    private static Graph Prepared(string model) =>
        Preparation.Prepare(BuiltInModels.Create(model), new PreparationOptions { ValuesMatter = false }).Graph;

    private static string Report(NpuProgram program, MachineSpec machine, ProgramVerification? verification)
    {
        var options = new SimulationOptions { Functional = false, ModelHash = "", MachineHash = "", Verification = verification };
        return JsonSerializer.Serialize(NpuMachine.Run(program, machine, options, new Dictionary<string, byte[]>(), new HostProcessor(), default).Report);
    }
}
