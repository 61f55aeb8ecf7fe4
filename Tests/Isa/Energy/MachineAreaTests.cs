using NpuSim.Isa.Energy;
using NpuSim.Isa.Machine;
using Xunit;

namespace NpuSim.Tests.Isa.Energy;

public sealed class MachineAreaTests
{
    public static TheoryData<string> Presets => [.. MachineFile.PresetNames()];

    [Theory]
    [MemberData(nameof(Presets))]
    public void Parts_add_up_to_the_whole_none_is_zero_and_each_names_its_rows(string name)
    {
        var area = MachineArea.Of(MachineFile.Load(name, []));
        Assert.Equal(area.Parts.Sum(part => part.Mm2.Value), area.TotalMm2.Value, 10);
        Assert.Equal(area.Parts.Sum(part => part.Mm2.High), area.TotalMm2.High, 10);
        Assert.All(area.Parts, part =>
        {
            Assert.True(part.Mm2.Low > 0 && part.Mm2.Low <= part.Mm2.Value && part.Mm2.Value <= part.Mm2.High, part.Component);
            Assert.NotEmpty(part.Rows);
            Assert.Equal(part.Rows.Count, part.Rows.Distinct().Count());
        });
        Assert.Equal(area.Parts.Count, area.Parts.Select(part => part.Component).Distinct().Count());
    }

    [Theory]
    [InlineData("core.array.columns=128", "array")]
    [InlineData("core.vector.lanes=128", "vector unit")]
    [InlineData("core.activation.sizeKiB=512", "activation buffer")]
    [InlineData("core.accumulator.sizeKiB=512", "accumulator buffer")]
    [InlineData("globalBuffer.sizeKiB=2048", "global buffer")]
    [InlineData("core.dma.outstandingBursts=128", "dma")]
    [InlineData("core.sequencer.queueDepth=256", "sequencer")]
    public void A_larger_component_takes_more_area_and_no_other_changes(string set, string component)
    {
        var (before, after) = (Edge(), Edge(set));
        Assert.True(after.Mm2(component).Value > 1.02 * before.Mm2(component).Value);
        Assert.All(before.Parts.Where(part => part.Component != component), part => Assert.Equal(part.Mm2, after.Mm2(part.Component)));
    }

    [Fact]
    public void Two_cores_have_two_of_everything_but_what_they_share()
    {
        var (one, two) = (Edge(), Edge("cores=2"));
        Assert.All(one.Parts, part =>
            Assert.Equal(part.Mm2.Value * (part.Component == "global buffer" ? 1 : 2), two.Mm2(part.Component).Value, 10));
    }

    [Fact]
    public void Twice_the_multipliers_take_twice_the_array_beside_its_control()
    {
        double control = EnergyTable.Load(16).Area.EngineControl.Value * 1e-6;
        double before = Edge().Mm2("array").Value - control, after = Edge("core.array.columns=128").Mm2("array").Value - control;
        Assert.Equal(2, after / before, 10);
    }

    [Fact]
    public void Formats_share_a_multiplier_and_real_ones_need_an_adder_of_their_own()
    {
        double none = Edge("core.array.formats=null").Mm2("array").Value;
        Assert.Equal(none, Edge("core.array.formats={\"int16\":0.125}").Mm2("array").Value, 10);
        Assert.True(Edge("core.array.formats={\"int16\":1}").Mm2("array").Value > 1.8 * none);
        Assert.True(Edge("core.array.formats={\"bf16\":1}").Mm2("array").Value > 4 * none);
        Assert.True(Edge("core.array.formats={\"int4\":2}").Mm2("array").Value > none);
    }

    [Fact]
    public void Cells_of_the_machine_and_a_second_port_count()
    {
        var table = EnergyTable.Load(16);
        Assert.Equal(16 * table.Sram(16 << 10, 16).AreaMm2.Value, Edge().Mm2("activation buffer").Value, 10);
        Assert.Equal(
            16 * table.Sram(16 << 10, 16, SramCells.HighPerformance).AreaMm2.Value,
            Edge("energy.sramCells=highPerformance").Mm2("activation buffer").Value, 10);
        Assert.Equal(2.04, Edge("core.activation.ports=2").Mm2("activation buffer").Value / Edge().Mm2("activation buffer").Value, 10);
    }

    [Fact]
    public void From_28_to_7_nm_logic_shrinks_by_the_area_of_Stillmaker_and_Baas()
    {
        double from = Edge("energy.technologyNm=28").Mm2("vector unit").Value, to = Edge("energy.technologyNm=7").Mm2("vector unit").Value;
        // 0.059 at 7 nm; log-log between 0.46 at 32 nm and 0.21 at 20 nm.
        double at28 = 0.46 * Math.Pow(28.0 / 32, Math.Log(0.46 / 0.21) / Math.Log(32.0 / 20));
        Assert.Equal(1, from / to / (at28 / 0.059), 2);
    }

    private static MachineArea Edge(params string[] set) => MachineArea.Of(MachineFile.Load("edge", set));
}
