using System.Runtime.InteropServices;
using NpuSim.Isa.Program;
using NpuSim.Kernels;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Interpret;

/// <summary>Resampling of planes.</summary>
internal static class ResizeOperators
{
    /// <summary>True for the modes that move elements and compute nothing.</summary>
    public static bool IsMove(ResizeMode mode) => mode switch
    {
        ResizeMode.NearestFloor or ResizeMode.NearestHalfPixel => true,
        ResizeMode.BilinearHalfPixel or ResizeMode.BilinearAlignCorners or ResizeMode.BilinearAsymmetric => false,
    };

    /// <summary>Any element type where the mode is a move, else float32.</summary>
    public static void Resize(NodeCall call)
    {
        var mode = ((ResizeAttributes)call.Node.Attributes).Mode;
        if (IsMove(mode))
        {
            Nearest(call, mode == ResizeMode.NearestHalfPixel);
        }
        else
        {
            Bilinear(call, mode);
        }
    }

    private static void Nearest(NodeCall call, bool halfPixel)
    {
        var (from, to) = (call.Shape(0), call.OutputShape);
        var pixel = from[3] * call.Node.Output.Type.SizeBytes();
        var source = MemoryMarshal.Cast<byte, sbyte>(MoveOperators.Operand(call, 0));
        var target = call.Output<sbyte>();
        for (var image = 0; image < from[0]; image++)
        {
            ResizeKernel.Nearest(from[1], from[2], to[1], to[2], pixel, source[(image * from[1] * from[2] * pixel)..], pixel,
                target[(image * to[1] * to[2] * pixel)..], pixel, halfPixel);
        }
    }

    private static void Bilinear(NodeCall call, ResizeMode mode)
    {
        var (from, to) = (call.Shape(0), call.OutputShape);
        var rows = Taps(mode, from[1], to[1]);
        var columns = Taps(mode, from[2], to[2]);
        var source = call.Input<float>(0);
        var target = call.Output<float>();
        var channels = from[3];
        var next = 0;
        for (var image = 0; image < from[0]; image++)
        {
            var plane = source.Slice(image * from[1] * from[2] * channels, from[1] * from[2] * channels);
            foreach (var row in rows)
            {
                foreach (var column in columns)
                {
                    Blend(plane, from[2], channels, row, column, target.Slice(next, channels));
                    next += channels;
                }
            }
        }
    }

    private static void Blend(ReadOnlySpan<float> plane, int width, int channels, Tap row, Tap column, Span<float> target)
    {
        for (var channel = 0; channel < channels; channel++)
        {
            var upperLeft = plane[(row.First * width + column.First) * channels + channel];
            var upperRight = plane[(row.First * width + column.Second) * channels + channel];
            var lowerLeft = plane[(row.Second * width + column.First) * channels + channel];
            var lowerRight = plane[(row.Second * width + column.Second) * channels + channel];
            var upper = upperLeft + (upperRight - upperLeft) * column.Weight;
            var lower = lowerLeft + (lowerRight - lowerLeft) * column.Weight;
            target[channel] = upper + (lower - upper) * row.Weight;
        }
    }

    private static Tap[] Taps(ResizeMode mode, int from, int to)
    {
        var taps = new Tap[to];
        for (var index = 0; index < to; index++)
        {
            var position = Math.Clamp(Position(mode, index, from, to), 0, from - 1);
            var first = (int)position;
            taps[index] = new Tap(first, Math.Min(first + 1, from - 1), position - first);
        }

        return taps;
    }

    private static float Position(ResizeMode mode, int index, int from, int to) => mode switch
    {
        ResizeMode.BilinearHalfPixel => (index + 0.5f) * ((float)from / to) - 0.5f,
        ResizeMode.BilinearAlignCorners => to == 1 ? 0 : index * ((float)(from - 1) / (to - 1)),
        ResizeMode.BilinearAsymmetric => index * ((float)from / to),
        ResizeMode.NearestFloor or ResizeMode.NearestHalfPixel => throw new ArgumentOutOfRangeException(nameof(mode), mode, "not bilinear"),
    };

    // Second · Weight + First · (1 − Weight).
    private readonly record struct Tap(int First, int Second, float Weight);
}
