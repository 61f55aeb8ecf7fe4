using NpuSim.Isa.Energy;
using Xunit;

namespace NpuSim.Tests.Isa.Energy;

public sealed class SramMacroTests
{
    private static readonly int[] AllNodes = [90, 65, 45, 40, 32, 28, 22, 16, 12, 10, 7, 5];
    private static readonly long[] Capacities = [64, 256, 1 << 10, 2 << 10, 8 << 10, 20 << 10, 32 << 10, 100 << 10, 1 << 20, 8 << 20, 24 << 20];

    public static TheoryData<int> Nodes => [.. AllNodes];

    [Theory]
    [MemberData(nameof(Nodes))]
    public void A_bigger_macro_of_16_words_or_more_costs_more_in_every_figure(int node)
    {
        var table = EnergyTable.Load(node);
        foreach (var cells in Enum.GetValues<SramCells>())
        {
            foreach (double width in (double[])[8, 32])
            {
                var macros = Capacities.Where(capacity => capacity >= 16 * width).Select(capacity => table.Sram(capacity, width, cells)).ToList();
                foreach (var (smaller, larger) in macros.Zip(macros.Skip(1)))
                {
                    string place = larger.Rows[0];
                    Assert.True(larger.Read.Value > smaller.Read.Value, "read " + place);
                    Assert.True(larger.Write.Value > smaller.Write.Value, "write " + place);
                    Assert.True(larger.LeakageMilliwatts.Value > smaller.LeakageMilliwatts.Value, "leakage " + place);
                    Assert.True(larger.AreaMm2.Value > smaller.AreaMm2.Value, "area " + place);
                    Assert.All((EnergyBand[])[larger.Read, larger.Write, larger.LeakageMilliwatts, larger.AreaMm2],
                        band => Assert.True(band.Low > 0 && band.Low <= band.Value && band.Value <= band.High));
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Nodes))]
    public void A_wider_access_costs_more_and_less_per_bit_up_to_32_bytes(int node)
    {
        var table = EnergyTable.Load(node);
        foreach (long capacity in (long[])[32 << 10, 256 << 10, 4 << 20])
        {
            foreach (double width in (double[])[8, 16])
            {
                var (narrow, wide) = (table.Sram(capacity, width), table.Sram(capacity, 2 * width));
                Assert.True(wide.Read.Value > narrow.Read.Value && wide.Write.Value > narrow.Write.Value);
                Assert.True(wide.Read.Value < 2.1 * narrow.Read.Value);
            }
        }
    }

    [Theory]
    [InlineData(45, 8, 10, 1)]
    [InlineData(45, 1024, 100, 1)]
    [InlineData(45, 32, 20, 1.2)]
    [InlineData(7, 8, 7.5, 1)]
    [InlineData(7, 1024, 14, 1)]
    [InlineData(7, 32, 8.5, 1.04)]
    public void Published_reads_of_64_bits_are_met(int node, int kib, double published, double factor)
    {
        var figures = EnergyTable.Load(node).Sram(kib * 1024L, 8, SramCells.HighPerformance);
        Assert.InRange(figures.Read.Value, published / (factor + 0.001), published * (factor + 0.001));
        Assert.InRange(published, figures.Read.Low, figures.Read.High);
    }

    [Fact]
    public void Nodes_without_a_grid_scale_their_neighbours()
    {
        var (table22, table7) = (EnergyTable.Load(22), EnergyTable.Load(7));
        double raw = table22.SramMacros.Grid().At(SramCells.LowStandby, 64 << 10, 16, out _).ReadPicojoules;
        var macro = table7.SramMacros;
        double expected = raw * macro.EnergyRatio.Value * macro.EnergyAnchor.Value + 128 * macro.AccessOverhead.Value;
        Assert.Equal(expected, table7.Sram(64 << 10, 16).Read.Value, 10);
        foreach (var (larger, smaller) in AllNodes.Zip(AllNodes.Skip(1), (a, b) => (EnergyTable.Load(a), EnergyTable.Load(b))))
        {
            Assert.True(smaller.Sram(64 << 10, 16).Read.Value < larger.Sram(64 << 10, 16).Read.Value);
            Assert.True(smaller.Sram(64 << 10, 16).AreaMm2.Value < larger.Sram(64 << 10, 16).AreaMm2.Value);
        }
    }

    [Fact]
    public void Doubling_an_sram_moves_it_by_what_CACTI_says()
    {
        var (table, grid) = (EnergyTable.Load(22), SramGrid.Load(22));
        foreach (long capacity in (long[])[8 << 10, 64 << 10, 512 << 10, 4 << 20])
        {
            var (a, b) = (table.Sram(capacity, 16), table.Sram(2 * capacity, 16));
            var (rawA, rawB) = (grid.At(SramCells.LowStandby, capacity, 16, out _), grid.At(SramCells.LowStandby, 2 * capacity, 16, out _));
            Assert.Equal(rawB.LeakageMilliwatts / rawA.LeakageMilliwatts, b.LeakageMilliwatts.Value / a.LeakageMilliwatts.Value, 12);
            Assert.Equal(rawB.AreaMm2 / rawA.AreaMm2, b.AreaMm2.Value / a.AreaMm2.Value, 12);
            Assert.Equal(table.SramMacros.EnergyAnchor.Value * (rawB.ReadPicojoules - rawA.ReadPicojoules), b.Read.Value - a.Read.Value, 10);
        }
    }

    [Fact]
    public void A_second_port_costs_a_third_more_energy_and_twice_the_area()
    {
        var table = EnergyTable.Load(22);
        var (one, two) = (table.Sram(64 << 10, 32), table.Sram(64 << 10, 32, SramCells.LowStandby, ports: 2));
        Assert.Equal(1.31, two.Read.Value / one.Read.Value, 10);
        Assert.Equal(1.31, two.Write.Value / one.Write.Value, 10);
        Assert.Equal(1.25, two.LeakageMilliwatts.Value / one.LeakageMilliwatts.Value, 10);
        Assert.Equal(2.04, two.AreaMm2.Value / one.AreaMm2.Value, 10);
        Assert.Contains("22nm sramMacros.secondPortArea", two.Rows);
        Assert.DoesNotContain("22nm sramMacros.secondPortArea", one.Rows);
    }

    [Fact]
    public void A_register_file_is_a_multiple_of_CACTIs_own_which_is_its_low_edge_and_below_a_macro()
    {
        var table = EnergyTable.Load(22);
        // Summary of the sweep: 64 B x 1 B 0.035 pJ; 256 B x 4 B 0.133; 512 B x 2 B 0.18; 1 KiB x 8 B 0.354 pJ.
        foreach (var (capacity, width, read) in ((long, double, double)[])[(64, 1, 0.035), (256, 4, 0.133), (512, 2, 0.18), (1024, 8, 0.354)])
        {
            var file = table.RegisterFile(capacity, width);
            Assert.Equal(1, file.Read.Low / read, 1);
            Assert.Equal(table.SramMacros.RegisterFileRatio.Value, file.Read.Value / file.Read.Low, 9);
            Assert.Null(file.OutOfRange);
            Assert.True(file.Read.Value < table.Sram(capacity, width).Read.Value);
        }
    }

    [Fact]
    public void Rows_name_the_grid_and_every_entry_and_the_assumed_ones_say_why()
    {
        var figures = EnergyTable.Load(5).Sram(48 << 10, 16);
        Assert.Equal("sram-22nm lowStandby 49152 B x 16 B", figures.Rows[0]);
        Assert.Contains("5nm sramMacros.energyAnchor", figures.Rows);
        Assert.Contains(figures.Assumed, line => line.StartsWith("5nm sramMacros.energyAnchor: ", StringComparison.Ordinal));
        Assert.Empty(EnergyTable.Load(22).Sram(48 << 10, 16).Assumed);
    }
}
