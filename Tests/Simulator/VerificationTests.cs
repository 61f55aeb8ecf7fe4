using NpuSim.Isa.Instructions;
using NpuSim.Isa.Program;
using NpuSim.Simulator;
using Xunit;

namespace NpuSim.Tests.Simulator;

/// <summary>A program is verified while it runs; nobody may notice.</summary>
public sealed class VerificationTests
{
    private const int Bytes = 64;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_the_verifier_refuses_comes_before_a_deadlock_that_the_run_meets_first(bool functional)
    {
        // The first wait is never given, and a load far behind it reaches beyond what is planned.
        Instruction[] stream =
        [
            HandProgram.Shape(Bytes), new DmaSource(0, 0, 0, 0), new DmaDestination(0, 0, 0, 0),
            new DmaLoad(0, HandProgram.Activation(0), HandProgram.Input).Wait(7),
            .. Enumerable.Repeat<Instruction>(new Nop(), 2000),
            new DmaLoad(0, HandProgram.Activation(65_536), HandProgram.Input), new Halt(),
        ];
        var program = HandProgram.Of(Bytes, Bytes, stream);
        var found = Assert.Throws<ProgramException>(
            () => HandProgram.Run(program, SmallMachine.Create(), new byte[Bytes], new SimulationOptions { Functional = functional }));
        var expected = Assert.Throws<ProgramException>(() => ProgramVerifier.Verify(program, SmallMachine.Create()));
        Assert.Equal(expected.Message, found.Message);
        Assert.Contains("instruction 2004", found.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_first_core_is_named_although_another_one_comes_to_its_fault_first()
    {
        var refused = new DmaLoad(0, HandProgram.Activation(65_536), HandProgram.Input);
        Instruction[] head = [HandProgram.Shape(Bytes), new DmaSource(0, 0, 0, 0), new DmaDestination(0, 0, 0, 0)];
        Instruction[] late = [.. head, .. Enumerable.Repeat<Instruction>(new Nop(), 2000), refused, new Halt()], early = [.. head, refused, new Halt()];
        var machine = SmallMachine.Create(2);
        var program = HandProgram.Of(Bytes, Bytes, late, early);
        var found = Assert.Throws<ProgramException>(() => HandProgram.Run(program, machine, new byte[Bytes]));
        Assert.StartsWith("core 0: instruction 2003", found.Message, StringComparison.Ordinal);
    }
}
