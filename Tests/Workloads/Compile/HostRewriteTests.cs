using NpuSim.Workloads.Compile;
using NpuSim.Workloads.Graphs;
using Xunit;

namespace NpuSim.Tests.Workloads.Compile;

/// <summary>What a porter is told of an operator on the host.</summary>
public sealed class HostRewriteTests
{
    [Theory]
    [InlineData("bilinear resize; the vector unit has nearest neighbour", "bilinear resize", "the vector unit has nearest neighbour")]
    [InlineData("softmax with beta 2 on float32: the vector chain has 1", "softmax with beta 2 on float32", "the vector chain has 1")]
    [InlineData("the vector unit has no logarithm", "", "the vector unit has no logarithm")]
    public void A_reason_is_what_was_found_and_the_constraint(string reason, string found, string constraint) =>
        Assert.Equal((found, constraint), HostRewrites.Split(reason));

    [Fact]
    public void Every_operator_has_a_rewrite_and_others_have_none()
    {
        Assert.All(Enum.GetNames<OperatorKind>(), name => Assert.NotEmpty(HostRewrites.Of(name)));
        Assert.Equal("", HostRewrites.Of("7"));
        Assert.Equal("", HostRewrites.Of("NoSuchOperator"));
    }
}
