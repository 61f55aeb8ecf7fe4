using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Import.Onnx.Operators;

/// <summary>Resize and Upsample of rows and columns.</summary>
internal static class ResizeOperators
{
    private const int LargestExtent = ushort.MaxValue;

    public static void Resize(OnnxNode node, GraphBuilder graph)
    {
        node.RequireCounts(node.Opset < 11 ? 2 : 1, node.Opset < 11 ? 2 : 4);
        node.Ignore("cubic_coeff_a", "extrapolation_value", "exclude_outside"); // of modes that are refused
        if (node.Flag("antialias", false) || node.Text("keep_aspect_ratio_policy", "stretch") != "stretch")
            throw node.Refuse("antialias or keep_aspect_ratio_policy", "plain resizing");
        var x = graph.RealInput(node, 0);
        var axes = node.LongIntegers("axes")?.Select(axis => node.Axis(axis, x.Shape.Count)).ToArray()
            ?? [.. Enumerable.Range(0, x.Shape.Count)];
        var scalesAt = node.Opset < 11 ? 1 : 2;
        if (graph.Optional(node, scalesAt) is { } scales)
        {
            if (!scales.IsConstant || scales.Type != Isa.Program.ElementType.Float32)
                throw node.Refuse("scales computed at run time", "constant float32 ones");
            Import(node, graph, x, Scaled(node, x.Shape, axes, scales.Floats()), Coordinates(node));
        }
        else
        {
            var sizes = graph.Integers(node, 3) ?? throw node.Refuse("neither scales nor sizes", "one of them");
            if (sizes.Length != axes.Length)
                throw node.Refuse($"{sizes.Length} sizes", $"{axes.Length}");
            int[] shape = [.. x.Shape];
            for (var i = 0; i < axes.Length; i++)
                shape[axes[i]] = node.ToInt(sizes[i], "size");
            Import(node, graph, x, shape, Coordinates(node));
        }
    }

    /// <summary>Upsample of opset 7 (attribute) and 9 (input).</summary>
    public static void Upsample(OnnxNode node, GraphBuilder graph)
    {
        node.RequireCounts(node.Opset < 9 ? 1 : 2, node.Opset < 9 ? 1 : 2);
        var x = graph.RealInput(node, 0);
        float[] scales = node.Opset < 9
            ? [.. node.Reals("scales") ?? throw node.Refuse("no scales", "one per dimension")]
            : graph.RealInput(node, 1) is { IsConstant: true } constant
                ? constant.Floats().ToArray()
                : throw node.Refuse("scales computed at run time", "constant ones");
        Import(node, graph, x, Scaled(node, x.Shape, [.. Enumerable.Range(0, x.Shape.Count)], scales), ResizeCoordinates.Asymmetric);
    }

    private static ResizeCoordinates Coordinates(OnnxNode node) => node.Opset < 11
        ? ResizeCoordinates.Asymmetric
        : node.Text("coordinate_transformation_mode", "half_pixel") switch
        {
            "half_pixel" or "half_pixel_symmetric" => ResizeCoordinates.HalfPixel,
            "pytorch_half_pixel" => ResizeCoordinates.PytorchHalfPixel,
            "tf_half_pixel_for_nn" => ResizeCoordinates.HalfPixelWithoutShift,
            "asymmetric" => ResizeCoordinates.Asymmetric,
            "align_corners" => ResizeCoordinates.AlignCorners,
            var other => throw node.Refuse(
                $"coordinate_transformation_mode {Shown.Of(other)}", "half_pixel, pytorch_half_pixel, asymmetric or align_corners"),
        };

    /// <summary>Shape after scaling; only scales that give whole extents, as the graph samples by in/out.</summary>
    private static int[] Scaled(OnnxNode node, IReadOnlyList<int> shape, int[] axes, ReadOnlySpan<float> scales)
    {
        if (scales.Length != axes.Length)
            throw node.Refuse($"{scales.Length} scales", $"{axes.Length}");
        int[] result = [.. shape];
        for (var i = 0; i < axes.Length; i++)
        {
            var exact = (double)shape[axes[i]] * scales[i];
            if (!(exact >= 1 && exact < 1 << 24))
                throw node.Refuse(FormattableString.Invariant($"scale {scales[i]} of extent {shape[axes[i]]}"), "an extent of at least 1");
            // A float32 scale such as 1/3 misses the whole extent by its rounding.
            var whole = Math.Round(exact);
            if (Math.Abs(exact - whole) > 1e-5 * whole)
                throw node.Refuse(FormattableString.Invariant($"scale {scales[i]} of extent {shape[axes[i]]}"), "a whole extent");
            result[axes[i]] = (int)whole;
        }

        return result;
    }

    private static void Import(OnnxNode node, GraphBuilder graph, Tensor x, int[] shape, ResizeCoordinates coordinates)
    {
        var rank = x.Shape.Count;
        var text = node.Text("mode", "nearest");
        var rounding = node.Opset < 11 ? "floor" : node.Text("nearest_mode", "round_prefer_floor");
        if (rank is not (3 or 4) || shape[0] != x.Shape[0] || shape[1] != x.Shape[1])
            throw node.Refuse($"resizing of {Shown.Of(x.Shape)} to {Shown.Of(shape)}", "other rows and columns of an image");
        if (shape.Skip(2).Any(extent => extent is < 1 or > LargestExtent))
            throw node.Refuse($"a result of {Shown.Of(shape)}", $"1 to {LargestExtent} rows and columns");
        var (height, width) = rank == 4 ? (x.Shape[2], shape[2]) : (1, 1);
        var mode = text switch
        {
            "nearest" => ResizeSampling.Nearest(node, coordinates, rounding, [(height, width), (x.Shape[^1], shape[^1])]),
            "linear" or "bilinear" => ResizeSampling.Linear(node, coordinates, [(height, width), (x.Shape[^1], shape[^1])]),
            _ => throw node.Refuse($"mode {Shown.Of(text)}", "nearest or linear"),
        };
        var image = ChannelsLast.Enter(graph, node, x);
        var result = ChannelsLast.Result(graph, node, x, [shape[0], width, shape[^1], shape[1]]);
        graph.Add(node, null, new ResizeAttributes(mode), [image], result);
        ChannelsLast.Leave(graph, node, result, rank);
    }
}
