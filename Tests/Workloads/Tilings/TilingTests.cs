using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Tilings;
using Xunit;

namespace NpuSim.Tests.Workloads.Tilings;

public sealed class TilingTests
{
    [Fact]
    public void A_tile_has_the_loops_of_the_library()
    {
        var tiling = Tiling.Parse("7_5_23_22_3_16_1");

        Assert.True(tiling.IsTile);
        Assert.Equal([7, 5, 23, 22, 3, 16, 1], Enum.GetValues<TileDimension>().Select(tiling.Extent));
        Assert.Equal("NQPKSRC", string.Concat(tiling.Order));
        Assert.Null(tiling.Count(TileDimension.K));
    }

    [Fact]
    public void A_nest_has_its_outermost_level_as_loops_and_the_others_as_tile()
    {
        var tiling = Tiling.Parse("L3[WIO] K8 Q28 - L2[WI] N1 K4X - L1[O] K2 S7 R7 Q4 P7 C3X - L0[W] P16");

        Assert.False(tiling.IsTile);
        Assert.Equal([7, 7, 112, 4, 3, 8, 1], Enum.GetValues<TileDimension>().Select(tiling.Extent));
        Assert.Equal("KQNPSRC", string.Concat(tiling.Order));
        Assert.Equal([8, 28, 1], new[] { TileDimension.K, TileDimension.Q, TileDimension.C }.Select(tiling.Count));
    }

    [Theory]
    [InlineData("4x4", "1 parts")]
    [InlineData("1_2_3_4_5_6", "6 parts")]
    [InlineData("1_2_3_4_5_6_0", "\"0\"")]
    [InlineData("1_2_3_4_5_6_-1", "\"-1\"")]
    [InlineData("1_2_3_4_5_6_99999999999999999999", "99999999999999999999")]
    [InlineData("L3[WIO] K8", "one level")]
    [InlineData("L3[WIO] K8 - K4", "level \"K4\"")]
    [InlineData("L3[WIO] M8 - L0[W] K4", "\"M8\"")]
    [InlineData("L3[WIO] k8 - L0[W] K4", "\"k8\"")]
    [InlineData("L3[WIO] 08 - L0[W] K4", "\"08\"")]
    [InlineData("L3[WIO] K - L0[W] K4", "\"K\"")]
    [InlineData("L3[WIO] K8 - L1[O] K5000 - L0[W] K5000", "25000000")]
    public void What_is_no_tiling_is_refused_with_what_was_found(string text, string found)
    {
        var refusal = Assert.Throws<ModelException>(() => Tiling.Parse(text, "layers.csv: line 2"));

        Assert.StartsWith("layers.csv: line 2: tiling", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(found, refusal.Message, StringComparison.Ordinal);
        Assert.Contains("expected", refusal.Message, StringComparison.Ordinal);
    }
}
