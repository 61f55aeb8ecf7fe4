using System.Xml.Linq;
using NpuSim.Cli.Plots;
using Xunit;

namespace NpuSim.Tests.Cli;

public sealed class ParetoPlotTests
{
    private static readonly ParetoPoint[] Points =
        [Point("a", 1, 8), Point("b", 2, 4), Point("c", 4, 2), Point("d", 8, 1), Point("e", 4, 4), Point("f", 2, 5), Point("g", 0, 1), Point("h", double.NaN, 1)];

    [Theory]
    [InlineData(false, false, "abcd")]
    [InlineData(true, true, "defa")]
    [InlineData(false, true, "a")]
    [InlineData(true, false, "d")]
    public void The_front_holds_those_that_nobody_beats(bool moreX, bool moreY, string front)
    {
        var found = Plot(moreX, moreY).Front().Select(point => point.Label).ToList();
        Assert.Equal(front, string.Concat(found));
    }

    [Fact]
    public void Points_of_the_front_have_labels_and_the_others_hints()
    {
        var svg = XElement.Parse(Plot(false, false).ToSvg()!);
        var texts = svg.Descendants().Where(item => item.Name.LocalName == "text").Select(item => item.Value).ToList();
        Assert.All("abcd", letter => Assert.Contains(letter.ToString(), texts));
        Assert.DoesNotContain("e", texts);
        Assert.Contains(svg.Descendants(), item => item.Name.LocalName == "title" && item.Value.StartsWith("e: ", StringComparison.Ordinal));
        Assert.Equal(6, svg.Descendants().Count(item => item.Name.LocalName == "circle"));
    }

    [Fact]
    public void There_is_no_picture_without_a_point() => Assert.Null(new ParetoPlot("t", new ParetoAxis("x"), new ParetoAxis("y"), [Point("g", 0, 1)]).ToSvg());

    private static ParetoPlot Plot(bool moreX, bool moreY) => new("t", new ParetoAxis("x", moreX), new ParetoAxis("y", moreY), Points);

    private static ParetoPoint Point(string label, double x, double y) => new(label, label, x, y);
}
