using NpuSim.Isa.Instructions;
using NpuSim.Isa.Program;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Quantised;

namespace NpuSim.Workloads.Compile.Lowering;

/// <summary>Conversion between float32 and int8, element by element.</summary>
internal static class ConversionLowering
{
    public static LayerPlan Quantise(LoweringContext context, Node node)
    {
        if (Convertible(context, node.Input(0), node.Output) is { } reason)
        {
            return new HostPlan(reason);
        }

        var parameters = new ElementwiseParameters(default, default, RowTiles.Scales(node.Output), sbyte.MinValue, sbyte.MaxValue, VectorFormat.Int8Float);
        return RowTiles.Plan(context, node, new RowWork((stream, tile) => RowTiles.ToInt8(stream, tile, tile.In, parameters), [], false));
    }

    public static LayerPlan Dequantise(LoweringContext context, Node node)
    {
        if (Convertible(context, node.Output, node.Input(0)) is { } reason)
        {
            return new HostPlan(reason);
        }

        var parameters = new ElementwiseParameters(RowTiles.Scales(node.Input(0)), default, default, sbyte.MinValue, sbyte.MaxValue, VectorFormat.Int8Float);
        return RowTiles.Plan(context, node, new RowWork((stream, tile) => RowTiles.ToFloat(stream, tile, tile.Out, parameters), [], false));
    }

    private static string? Convertible(LoweringContext context, Tensor real, Tensor quantised) =>
        !context.Machine.Core.Vector.Float32 ? RowTiles.NoFloat
        : real.Type != ElementType.Float32 || quantised is not { Type: ElementType.Int8, Quantisation.IsPerTensor: true }
            ? $"{real.Type} and {quantised.Type}: the vector unit converts between float32 and int8 with one scale"
            : null;
}
