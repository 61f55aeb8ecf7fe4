using NpuSim.Isa.Instructions;

namespace NpuSim.Workloads.Compile.Lowering;

// The tiles that are tried.
internal sealed partial class ConvolutionTiling
{
    // All channels in one pass first: of equal tiles the one with the fewest passes is taken. A float32 sum keeps
    // its order over parts of the channels only where there is one tap.
    private IEnumerable<int> ChannelChunks() =>
        work.Kind == ProductKind.Depthwise || (work.Float is not null && work.Taps > 1) ? [work.InChannels] : TileSizes.Parts(work.InChannels, ArrayOrder.InputGroup);

    private IEnumerable<int> OutChannelParts() => TileSizes.Parts(work.OutChannels, OutChannelGranule);

    // Whole rows first; a row is cut only below one row per tile.
    private IEnumerable<(int Rows, int Columns)> Planes()
    {
        // An array that walks in blocks cuts the plane itself, by a search of its own.
        bool whole = inPlace && machine.Core.Array.Blocks is not null
            && (long)work.OutHeight * work.OutWidth * ArrayOrder.OutputBlock * AccumulatorBytes * 2 <= machine.Core.Accumulator.AddressedBytes;
        foreach (int rows in whole ? [work.OutHeight] : TileSizes.Parts(work.OutHeight, 1))
        {
            yield return (rows, work.OutWidth);
        }

        // The vector unit's results have one pitch, so that they lie in place only as whole rows.
        foreach (int columns in outputInPlace ? [] : TileSizes.Parts(work.OutWidth, 1).Skip(1))
        {
            yield return (1, columns);
        }
    }
}
