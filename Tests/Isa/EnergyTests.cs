using NpuSim.Isa.Energy;
using NpuSim.Isa.Instructions;
using NpuSim.Isa.Machine;
using Xunit;

namespace NpuSim.Tests.Isa;

public sealed class EnergyTests
{
    private static readonly int[] AllNodes = [90, 65, 45, 40, 32, 28, 22, 16, 12, 10, 7, 5];

    public static TheoryData<int> Nodes => [.. AllNodes];

    private static string Folder => Path.Combine(AppContext.BaseDirectory, "configs", "energy");

    [Theory]
    [MemberData(nameof(Nodes))]
    public void A_table_loads_once(int node)
    {
        var table = EnergyTable.Load(node);
        Assert.Equal(node, table.TechnologyNm);
        Assert.Same(table, EnergyTable.Load(node));
    }

    [Fact]
    public void A_smaller_node_never_costs_more_per_operation()
    {
        foreach (var (larger, smaller) in AllNodes.Zip(AllNodes.Skip(1)).Select(pair => (EnergyTable.Load(pair.First), EnergyTable.Load(pair.Second))))
        {
            Assert.True(smaller.Int8Mac.Value < larger.Int8Mac.Value);
            Assert.True(smaller.Sram(1 << 20, 8).Read.Value < larger.Sram(1 << 20, 8).Read.Value);
            Assert.True(smaller.Float32Multiply.Value < larger.Float32Multiply.Value);
        }
    }

    [Fact]
    public void Published_numbers_are_what_was_published()
    {
        Assert.Equal(0.3, EnergyTable.Load(45).Int8Mac.Value);
        Assert.Equal(0.1, EnergyTable.Load(7).Int8Mac.Value);
        Assert.Equal(EnergyStatus.Published, EnergyTable.Load(7).Int8Mac.Status);
        Assert.Equal(3.97, DramEnergy.Load().Of(DramStandard.Hbm2).Read.Value);
    }

    [Fact]
    public void Every_class_and_format_has_a_cost_and_float_costs_more_than_integer_simple()
    {
        var table = EnergyTable.Load(16);
        TimingClass[] classes =
            [TimingClass.VectorSimple, TimingClass.VectorMultiply, TimingClass.VectorSpecial, TimingClass.VectorLookup, TimingClass.VectorPool, TimingClass.VectorReduce];
        foreach (var timing in classes)
            Assert.All(Enum.GetValues<VectorFormat>(), format => Assert.True(table.Vector.Entry(timing, format).Low > 0));
        Assert.True(table.Vector.SimpleFloat.Value > table.Vector.SimpleInteger.Value);
        Assert.Throws<ArgumentOutOfRangeException>(() => table.Vector.Entry(TimingClass.Transfer, VectorFormat.Int32));
    }

    [Theory]
    [InlineData("\"technologyNm\": 22", "\"technologyNm\": 4", "technologyNm: found 4, expected an integer from 5 to 90")]
    [InlineData("\"int8Mac\"", "\"int8mac\"", "int8mac: unknown member")]
    [InlineData("\"unit\": \"pJ\"", "\"unit\": \"nJ\"", "int8Mac.unit: found \"nJ\", expected \"pJ\"")]
    [InlineData("\"status\": \"derived\"", "\"status\": \"guessed\"", "expected one of measured, published, derived, assumed")]
    [InlineData("\"low\": 0.0", "\"low\": 9.0", "found low 9")]
    [InlineData("\"low\": 0.0", "\"low\": -0.0", "found low -0.0")]
    [InlineData("\"high\": 0.2", "\"high\": 0.0002", "expected them ascending from 0 and the value above it")]
    [InlineData("\"high\": 0.2", "\"high\": \"0.2", "not valid JSON")]
    public void A_spoilt_table_is_refused(string find, string replacement, string expected)
    {
        string text = File.ReadAllText(Path.Combine(Folder, "22nm.jsonc"));
        int at = text.IndexOf(find, text.IndexOf(find.Contains("low", StringComparison.Ordinal) || find.Contains("high", StringComparison.Ordinal)
            ? "int8Mac\"" : "{", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.True(at >= 0);
        string message = MachineFileTests.Refusal(() => EnergyTable.Parse(text[..at] + replacement + text[(at + find.Length)..], "22nm.jsonc"));
        Assert.StartsWith("22nm.jsonc", message);
        Assert.Contains(expected, message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_family_or_table_is_refused()
    {
        Assert.Contains("configs", MachineFileTests.Refusal(() => EnergyTable.Load(23)), StringComparison.Ordinal);
        string text = File.ReadAllText(Path.Combine(Folder, "dram.jsonc")).Replace("\"ddr3\"", "\"ddr2\"", StringComparison.Ordinal);
        Assert.StartsWith("dram.jsonc: ddr2: unknown member", MachineFileTests.Refusal(() => DramEnergy.Parse(text, "dram.jsonc")));
    }

    [Fact]
    public void Every_machine_has_a_table_for_its_node() =>
        Assert.All(MachineFile.PresetNames(), name => EnergyTable.Load(MachineFile.Load(name, []).Energy.TechnologyNm));
}
