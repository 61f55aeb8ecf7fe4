using System.Text.Json;
using NpuSim.Isa.Machine;
using NpuSim.Isa.Program;
using NpuSim.Simulator;
using NpuSim.Tests.Workloads.Compile;
using NpuSim.Workloads.Compile;
using NpuSim.Workloads.Compress;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Interpret;
using NpuSim.Workloads.Models;
using Xunit;

namespace NpuSim.Tests.Simulator;

/// <summary>What a timed program says of a machine that differs in no member that time reads is what a run on that machine says.</summary>
public sealed class TimedProgramTests
{
    private static readonly SimulationOptions Options = new() { Functional = false, ModelHash = "" };

    [Theory]
    [InlineData("edge")]
    [InlineData("ethos-u65-512")]
    [InlineData("nvdla-small")]
    [InlineData("gemmini-16")]
    [InlineData("edge", "memory.dram.device=ddr4-2400")]
    [InlineData("gap9")]
    public void After_a_change_of_any_member_it_is_refused_or_the_report_is_that_of_a_run(string preset, params string[] set)
    {
        var machine = MachineFile.Load(preset, set);
        var program = Compiler.Compile(Graph("ds-cnn", machine), machine);
        var timed = NpuMachine.Time(program, machine, Options, default);
        Assert.Equal(Report(program, machine), Text(timed, machine));
        int shared = 0;
        foreach (var other in SharedProgramTests.Perturbed(machine))
        {
            if (MachineView.OfTime(other) != MachineView.OfTime(machine))
            {
                Assert.Throws<ArgumentException>(() => timed.Report(other, ""));
                continue;
            }

            Assert.Equal(Report(program, other), Text(timed, other));
            shared++;
        }

        Assert.True(shared > 5, $"only {shared} changes left time alone");
    }

    [Fact]
    public void What_belongs_to_one_machine_is_refused()
    {
        var machine = MachineFile.Load("edge", []);
        var program = Compiler.Compile(Graph("litenet-mlp", machine), machine);
        Assert.Throws<ArgumentException>(() => NpuMachine.Time(program, machine, Options with { Functional = true }, default));
        Assert.Throws<ArgumentException>(() => NpuMachine.Time(program, machine, Options with { PowerWindowCycles = 0 }, default));
    }

    private static Graph Graph(string model, MachineSpec machine) => Preparation.Prepare(
        BuiltInModels.Create(model), new PreparationOptions { ValuesMatter = false, Quantise = machine.Core.Array.Formats?.Float32 is null or 0 }).Graph;

    private static string Text(TimedProgram timed, MachineSpec machine) => JsonSerializer.Serialize(timed.Report(machine, MachineFile.Hash(machine)));

    private static string Report(NpuProgram program, MachineSpec machine) => JsonSerializer.Serialize(
        NpuMachine.Run(program, machine, Options, new Dictionary<string, byte[]>(), new HostProcessor(), default).Report);
}
