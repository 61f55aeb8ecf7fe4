using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Models;

/// <summary>Windows as published networks place them.</summary>
internal static class Windows
{
    /// <summary>No padding.</summary>
    public static Window Valid(int height, int width, int stride) => new(height, width, stride, stride, 1, 1, default);

    /// <summary>Equal padding on all sides, as PyTorch writes it.</summary>
    public static Window Padded(int size, int stride, int padding) =>
        new(size, size, stride, stride, 1, 1, new Padding(padding, padding, padding, padding));

    /// <summary>TensorFlow's SAME: ⌈in/stride⌉ outputs, the odd pixel of padding at the end.</summary>
    public static Window Same(Tensor x, int height, int width, int stride)
    {
        var (top, bottom) = Split(x.Shape[1], height, stride);
        var (left, right) = Split(x.Shape[2], width, stride);
        return new Window(height, width, stride, stride, 1, 1, new Padding(top, left, bottom, right));
    }

    private static (int Before, int After) Split(int extent, int kernel, int stride)
    {
        var outputs = (extent + stride - 1) / stride;
        var total = Math.Max(0, (outputs - 1) * stride + kernel - extent);
        return (total / 2, total - total / 2);
    }
}
