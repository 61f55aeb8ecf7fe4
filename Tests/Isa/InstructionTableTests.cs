using System.Reflection;
using NpuSim.Isa.Instructions;
using Xunit;

namespace NpuSim.Tests.Isa;

public sealed class InstructionTableTests
{
    [Fact]
    public void Every_opcode_has_exactly_one_row_and_every_row_its_own_mnemonic()
    {
        Assert.Equal(Enum.GetValues<Opcode>(), InstructionTable.Rows.Select(row => row.Opcode));
        Assert.Equal(InstructionTable.Rows.Count, InstructionTable.Rows.Select(row => row.Mnemonic).Distinct().Count());
        Assert.All(InstructionTable.Rows, row => Assert.Same(row, InstructionTable.Find(row.Mnemonic)));
        Assert.All(InstructionTable.Rows, row => Assert.Same(row, InstructionTable.Find((byte)row.Opcode)));
    }

    [Fact]
    public void An_instruction_is_a_multiple_of_8_and_at_most_32_bytes() => Assert.All(InstructionTable.Rows, row =>
    {
        Assert.Equal(0, row.EncodedBytes % 8);
        Assert.InRange(row.EncodedBytes, 8, InstructionCodec.MaximumBytes);
        Assert.InRange(5 + row.Operands.Sum(operand => operand.SizeBytes), 5, row.EncodedBytes);
    });

    [Fact]
    public void Every_row_and_operand_says_what_it_means() => Assert.All(InstructionTable.Rows, row =>
    {
        Assert.NotEmpty(row.Meaning);
        Assert.All(row.Operands, operand => Assert.NotEmpty(operand.Meaning));
        Assert.Equal(row.Operands.Count, row.Operands.Select(operand => operand.Name).Distinct().Count());
        Assert.DoesNotContain(row.Operands, operand => operand.Name is "wait" or "signal");
    });

    [Fact]
    public void An_address_operand_has_a_role_and_every_dma_instruction_names_its_engine() => Assert.All(InstructionTable.Rows, row =>
    {
        Assert.All(row.Operands, operand => Assert.Equal(operand.Kind == OperandKind.Address || operand.Space is not null, operand.IsAddress));
        Assert.True(row.Engine != Engine.Dma || row.Operands[0].Name == "dma");
    });

    [Fact]
    public void Every_operand_is_read_back_from_an_instruction_that_was_built_with_it()
    {
        var random = new Random(1);
        foreach (var row in InstructionTable.Rows)
        {
            for (int round = 0; round < 50; round++)
            {
                long[] values = [.. row.Operands.Select(operand => Samples.Value(operand, random))];
                var instruction = row.Create(values, new Sync(1, 2, 3, 4));
                Assert.Equal(values, row.Operands.Select(operand => operand.Get(instruction)));
                Assert.Equal(new Sync(1, 2, 3, 4), instruction.Sync);
                Assert.Same(row, InstructionTable.Row(instruction));
            }
        }
    }

    [Fact]
    public void The_dma_index_is_the_dma_operand()
    {
        Assert.Equal(2, InstructionTable.DmaIndex(new DmaFill(2, default, 0)));
        Assert.Equal(1, InstructionTable.DmaIndex(new SemaphoreWait(Engine.Dma, 1, 5, 1)));
        Assert.Equal(0, InstructionTable.DmaIndex(new Halt()));
        Assert.Equal(Engine.Array, InstructionTable.Engine(new ArrayOutput(1)));
        Assert.Equal(TimingClass.VectorPool, InstructionTable.Timing(new MaxPool(default, default, 1, 1)));
    }

    [Fact]
    public void Every_record_below_instruction_is_sealed() => Assert.All(
        typeof(Instruction).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(Instruction))), type => Assert.True(type.IsSealed, type.Name));
}
