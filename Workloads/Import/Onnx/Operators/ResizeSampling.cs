using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Import.Onnx.Operators;

/// <summary>How an output coordinate o of a resize becomes an input coordinate.</summary>
internal enum ResizeCoordinates : byte
{
    /// <summary>(o + ½)·in/out − ½.</summary>
    HalfPixel,

    /// <summary>As half pixel, and 0 for a result of one element.</summary>
    PytorchHalfPixel,

    /// <summary>(o + ½)·in/out, for nearest sampling.</summary>
    HalfPixelWithoutShift,

    /// <summary>o·in/out.</summary>
    Asymmetric,

    /// <summary>o·(in − 1)/(out − 1).</summary>
    AlignCorners,
}

/// <summary>Finds the graph's resize mode that samples as a node of the file does.</summary>
internal static class ResizeSampling
{
    /// <summary>The mode whose indices equal the node's, index by index, in both dimensions.</summary>
    public static ResizeMode Nearest(OnnxNode node, ResizeCoordinates coordinates, string rounding, (int In, int Out)[] extents)
    {
        if (extents.All(pair => Agrees(pair, ResizeMode.NearestFloor)))
            return ResizeMode.NearestFloor;
        return extents.All(pair => Agrees(pair, ResizeMode.NearestHalfPixel))
            ? ResizeMode.NearestHalfPixel
            : throw node.Refuse(
                $"nearest sampling by {coordinates} with {Shown.Of(rounding)}", "one equal to floor(o·in/out) or floor((o + 1/2)·in/out)");

        bool Agrees((int In, int Out) pair, ResizeMode mode)
        {
            for (var o = 0L; o < pair.Out; o++)
            {
                var own = mode == ResizeMode.NearestFloor ? o * pair.In / pair.Out : (2 * o + 1) * pair.In / (2L * pair.Out);
                if (own != Index(node, coordinates, rounding, o, pair.In, pair.Out))
                    return false;
            }

            return true;
        }
    }

    /// <summary>The bilinear mode of the same coordinates.</summary>
    public static ResizeMode Linear(OnnxNode node, ResizeCoordinates coordinates, (int In, int Out)[] extents)
    {
        var single = extents.Any(pair => pair.Out == 1 && pair.In > 1);
        return coordinates switch
        {
            ResizeCoordinates.HalfPixel => ResizeMode.BilinearHalfPixel,
            // A result of one element is the first element, as without half pixels.
            ResizeCoordinates.PytorchHalfPixel when single && extents.All(pair => pair.Out == 1 || pair.Out == pair.In) =>
                ResizeMode.BilinearAsymmetric,
            ResizeCoordinates.PytorchHalfPixel when !single => ResizeMode.BilinearHalfPixel,
            ResizeCoordinates.Asymmetric => ResizeMode.BilinearAsymmetric,
            ResizeCoordinates.AlignCorners => ResizeMode.BilinearAlignCorners,
            ResizeCoordinates.PytorchHalfPixel or ResizeCoordinates.HalfPixelWithoutShift =>
                throw node.Refuse($"linear sampling by {coordinates}", "half_pixel, asymmetric or align_corners"),
        };
    }

    /// <summary>Index that the node reads, from the coordinate as an exact fraction.</summary>
    private static long Index(OnnxNode node, ResizeCoordinates coordinates, string rounding, long o, long input, long output)
    {
        var (numerator, denominator) = coordinates switch
        {
            ResizeCoordinates.PytorchHalfPixel when output == 1 => (0L, 1L),
            ResizeCoordinates.HalfPixel or ResizeCoordinates.PytorchHalfPixel => ((2 * o + 1) * input - output, 2 * output),
            ResizeCoordinates.HalfPixelWithoutShift => ((2 * o + 1) * input, 2 * output),
            ResizeCoordinates.Asymmetric => (o * input, output),
            ResizeCoordinates.AlignCorners => output == 1 ? (0L, 1L) : (o * (input - 1), output - 1),
        };
        var floor = Floor(numerator, denominator);
        var index = rounding switch
        {
            "floor" => floor,
            "ceil" => -Floor(-numerator, denominator),
            "round_prefer_ceil" => Floor(2 * numerator + denominator, 2 * denominator),
            "round_prefer_floor" => -Floor(denominator - 2 * numerator, 2 * denominator),
            _ => throw node.Refuse($"nearest_mode {Shown.Of(rounding)}", "floor, ceil, round_prefer_floor or round_prefer_ceil"),
        };
        return Math.Clamp(index, 0, input - 1);
    }

    private static long Floor(long numerator, long denominator) =>
        numerator >= 0 ? numerator / denominator : -((denominator - 1 - numerator) / denominator);
}
