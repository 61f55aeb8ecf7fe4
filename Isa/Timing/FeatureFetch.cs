using NpuSim.Isa.Machine;

namespace NpuSim.Isa.Timing;

/// <summary>Cycles that the feature fetch needs alone, by the requests that it makes.</summary>
/// <remarks>A request takes up to a line of one surface; the fetch takes turns between the lines of SurfacesAtOnce surfaces, each pixel one atom after
/// the other. One pixel of n surfaces takes n + SurfaceStallCycles·max(0, n − 2) cycles, a line LineCycles·min(n, 2) more, n requests at least
/// n·RequestCycles and the line at least LeastLineCycles. Atoms of a feature of one pixel follow one another in memory and are fetched packed; lines of
/// one pixel follow one another too, and where the grain allows it two of them share a request.</remarks>
public static class FeatureFetch
{
    private const int FreeSurfaces = 2;

    /// <summary>Cycles of all lines.</summary>
    /// <param name="pipeline">The pipeline.</param>
    /// <param name="shape">The layer.</param>
    public static double Cycles(ConvolutionPipelineSpec pipeline, in HardwareLayerShape shape)
    {
        long surfaces = ConvolutionBuffer.Surfaces(pipeline, shape.Channels);
        double beats = (double)pipeline.AtomBytes / pipeline.BeatBytes;
        if (shape.Width == 1 && shape.Height == 1)
            return surfaces * beats;
        int shared = shape.Width == 1 ? Math.Min(shape.Grain, 2) : 1;
        double lines = (double)shape.Height / shared, width = (double)shape.Width * shared * beats;
        long groups = surfaces / pipeline.SurfacesAtOnce, rest = surfaces % pipeline.SurfacesAtOnce;
        return lines * ((groups * Line(pipeline, width, pipeline.SurfacesAtOnce)) + (rest > 0 ? Line(pipeline, width, rest) : 0));
    }

    private static double Line(ConvolutionPipelineSpec pipeline, double width, long surfaces)
    {
        double pixels = width * (surfaces + (pipeline.SurfaceStallCycles * Math.Max(0, surfaces - FreeSurfaces)));
        double line = pixels + (pipeline.LineCycles * Math.Min(surfaces, FreeSurfaces));
        return Math.Max(Math.Max(line, surfaces * pipeline.RequestCycles), pipeline.LeastLineCycles);
    }
}
