using System.Globalization;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Import.Onnx;

/// <summary>Reads the window of a convolution or pooling node and how far it slides.</summary>
/// <param name="Window">Geometry; ceil_mode has become padding after the image.</param>
/// <param name="OutputHeight">Rows of the result.</param>
/// <param name="OutputWidth">Columns of the result.</param>
/// <param name="Declared">Padding without what ceil_mode added.</param>
internal readonly record struct WindowReader(Window Window, int OutputHeight, int OutputWidth, Padding Declared)
{
    private const int Largest = 1 << 20;

    /// <summary>Reads the attributes kernel_shape, strides, dilations, pads, auto_pad and ceil_mode.</summary>
    /// <param name="node">Convolution or pooling node.</param>
    /// <param name="image">NHWC shape that the window slides over.</param>
    /// <param name="rank">Dimensions of the file's tensor: 3 for a signal, 4 for an image.</param>
    /// <param name="kernel">Extents of the kernel where the weights tell them; else the attribute must.</param>
    /// <param name="mayCeil">Whether the operator has ceil_mode.</param>
    public static WindowReader Read(OnnxNode node, IReadOnlyList<int> image, int rank, int[]? kernel, bool mayCeil)
    {
        var spatial = rank - 2;
        var shape = List(node, "kernel_shape", spatial, 1, null) ?? kernel ?? throw node.Refuse("no kernel_shape", $"{spatial} extents");
        if (kernel is not null && !kernel.SequenceEqual(shape))
            throw node.Refuse($"kernel_shape {Shown.Of(shape)}", $"the weights' {Shown.Of(kernel)}");
        var strides = List(node, "strides", spatial, 1, 1)!;
        var dilations = List(node, "dilations", spatial, 1, 1)!;
        var ceil = mayCeil && node.Flag("ceil_mode", false);
        var pads = List(node, "pads", 2 * spatial, 0, 0)!;
        var auto = node.Text("auto_pad", "NOTSET");
        if (auto != "NOTSET" && pads.Any(pad => pad != 0))
            throw node.Refuse($"auto_pad {Shown.Of(auto)} with pads", "one of them");
        var width = Dimension.Of(node, auto, image[2], shape[^1], strides[^1], dilations[^1], pads[spatial - 1], pads[^1], ceil);
        var height = spatial == 2
            ? Dimension.Of(node, auto, image[1], shape[0], strides[0], dilations[0], pads[0], pads[2], ceil)
            : new Dimension(1, 1, 1, 1, 0, 0, 0);
        return new WindowReader(
            new Window(height.Kernel, width.Kernel, height.Stride, width.Stride, height.Dilation, width.Dilation,
                new Padding(height.Before, width.Before, height.After + height.Extra, width.After + width.Extra)),
            height.Output, width.Output, new Padding(height.Before, width.Before, height.After, width.After));
    }

    private static int[]? List(OnnxNode node, string attribute, int count, int minimum, int? absent)
    {
        var list = node.Integers(attribute);
        if (list is null)
            return absent is { } value ? [.. Enumerable.Repeat(value, count)] : null;
        return list.Length == count && list.All(entry => entry >= minimum && entry <= Largest)
            ? list
            : throw node.Refuse(
                $"{attribute} {Shown.Of(list)}", string.Create(CultureInfo.InvariantCulture, $"{count} numbers of {minimum} to {Largest}"));
    }

    /// <summary>One dimension of the window.</summary>
    private readonly record struct Dimension(int Kernel, int Output, int Stride, int Dilation, int Before, int After, int Extra)
    {
        public static Dimension Of(
            OnnxNode node, string auto, int input, int kernel, int stride, int dilation, int before, int after, bool ceil)
        {
            var reach = (long)dilation * (kernel - 1) + 1;
            (before, after) = auto switch
            {
                "NOTSET" or "" => (before, after),
                "VALID" => (0, 0),
                "SAME_UPPER" or "SAME_LOWER" => Same(node, input, reach, stride, auto == "SAME_UPPER"),
                _ => throw node.Refuse($"auto_pad {Shown.Of(auto)}", "NOTSET, VALID, SAME_UPPER or SAME_LOWER"),
            };
            var room = (long)input + before + after - reach;
            if (room < 0)
                throw node.Refuse($"a window of extent {reach} over {input} + {before} + {after}", "a window that fits the padded image");
            var output = (int)((ceil ? room + stride - 1 : room) / stride) + 1;
            // A last window that would start behind the image is left out.
            if (ceil && (output - 1L) * stride >= (long)input + before)
                output--;
            var extra = Math.Max(0, (output - 1L) * stride + reach - input - before - after);
            return new Dimension(kernel, output, stride, dilation, before, after, (int)extra);
        }

        private static (int Before, int After) Same(OnnxNode node, int input, long reach, int stride, bool upper)
        {
            var outputs = (input + (long)stride - 1) / stride;
            var total = Math.Max(0, (outputs - 1) * stride + reach - input);
            if (total > Largest)
                throw node.Refuse($"padding of {total}", $"at most {Largest}");
            var (less, more) = ((int)(total / 2), (int)(total - total / 2));
            return upper ? (less, more) : (more, less);
        }
    }
}
