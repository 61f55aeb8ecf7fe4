using System.Text.Json;
using NpuSim.Isa.Instructions;
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

/// <summary>A program with blank constants is timed as the one with its own.</summary>
public sealed class TimingProgramTests
{
    [Theory]
    [InlineData("edge")]
    [InlineData("edge", "core.activation.sizeKiB=64", "core.weight.sizeKiB=32", "clockMHz=400")]
    [InlineData("edge", "core.array.rows=8", "core.array.columns=16", "memory.dram.bandwidthMBps=1600", "cores=2")]
    [InlineData("ethos-u55-128")]
    [InlineData("ethos-u65-512")]
    [InlineData("nvdla-small")]
    [InlineData("gemmini-16")]
    [InlineData("eyeriss")]
    [InlineData("tpu-128")]
    public void A_program_for_timing_has_the_instructions_and_the_report_of_a_full_one(string machine, params string[] overrides)
    {
        var graph = Prepared("ds-cnn");
        var spec = MachineFile.Load(machine, overrides);
        var shared = new CompileCache(graph);
        var full = Compiler.Compile(graph, spec);
        // Twice, so that the second one takes what the first one left.
        foreach (var blank in (NpuProgram[])[Compiler.CompileForTiming(shared, spec, null, default), Compiler.CompileForTiming(shared, spec, null, default)])
        {
            Assert.Equal(full.Streams.SelectMany(stream => stream), blank.Streams.SelectMany(stream => stream));
            Assert.Equal(full.Constants.Select(block => (block.Address, block.Data.Length)), blank.Constants.Select(block => (block.Address, block.Data.Length)));
            Assert.Equal(Report(full, spec), Report(blank, spec));
        }
    }

    [Fact]
    public void What_one_machine_left_does_not_change_the_program_of_another()
    {
        var graph = Prepared("resnet8");
        var shared = new CompileCache(graph);
        string[] sizes = ["128", "64", "256", "128", "64"];
        foreach (string size in sizes)
        {
            var spec = MachineFile.Load("edge", [$"core.activation.sizeKiB={size}", $"globalBuffer.sizeKiB={size}"]);
            Assert.Equal(Report(Compiler.Compile(graph, spec), spec), Report(Compiler.CompileForTiming(shared, spec, null, default), spec));
        }
    }

    [Fact]
    public void A_program_for_timing_is_neither_executed_nor_saved()
    {
        var graph = Prepared("litenet-mlp");
        var spec = MachineFile.Load("edge", []);
        var program = Compiler.CompileForTiming(new CompileCache(graph), spec, null, default);
        Assert.Throws<InvalidOperationException>(() => ProgramFile.Encode(program));
        Assert.Throws<InvalidOperationException>(() => NpuMachine.Run(
            program, spec, new SimulationOptions(), DrawnInputs.Draw(graph, 1), new HostProcessor(), default));
    }

    private static Graph Prepared(string model) =>
        Preparation.Prepare(BuiltInModels.Create(model), new PreparationOptions { ValuesMatter = false }).Graph;

    private static string Report(NpuProgram program, MachineSpec machine)
    {
        var options = new SimulationOptions { Functional = false, ModelHash = "", MachineHash = "" };
        return JsonSerializer.Serialize(NpuMachine.Run(program, machine, options, new Dictionary<string, byte[]>(), new HostProcessor(), default).Report);
    }
}
