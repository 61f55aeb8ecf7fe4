using System.Globalization;
using NpuSim.Isa.Energy;
using NpuSim.Isa.Machine;
using Xunit;

namespace NpuSim.Tests.Isa.Energy;

public sealed class SramGridTests
{
    private static readonly int[] CactiNodes = [22, 32, 45, 65, 90];

    public static TheoryData<int> Nodes => [.. CactiNodes];

    [Theory]
    [MemberData(nameof(Nodes))]
    public void CACTI_points_are_exact(int node)
    {
        var grid = SramGrid.Load(node);
        var table = EnergyTable.Load(node);
        foreach (var cells in Enum.GetValues<SramCells>())
        {
            Assert.All(grid.Points(cells), item =>
            {
                Assert.Equal(item.Point, grid.At(cells, item.CapacityBytes, item.WidthBytes, out string? outOfRange));
                Assert.Null(outOfRange);
                // The low edge of a macro's accesses is CACTI itself, and so is its leakage.
                var macro = table.Sram(item.CapacityBytes, item.WidthBytes, cells);
                Assert.Equal(item.Point.ReadPicojoules, macro.Read.Low);
                Assert.Equal(item.Point.WritePicojoules, macro.Write.Low);
                Assert.Equal(item.Point.LeakageMilliwatts, macro.LeakageMilliwatts.Value);
            });
        }
    }

    [SharedFact]
    public void The_grids_hold_what_the_CACTI_sweep_has()
    {
        string[] lines = File.ReadAllLines(SharedFolder.File("reference", "energy", "cacti7_sram_sweep.csv"));
        string[] header = lines[0].Split(',');
        int found = 0;
        foreach (string[] row in lines.Skip(1).Select(line => line.Split(',')))
        {
            string Column(string name) => row[Array.IndexOf(header, name)];
            double Number(string name) => double.Parse(Column(name), CultureInfo.InvariantCulture);
            SramCells? cells = (Column("cell_type"), Column("periph_type")) switch
            {
                ("hp", "hp") => SramCells.HighPerformance,
                ("lstp", "hp") => SramCells.LowStandby,
                ("lstp", "lstp") => SramCells.LowStandbyAll,
                var _ => null,
            };
            if (cells is not { } kind || row[0] is not ("main" or "small") || row[^1] != "ok")
                continue;
            var expected = new SramPoint(Number("read_pJ"), Number("write_pJ"), Number("leak_mW_total"), Number("area_mm2"));
            Assert.Equal(expected, SramGrid.Load((int)Number("node_nm")).At(kind, (long)Number("capacity_B"), Number("word_B"), out _));
            found++;
        }

        Assert.Equal(found, CactiNodes.Sum(node => Enum.GetValues<SramCells>().Sum(cells => SramGrid.Load(node).Points(cells).Count())));
    }

    [Theory]
    [InlineData(22, SramCells.HighPerformance, 8, 2.59, 5.89, 1.35, 0.00738)]
    [InlineData(22, SramCells.HighPerformance, 128, 17.1, 18.7, 17.6, 0.113)]
    [InlineData(22, SramCells.LowStandby, 128, 16.8, 17.5, 2.10, 0.141)]
    [InlineData(22, SramCells.LowStandbyAll, 128, 19.1, 20.7, 0.0795, 0.113)]
    [InlineData(45, SramCells.HighPerformance, 1024, 180, 171, 932, 3.68)]
    [InlineData(90, SramCells.HighPerformance, 2, 23.5, 32.9, 0.926, 0.0539)]
    public void Words_of_32_bytes_are_those_of_the_summary(int node, SramCells cells, int kib, double read, double write, double leakage, double area)
    {
        var point = SramGrid.Load(node).At(cells, kib * 1024L, 32, out _);
        Assert.Equal(1, point.ReadPicojoules / read, 2);
        Assert.Equal(1, point.WritePicojoules / write, 2);
        Assert.Equal(1, point.LeakageMilliwatts / leakage, 2);
        Assert.Equal(1, point.AreaMm2 / area, 2);
    }

    [Theory]
    [MemberData(nameof(Nodes))]
    public void Between_two_points_lies_their_geometric_mean(int node)
    {
        var grid = SramGrid.Load(node);
        SramPoint At(long capacity, double width) => grid.At(SramCells.LowStandby, capacity, width, out _);
        foreach (long capacity in (long[])[8 << 10, 64 << 10, 1 << 20])
        {
            double root = Math.Sqrt(At(capacity, 16).ReadPicojoules * At(capacity, 32).ReadPicojoules);
            Assert.Equal(1, At(capacity, Math.Sqrt(16 * 32)).ReadPicojoules / root, 12);
            // The middle of four points is the mean of all of them.
            double four = Math.Sqrt(root * Math.Sqrt(At(4 * capacity, 16).ReadPicojoules * At(4 * capacity, 32).ReadPicojoules));
            var (a, b) = (At(2 * capacity, 16).ReadPicojoules, At(2 * capacity, 32).ReadPicojoules);
            Assert.True(Math.Sqrt(a * b) < 4 * four && Math.Sqrt(a * b) > four / 4);
        }

        long between = 11585; // 8 KiB times the square root of 2
        double mean = Math.Sqrt(At(8 << 10, 32).AreaMm2 * At(16 << 10, 32).AreaMm2);
        Assert.Equal(1, At(between, 32).AreaMm2 / mean, 4);
    }

    [Fact]
    public void Beyond_the_grid_the_outermost_slope_goes_on_and_it_is_said()
    {
        var grid = SramGrid.Load(22);
        SramPoint At(long capacity, double width) => grid.At(SramCells.HighPerformance, capacity, width, out _);
        grid.At(SramCells.HighPerformance, 16 << 20, 32, out string? outOfRange);
        Assert.Equal("outermost slope of CACTI's grid", outOfRange);
        Assert.Equal(1, At(16 << 20, 32).ReadPicojoules * At(4 << 20, 32).ReadPicojoules / Math.Pow(At(8 << 20, 32).ReadPicojoules, 2), 10);
        Assert.Equal(1, At(64 << 10, 256).ReadPicojoules * At(64 << 10, 64).ReadPicojoules / Math.Pow(At(64 << 10, 128).ReadPicojoules, 2), 10);
        Assert.Contains("outermost slope", EnergyTable.Load(22).Sram(16 << 20, 32).OutOfRange, StringComparison.Ordinal);
        Assert.Contains("outermost slope", EnergyTable.Load(22).Sram(16 << 20, 32).Rows[0], StringComparison.Ordinal);
        Assert.Null(EnergyTable.Load(22).Sram(8 << 20, 32).OutOfRange);
    }

    [Fact]
    public void Beyond_their_own_widths_and_capacities_other_cells_follow_high_performance_ones()
    {
        var grid = SramGrid.Load(45);
        var register = grid.At(SramCells.LowStandby, 512, 2, out string? outOfRange);
        Assert.Equal("shape of high-performance cells", outOfRange);
        double ratio = grid.At(SramCells.HighPerformance, 512, 2, out _).ReadPicojoules / grid.At(SramCells.HighPerformance, 2048, 8, out _).ReadPicojoules;
        Assert.Equal(grid.At(SramCells.LowStandby, 2048, 8, out _).ReadPicojoules * ratio, register.ReadPicojoules, 12);
        // Low-standby periphery was swept over capacity alone here.
        var narrow = grid.At(SramCells.LowStandbyAll, 64 << 10, 8, out outOfRange);
        Assert.Equal("shape of high-performance cells", outOfRange);
        Assert.True(narrow.ReadPicojoules < grid.At(SramCells.LowStandbyAll, 64 << 10, 32, out _).ReadPicojoules);
    }

    [Theory]
    [InlineData("highPerformance,2048,8,1,1,1,0", "(3): found 'highPerformance,2048,8,1,1,1,0', expected cells,capacityBytes")]
    [InlineData("highPerformance,2048,8,1,1,1", "expected cells,capacityBytes")]
    [InlineData("fast,2048,8,1,1,1,1", "expected cells,capacityBytes")]
    [InlineData("highPerformance,2048,8,1,1,1,NaN", "figures above 0")]
    [InlineData("highPerformance,2048,8,1,1,1,1\nhighPerformance,2048,8,1,1,1,1", "(4): found 2048 x 8 bytes a second time")]
    [InlineData("highPerformance,2048,8,1,1,1,1", "found 0 capacities of LowStandby, expected at least 2")]
    public void A_spoilt_grid_is_refused(string lines, string expected)
    {
        string message = MachineFileTests.Refusal(() => SramGrid.Parse(22, "# source\ncells,capacityBytes\n" + lines + "\n", "sram-22nm.csv"));
        Assert.StartsWith("sram-22nm.csv", message);
        Assert.Contains(expected, message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_node_without_a_grid_is_refused() =>
        Assert.Contains("sram-28nm.csv", MachineFileTests.Refusal(() => SramGrid.Load(28)), StringComparison.Ordinal);
}
