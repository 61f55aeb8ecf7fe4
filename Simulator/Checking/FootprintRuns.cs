using NpuSim.Isa.Instructions;

namespace NpuSim.Simulator.Checking;

/// <summary>The set of bytes of a footprint in as few runs as its dimensions give: dimensions that follow on without a gap become part of the run, and
/// repetitions of the same bytes are left out. Strides are positive.</summary>
/// <param name="Start">First byte of the first run.</param>
/// <param name="Bytes">Bytes of a run.</param>
/// <param name="First">Innermost repetition.</param>
/// <param name="Second">Middle repetition.</param>
/// <param name="Third">Outermost repetition.</param>
internal readonly record struct FootprintRuns(long Start, long Bytes, FootprintDimension First, FootprintDimension Second, FootprintDimension Third)
{
    /// <summary>The runs of a footprint.</summary>
    public static FootprintRuns Of(in Footprint footprint)
    {
        long bytes = footprint.RunBytes;
        Span<FootprintDimension> dimensions = [Forward(footprint.First), Forward(footprint.Second), Forward(footprint.Third)];
        // A shorter stride inside finds what follows on.
        dimensions.Sort(static (a, b) => a.Stride.CompareTo(b.Stride));
        int kept = 0;
        foreach (var dimension in dimensions)
        {
            if (kept == 0 && dimension.Stride <= bytes)
            {
                bytes += (dimension.Count - 1) * dimension.Stride;
            }
            else
            {
                dimensions[kept++] = dimension;
            }
        }

        dimensions[kept..].Fill(FootprintDimension.None);
        return new FootprintRuns(footprint.Start, bytes, dimensions[0], dimensions[1], dimensions[2]);
    }

    private static FootprintDimension Forward(FootprintDimension dimension) =>
        dimension.Count == 1 || dimension.Stride == 0 ? FootprintDimension.None : new FootprintDimension(dimension.Count, Math.Abs(dimension.Stride));
}
