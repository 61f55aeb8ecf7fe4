using NpuSim.Isa.Energy;
using NpuSim.Isa.Machine;
using Xunit;

namespace NpuSim.Tests.Isa.Energy;

public sealed class EnergyEntriesTests
{
    private static readonly int[] AllNodes = [90, 65, 45, 40, 32, 28, 22, 16, 12, 10, 7, 5];

    public static TheoryData<int> Nodes => [.. AllNodes];

    [Theory]
    [MemberData(nameof(Nodes))]
    public void Every_entry_has_a_source_a_unit_a_name_and_an_ascending_band_and_a_value_above_zero(int node)
    {
        var entries = Entries(EnergyTable.Load(node)).ToList();
        Assert.True(entries.Count > 50);
        Assert.All(entries, Check);
        Assert.All(entries, entry => Assert.StartsWith(FormattableString.Invariant($"{node}nm "), entry.Name));
        Assert.Equal(entries.Count, entries.Select(entry => entry.Name).Distinct().Count());
    }

    [Fact]
    public void Every_entry_of_main_memories_has_a_source_a_unit_a_name_and_an_ascending_band_and_a_value_above_zero()
    {
        var entries = Entries(DramEnergy.Load()).ToList();
        Assert.Equal(Enum.GetValues<DramStandard>().Length * 15, entries.Count);
        Assert.All(entries, Check);
        Assert.All(entries, entry => Assert.StartsWith("dram ", entry.Name));
    }

    [Fact]
    public void From_28_to_7_nm_every_figure_of_logic_falls_as_its_sources_say()
    {
        var (from, to) = (EnergyTable.Load(28), EnergyTable.Load(7));
        // Operations: (28 / 7)^p of the log-log line between 45 and 7 nm.
        Assert.Equal(1, from.Int8Mac.Value / to.Int8Mac.Value / 2.27, 1);
        Assert.Equal(1, from.Float32Multiply.Value / to.Float32Multiply.Value / Math.Pow(4, 0.56), 1);
        // Area: Stillmaker and Baas, 0.059 at 7 nm over what lies between 0.46 at 32 nm and 0.21 at 20 nm.
        Assert.InRange(from.Area.Int8Multiply.Value / to.Area.Int8Multiply.Value, 0.21 / 0.059, 0.46 / 0.059);
        Assert.InRange(from.SramMacros.AreaRatio.Value * 32 * 32 / (to.SramMacros.AreaRatio.Value * 22 * 22), 4, 8);
        Assert.True(from.Clock.RegisterBit.Value > 4 * to.Clock.RegisterBit.Value);
        // Gates leak alike; there are more of them in a square millimetre.
        Assert.Equal(1, from.LogicLeakage.Value * from.Area.Int32Add.Value / (to.LogicLeakage.Value * to.Area.Int32Add.Value), 2);
    }

    [Theory]
    [MemberData(nameof(Nodes))]
    public void A_hop_without_buffers_costs_far_less_and_a_wider_crossbar_more_per_bit(int node)
    {
        var router = EnergyTable.Load(node).Router;
        foreach (int flit in (int[])[32, 64, 128, 256])
            Assert.True(router.Hop(flit, buffered: true).Value > 10 * router.Hop(flit, buffered: false).Value);
        Assert.True(router.Hop(128, buffered: false).Value > router.Hop(64, buffered: false).Value);
        Assert.True(router.Hop(512, buffered: true).Value > router.Hop(128, buffered: true).Value);
    }

    [Fact]
    public void Routers_and_wires_of_CACTIs_nodes_are_CACTIs()
    {
        Assert.Equal(0.1974, EnergyTable.Load(22).Router.BufferedHop64.Value);
        Assert.Equal(0.07914, EnergyTable.Load(45).Router.BufferlessHop128.Value);
        Assert.Equal(6.508, EnergyTable.Load(90).Router.BufferedHop256.Value);
        Assert.Equal(0.5 * 0.1297, EnergyTable.Load(22).Wire.Value, 3);
    }

    private static void Check(EnergyEntry entry)
    {
        Assert.True(entry.Source.Length > 3 && entry.Unit.Length > 0 && entry.Name.Contains(' ', StringComparison.Ordinal), entry.Name);
        Assert.True(entry.Low >= 0 && entry.Value > 0 && entry.Low <= entry.Value && entry.Value <= entry.High, entry.Name);
    }

    private static IEnumerable<EnergyEntry> Entries(object record)
    {
        foreach (var property in record.GetType().GetProperties())
        {
            object? value = property.GetValue(record);
            if (value is EnergyEntry entry)
                yield return entry;
            else if (value is not null && property.PropertyType.Namespace == typeof(EnergyTable).Namespace && property.PropertyType.IsClass)
            {
                foreach (var inner in Entries(value))
                    yield return inner;
            }
        }
    }
}
