using NpuSim.Isa.Instructions;
using NpuSim.Isa.Machine;
using NpuSim.Isa.Timing;

namespace NpuSim.Workloads.Compile.Lowering;

/// <summary>The part of a product that one hardware layer does.</summary>
/// <param name="Rows">Output rows.</param>
/// <param name="Columns">Output columns; all of them but for a product of matrices, whose rows are independent pixels.</param>
/// <param name="OutChannels">Output channels.</param>
internal sealed record HardwareLayerTile(int Rows, int Columns, int OutChannels);

/// <summary>Cuts a product into hardware layers: one where its features fit the convolution buffer beside a group of kernels, else rows at a time as the
/// timing formula finds fast.</summary>
internal sealed class HardwareLayerTiling(MachineSpec machine, ConvolutionPipelineSpec pipeline, ConvolutionWork work)
{
    // A finer cut reads all weights, and the features that pieces share, once more; it must promise this much (assumed).
    private const double FinerCutMargin = 1.03;

    /// <summary>The coarsest cut that is about as fast as the fastest, or null where not even one output row fits.</summary>
    public HardwareLayerTile? Choose()
    {
        // A product that fits is one layer, as software programs it, though the output stage would sometimes be faster on shorter stripes.
        var whole = new HardwareLayerTile(work.OutHeight, work.OutWidth, work.OutChannels);
        if (machine.Cores == 1 && Shape(whole) is not null)
        {
            return whole;
        }

        var cuts = new List<(HardwareLayerTile Tile, double Cycles)>();
        foreach (var tile in Candidates())
        {
            if (Shape(tile) is { } shape)
            {
                cuts.Add((tile, Cycles(tile, shape)));
            }
        }

        return cuts.Count == 0 ? null : cuts.First(cut => cut.Cycles <= cuts.Min(other => other.Cycles) * FinerCutMargin).Tile;
    }

    /// <summary>The layer of a tile, banks divided; null where it does not fit. A product in one piece has its whole input. Banks that its weights do not
    /// fill are for features: those of the next layer.</summary>
    public HardwareLayerShape? Shape(HardwareLayerTile tile)
    {
        bool whole = tile.Rows == work.OutHeight && tile.Columns == work.OutWidth;
        int height = whole ? work.InHeight : work.InRows(tile.Rows), width = work.Kind == ProductKind.Matrix ? tile.Columns : work.InWidth;
        if (height > ushort.MaxValue || width > ushort.MaxValue || tile.OutChannels > ushort.MaxValue || tile.Columns > ushort.MaxValue)
        {
            return null;
        }

        var shape = new HardwareLayerShape(
            width, height, work.InChannels, tile.OutChannels, work.Window.KernelHeight, work.Window.KernelWidth, (long)tile.Rows * tile.Columns, 1, 1,
            pipeline.FetchGrain);
        int features = ConvolutionBuffer.DataBanks(pipeline, machine, shape), all = ConvolutionBuffer.Banks(pipeline, machine);
        int most = all - (pipeline.DataBanks > 0 ? pipeline.DataBanks : features);
        int weights = pipeline.WeightBanks > 0 ? pipeline.WeightBanks : Math.Min(Math.Min(byte.MaxValue, most), ConvolutionBuffer.WeightBanks(pipeline, shape));
        int data = pipeline.DataBanks > 0 ? pipeline.DataBanks : Math.Min(byte.MaxValue, all - weights);
        bool fits = features <= data && data + weights <= all && ConvolutionBuffer.LeastWeightBanks(pipeline, machine, shape) <= weights;
        return fits ? shape with { DataBanks = data, WeightBanks = weights } : null;
    }

    // Layers run one after the other on each core, and the cores side by side.
    private double Cycles(HardwareLayerTile tile, in HardwareLayerShape shape)
    {
        long layers = (long)work.Batch * Divide(work.OutHeight, tile.Rows) * Divide(work.OutWidth, tile.Columns) * Divide(work.OutChannels, tile.OutChannels);
        var walk = new PipelineWalk(machine);
        double first = walk.Next(shape, overlaps: false).Cycles;
        return layers == 1 ? first : first + ((Divide(layers, machine.Cores) - 1.0) * walk.Next(shape, overlaps: true).Cycles);
    }

    // Fewest layers first.
    private IEnumerable<HardwareLayerTile> Candidates()
    {
        var channels = machine.Cores > 1 ? TileSizes.Parts(work.OutChannels, ArrayOrder.OutputBlock) : [work.OutChannels];
        foreach (int outChannels in channels)
        {
            bool matrix = work.Kind == ProductKind.Matrix;
            foreach (int part in TileSizes.Parts(matrix ? work.OutWidth : work.OutHeight, 1))
            {
                yield return matrix ? new HardwareLayerTile(1, part, outChannels) : new HardwareLayerTile(part, work.OutWidth, outChannels);
            }
        }
    }

    private static long Divide(long a, long b) => ArrayTiming.CeilingDivide(a, b);
}
