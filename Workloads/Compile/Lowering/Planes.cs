using NpuSim.Isa.Instructions;
using NpuSim.Isa.Timing;

namespace NpuSim.Workloads.Compile.Lowering;

/// <summary>Moves boxes of NHWC tensors to and from dense tiles.</summary>
internal static class Planes
{
    /// <summary>The part of a window's extent that exists: its first index, its count (at least 1), and how far it lies inside.</summary>
    public static (int First, int Count, int Padding) Clip(int start, int extent, int limit)
    {
        int first = Math.Clamp(start, 0, limit - 1), end = Math.Clamp(start + extent, first + 1, limit);
        return (first, end - first, first - start);
    }

    /// <summary>Loads [rows × columns × channels] of an image into a dense tile.</summary>
    public static void Load(
        CoreStream stream, Address tensor, int height, int width, int pixel, int image, int row, int rows, int column, int columns, int channel,
        int channels, Address tile) =>
        stream.Transfer(DmaRole.Activations, tile, new TransferStrides(channels, columns * channels),
            Corner(tensor, height, width, pixel, image, row, column, channel), new TransferStrides(pixel, width * pixel),
            new TransferBlock((uint)channels, (uint)columns, (uint)rows));

    /// <summary>Stores a dense tile into [rows × columns × channels] of an image.</summary>
    public static void Store(
        CoreStream stream, Address tensor, int height, int width, int pixel, int image, int row, int rows, int column, int columns, int channel,
        int channels, Address tile) =>
        stream.Transfer(DmaRole.Store, Corner(tensor, height, width, pixel, image, row, column, channel), new TransferStrides(pixel, width * pixel),
            tile, new TransferStrides(channels, columns * channels), new TransferBlock((uint)channels, (uint)columns, (uint)rows));

    /// <summary>Where the first byte of a box of an image lies.</summary>
    public static Address Corner(Address tensor, int height, int width, int pixel, int image, int row, int column, int channel) =>
        tensor + ((((long)image * height + row) * width + column) * pixel + channel);
}
