using NpuSim.Workloads.Graphs;
using Xunit;

namespace NpuSim.Tests.Workloads.Import.Onnx;

/// <summary>Convolutions: layout, geometry and values against a convolution written as the definition says, in NCHW.</summary>
public class ConvolutionImportTests
{
    [Theory]
    [InlineData(4, 6, 1, 3, 3, 1, 1, 1, 1)]
    [InlineData(4, 6, 2, 3, 2, 2, 1, 1, 0)]
    [InlineData(4, 8, 4, 3, 3, 1, 2, 1, 1)]
    [InlineData(3, 5, 1, 1, 1, 1, 1, 0, 0)]
    [InlineData(2, 3, 1, 2, 3, 1, 1, 0, 2)]
    public void A_convolution_gives_what_its_definition_gives(int channels, int kernels, int groups, int rows, int columns, int stride, int dilation, int top, int left)
    {
        var (height, width) = (7, 8);
        var x = Numbers.Drawn(channels * height * width, 1);
        var w = Numbers.Drawn(kernels * channels / groups * rows * columns, 2);
        var b = Numbers.Drawn(kernels, 3);
        var model = new OnnxSketch().Input("x", 1, channels, height, width)
            .Floats("w", w, kernels, channels / groups, rows, columns).Floats("b", b, kernels)
            .Node("Conv", "x w b", "y", ("group", groups), ("strides", new[] { stride, stride }), ("dilations", new[] { dilation, dilation }),
                ("pads", new[] { top, left, 1, 2 }));
        var expected = Convolve(x, w, b, (channels, height, width), (kernels, rows, columns), groups, stride, dilation, (top, left, 1, 2));
        Numbers.AssertClose(expected, model.Run(("x", x)));
    }

    [Fact]
    public void Weights_are_laid_out_channels_last()
    {
        var w = Enumerable.Range(0, 2 * 3 * 2 * 2).Select(value => (float)value).ToArray();
        var graph = new OnnxSketch().Input("x", 1, 3, 4, 4).Floats("w", w, 2, 3, 2, 2).Node("Conv", "x w", "y").Import();
        var node = Assert.Single(graph.Nodes, node => node.Kind == OperatorKind.Convolution);
        Assert.Equal([2, 2, 2, 3], node.Input(1).Shape);
        // [k, r, s, c] = 1, 0, 1, 2 was [k, c, r, s] = 1, 2, 0, 1.
        Assert.Equal(w[1 * 12 + 2 * 4 + 0 * 2 + 1], BitConverter.ToSingle(node.Input(1).Data!, 4 * (1 * 12 + 0 * 6 + 1 * 3 + 2)));
    }

    [Fact]
    public void One_group_per_channel_is_depthwise()
    {
        var graph = new OnnxSketch().Input("x", 1, 3, 4, 4).Floats("w", new float[6 * 9], 6, 1, 3, 3).Node("Conv", "x w", "y", ("group", 3)).Import();
        var node = Assert.Single(graph.Nodes, node => node.Kind == OperatorKind.DepthwiseConvolution);
        Assert.Equal([3, 3, 6], node.Input(1).Shape);
        Assert.Equal(2, ((DepthwiseAttributes)node.Attributes).Multiplier);
    }

    [Fact]
    public void Two_convolutions_in_a_row_share_the_channels_last_tensor()
    {
        var graph = new OnnxSketch().Input("x", 1, 3, 4, 4).Floats("w", new float[9], 3, 3, 1, 1)
            .Node("Conv", "x w", "a").Node("Conv", "a w", "y").Import();
        Assert.Equal(
            [OperatorKind.Transpose, OperatorKind.Convolution, OperatorKind.Convolution, OperatorKind.Transpose], graph.Nodes.Select(node => node.Kind));
        Assert.Same(graph.Nodes[1].Input(1), graph.Nodes[2].Input(1));
    }

    [Theory]
    [InlineData("SAME_UPPER", 1, 2)]
    [InlineData("SAME_LOWER", 2, 1)]
    [InlineData("VALID", 0, 0)]
    public void Automatic_padding_is_resolved(string mode, int before, int after)
    {
        var graph = new OnnxSketch().Input("x", 1, 1, 8, 8).Floats("w", new float[16], 1, 1, 4, 4).Node("Conv", "x w", "y", ("auto_pad", mode)).Import();
        var node = Assert.Single(graph.Nodes, node => node.Kind == OperatorKind.Convolution);
        Assert.Equal(new Padding(before, before, after, after), ((ConvolutionAttributes)node.Attributes).Window.Padding);
    }

    [Fact]
    public void A_signal_is_an_image_of_height_one()
    {
        var model = new OnnxSketch().Input("x", 1, 1, 5).Floats("w", [1, 10, 100], 1, 1, 3).Node("Conv", "x w", "y", ("pads", new[] { 1, 0 }));
        Assert.Equal([210, 321, 432, 543], model.Run(("x", [1, 2, 3, 4, 5])));
        Assert.Equal([1, 1, 4], model.Import().Outputs[0].Shape);
    }

    [Theory]
    [InlineData(2, "weights [6×4×3×3] in 2 groups for 4 channels")]
    [InlineData(0, "group = 0")]
    public void Groups_that_do_not_fit_are_refused(int groups, string found) => Assert.Contains(found,
        new OnnxSketch().Input("x", 1, 4, 9, 9).Floats("w", new float[6 * 4 * 9], 6, 4, 3, 3).Node("Conv", "x w", "y", ("group", groups)).Refusal(),
        StringComparison.Ordinal);

    [Fact]
    public void Weights_computed_at_run_time_are_refused() => Assert.Contains("weights computed at run time",
        new OnnxSketch().Input("x", 1, 1, 4, 4).Input("w", 1, 1, 3, 3).Node("Conv", "x w", "y").Refusal(), StringComparison.Ordinal);

    [Theory]
    [InlineData("strides", 0, 1)]
    [InlineData("dilations", 1, -1)]
    [InlineData("kernel_shape", 3, 4)]
    [InlineData("strides", 1 << 28, 1)]
    public void Geometry_out_of_range_is_refused(string attribute, int first, int second) => Assert.Contains(attribute,
        new OnnxSketch().Input("x", 1, 4, 9, 9).Floats("w", new float[6 * 4 * 9], 6, 4, 3, 3).Node("Conv", "x w", "y", (attribute, new[] { first, second })).Refusal(),
        StringComparison.Ordinal);

    [Fact]
    public void A_window_larger_than_the_image_is_refused() => Assert.Contains("a window that fits",
        new OnnxSketch().Input("x", 1, 1, 2, 2).Floats("w", new float[9], 1, 1, 3, 3).Node("Conv", "x w", "y").Refusal(), StringComparison.Ordinal);

    private static float[] Convolve(
        float[] x, float[] w, float[] b, (int C, int H, int W) image, (int K, int R, int S) kernel, int groups, int stride, int dilation,
        (int Top, int Left, int Bottom, int Right) pad)
    {
        var outHeight = (image.H + pad.Top + pad.Bottom - dilation * (kernel.R - 1) - 1) / stride + 1;
        var outWidth = (image.W + pad.Left + pad.Right - dilation * (kernel.S - 1) - 1) / stride + 1;
        var (inChannels, outChannels) = (image.C / groups, kernel.K / groups);
        var y = new float[kernel.K * outHeight * outWidth];
        for (var i = 0; i < y.Length; i++)
        {
            var (k, oy, ox) = (i / (outHeight * outWidth), i / outWidth % outHeight, i % outWidth);
            var sum = (double)b[k];
            for (var j = 0; j < inChannels * kernel.R * kernel.S; j++)
            {
                var (c, r, s) = (j / (kernel.R * kernel.S), j / kernel.S % kernel.R, j % kernel.S);
                var (iy, ix) = (oy * stride + r * dilation - pad.Top, ox * stride + s * dilation - pad.Left);
                if (iy >= 0 && iy < image.H && ix >= 0 && ix < image.W)
                    sum += (double)x[((k / outChannels * inChannels + c) * image.H + iy) * image.W + ix] * w[k * inChannels * kernel.R * kernel.S + j];
            }

            y[i] = (float)sum;
        }

        return y;
    }
}
