using NpuSim.Isa.Instructions;
using NpuSim.Isa.Program;
using NpuSim.Simulator;
using Xunit;

namespace NpuSim.Tests.Simulator;

public sealed class ConstantTests
{
    private const int Bytes = 64;

    [Fact]
    public void A_program_may_write_into_its_constants_and_the_next_sample_finds_them_as_they_were()
    {
        byte[] first = HandProgram.Pattern(Bytes, 1), second = HandProgram.Pattern(Bytes, 2);
        var program = Program(first, second);
        var machine = SmallMachine.Create();
        var order = HandProgram.Run(program, machine, new byte[Bytes]).Order;
        using var replay = new FunctionalMachine(program, machine, order, new NoHost(), threads: 2);
        for (int sample = 0; sample < 4; sample++)
        {
            byte[] input = HandProgram.Pattern(Bytes, 10 + sample);
            byte[] expected = [.. first, .. first[..16], .. input, .. second[16..]];
            Assert.Equal(expected, replay.Execute(new Dictionary<string, byte[]> { ["in"] = input })["out"]);
            Assert.Equal(expected, HandProgram.Run(program, machine, input).Result.Outputs["out"]);
        }
    }

    // Reads the first constant, writes the input across the border of both, and reads both at once.
    private static NpuProgram Program(byte[] first, byte[] second)
    {
        Instruction[] stream =
        [
            new DmaSource(0, 0, 0, 0), new DmaDestination(0, 0, 0, 0),
            HandProgram.Shape(Bytes),
            new DmaLoad(0, HandProgram.Activation(0), HandProgram.Constant), new Fence(),
            new DmaStore(0, HandProgram.Output, HandProgram.Activation(0)), new Fence(),
            new DmaCopy(0, HandProgram.Constant + 16, HandProgram.Input), new Fence(),
            HandProgram.Shape(2 * Bytes),
            new DmaLoad(0, HandProgram.Activation(0), HandProgram.Constant), new Fence(),
            new DmaStore(0, HandProgram.Output + Bytes, HandProgram.Activation(0)), new Halt(),
        ];
        return HandProgram.Of(Bytes, 3 * Bytes, stream) with
        {
            Constants = [new ConstantBlock(HandProgram.Constant, first), new ConstantBlock(HandProgram.Constant + Bytes, second)],
        };
    }
}
