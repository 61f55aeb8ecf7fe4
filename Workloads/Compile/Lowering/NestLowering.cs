using NpuSim.Isa.Instructions;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Tilings;

namespace NpuSim.Workloads.Compile.Lowering;

/// <summary>A dense product as a nest of loops over tiles: given with the layer, or chosen for a machine whose DMA works by command rows.</summary>
internal static class NestLowering
{
    /// <summary>Follows a tiling that came with the layer.</summary>
    /// <exception cref="ModelException">It does not cover the layer or does not fit the machine.</exception>
    public static LayerPlan Follow(LoweringContext context, string weightName, ConvolutionWork work, Tiling tiling, Address input, Address output)
    {
        if (work.Kind == ProductKind.Depthwise || work.Groups > 1)
        {
            throw tiling.Fault("a layer in groups", "a convolution of one group or a matrix product");
        }

        if (work.Parameters is null)
        {
            throw tiling.Fault("a float32 layer", "an int8 one");
        }

        if (context.Machine.Core.Activation.HoldsTensors || context.Machine.Core.ConvolutionPipeline is not null)
        {
            throw tiling.Fault($"machine '{context.Machine.Name}'", "one whose compiler cuts layers into tiles that DMA loads");
        }

        var order = tiling.IsTile && work.Kind == ProductKind.Matrix ? LibraryOrder(tiling) : tiling;
        var nest = new TileNest(work, order, context.Machine.Core.Array.Columns);
        var buffers = new NestBuffers(work, nest, context.Machine.Core);
        if (buffers.Missing is var (found, expected))
        {
            throw tiling.Fault(found, expected);
        }

        return new NestEmitter(context, weightName, work, nest, buffers, input, output).Plan(SearchCycles(context, work, tiling));
    }

    /// <summary>Tries a tile that the compiler has chosen.</summary>
    /// <returns>The plan, or null where it does not fit in this form.</returns>
    public static LayerPlan? TryPlan(LoweringContext context, string weightName, ConvolutionWork work, ConvolutionTile tile, Address input, Address output)
    {
        if (work.Kind == ProductKind.Depthwise || work.Groups > 1 || work.Parameters is null)
        {
            return null;
        }

        TileDimension[] planes = [TileDimension.N, TileDimension.Q, TileDimension.P];
        TileDimension[] order = tile.InputOuter ? [.. planes, TileDimension.K, TileDimension.C] : [TileDimension.K, .. planes, TileDimension.C];
        var tiling = Tiling.Of(
            [
                (TileDimension.P, tile.Columns), (TileDimension.Q, tile.Rows), (TileDimension.K, tile.OutChannels), (TileDimension.C, tile.Channels),
                (TileDimension.R, work.Window.KernelWidth), (TileDimension.S, work.Window.KernelHeight),
            ],
            order);
        var nest = new TileNest(work, tiling, ArrayOrder.OutputBlock);
        var buffers = new NestBuffers(work, nest, context.Machine.Core);
        return buffers.Missing is null ? new NestEmitter(context, weightName, work, nest, buffers, input, output).Plan(searchCycles: 0) : null;
    }

    // Gemmini's library runs a matrix product's loops over rows, columns, depth (tiled_matmul_outer).
    private static Tiling LibraryOrder(Tiling tiling) => tiling.WithOrder([TileDimension.P, TileDimension.K, TileDimension.C]);

    private static long SearchCycles(LoweringContext context, ConvolutionWork work, Tiling tiling)
    {
        int cycles = context.Machine.Host.TileSearchCycles;
        return tiling.IsTile && cycles > 0 && work.Kind == ProductKind.Dense ? LibraryTileSearch.Candidates(context.Machine, work, tiling) * (long)cycles : 0;
    }
}
