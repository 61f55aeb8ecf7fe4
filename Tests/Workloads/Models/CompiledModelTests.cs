using NpuSim.Isa.Machine;
using NpuSim.Isa.Program;
using NpuSim.Simulator;
using NpuSim.Workloads.Compile;
using NpuSim.Workloads.Compress;
using NpuSim.Workloads.Interpret;
using NpuSim.Workloads.Models;
using Xunit;

namespace NpuSim.Tests.Workloads.Models;

/// <summary>What the simulated NPU computes of a built-in model equals the interpreter, bit for bit.</summary>
public sealed class CompiledModelTests
{
    [Theory]
    [InlineData("glyphnet", "edge")]
    [InlineData("litenet-mlp", "edge")]
    [InlineData("litenet-cnn", "edge")]
    [InlineData("resnet8", "edge")]
    [InlineData("resnet20", "edge")]
    [InlineData("ds-cnn", "edge")]
    [InlineData("autoencoder", "edge")]
    [InlineData("bert-tiny", "edge")]
    [InlineData("glyphnet", "gemmini-16")]
    [InlineData("resnet8", "ethos-u55-128")]
    [InlineData("bert-tiny", "tpu-128")]
    public void A_model_computes_what_the_interpreter_computes(string name, string machineName)
    {
        var graph = Preparation.Prepare(BuiltInModels.Create(name), new PreparationOptions()).Graph;
        var inputs = DrawnInputs.Draw(graph, 31);
        var expected = new Interpreter(graph).Run(inputs);
        var machine = MachineFile.Load(machineName, []);
        var program = Compiler.Compile(graph, machine);
        ProgramVerifier.Verify(program, machine);
        var result = NpuMachine.Run(program, machine, new SimulationOptions(), inputs, new HostProcessor(), CancellationToken.None);
        Assert.Equal(expected.Keys.Order(StringComparer.Ordinal), result.Outputs.Keys.Order(StringComparer.Ordinal));
        foreach (var (output, bytes) in expected)
        {
            Assert.Equal(bytes, result.Outputs[output]);
            Assert.True(bytes.Distinct().Count() > 1, $"{output} is one value over and over: nothing was compared");
        }
    }
}
