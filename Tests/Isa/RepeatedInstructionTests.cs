using System.Globalization;
using System.Text.RegularExpressions;
using NpuSim.Isa.Instructions;
using NpuSim.Isa.Machine;
using NpuSim.Isa.Program;
using Xunit;

namespace NpuSim.Tests.Isa;

/// <summary>Instructions of one kind are looked at in full only once; nobody may notice.</summary>
public sealed partial class RepeatedInstructionTests
{
    private static readonly MachineSpec Edge = MachineFile.Load("edge", []);

    [Theory]
    [MemberData(nameof(ProgramVerifierTests.Wrong), MemberType = typeof(ProgramVerifierTests))]
    public void A_wrong_instruction_is_refused_behind_right_ones_of_its_kind_as_it_is_without_them(string find, string replacement, string expected)
    {
        int at = SmallProgram.Text.IndexOf(find, StringComparison.Ordinal);
        var wrong = Assembler.Parse(SmallProgram.Text[..at] + replacement + SmallProgram.Text[(at + find.Length)..]);
        string alone = Refusal(wrong);
        Assert.Contains(expected, alone, StringComparison.Ordinal);
        var number = InstructionNumber().Match(alone);
        // What concerns whole streams has no number; registers that the right ones have set are set.
        if (!number.Success || alone.Contains("found no ", StringComparison.Ordinal))
        {
            return;
        }

        Instruction[] right = [.. SmallProgram.Program.Streams[0].SkipLast(1)];
        string behind = Refusal(wrong with { Streams = [[.. right, .. right, .. wrong.Streams[0]]] });
        int place = int.Parse(number.Groups[1].Value, CultureInfo.InvariantCulture) + (2 * right.Length);
        Assert.Equal(alone.Replace(number.Value, string.Create(CultureInfo.InvariantCulture, $"instruction {place} "), StringComparison.Ordinal), behind);
    }

    [Theory]
    [InlineData(64)]
    [InlineData(255)]
    public void Semaphores_that_do_not_exist_are_refused_at_any_repetition(byte semaphore)
    {
        Instruction shape = new DmaShape(0, 64, 1, 1, 1), wrong = shape with { Sync = new Sync(semaphore) };
        string message = Refusal(SmallProgram.Program with { Streams = [[shape, shape, wrong, new Halt()]] });
        Assert.Equal($"core 0: instruction 2 (dma.shape): found semaphore {semaphore}, expected 0 to 63", message);
    }

    [Fact]
    public void Early_signals_are_refused_at_any_repetition()
    {
        Instruction shape = new DmaShape(0, 64, 1, 1, 1), wrong = shape with { Sync = new Sync(Signal0: 1, Early: 1) };
        string message = Refusal(SmallProgram.Program with { Streams = [[shape, shape, wrong, new Halt()]] });
        Assert.StartsWith("core 0: instruction 2 (dma.shape): found an early signal", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Semaphores_of_repeated_instructions_must_balance()
    {
        Instruction plain = new DmaShape(0, 64, 1, 1, 1), signal = plain with { Sync = new Sync(Signal0: 5) }, wait = plain with { Sync = new Sync(5) };
        ProgramVerifier.Verify(SmallProgram.Program with { Streams = [[plain, signal, wait, signal, wait, new Halt()]] }, Edge);
        Assert.Equal("core 0: semaphore 5: found 2 signals and 1 waits, expected as many",
            Refusal(SmallProgram.Program with { Streams = [[plain, signal, wait, signal, new Halt()]] }));
    }

    private static string Refusal(NpuProgram program) => Assert.Throws<ProgramException>(() => ProgramVerifier.Verify(program, Edge)).Message;

    [GeneratedRegex(@"instruction (\d+) ")]
    private static partial Regex InstructionNumber();
}
