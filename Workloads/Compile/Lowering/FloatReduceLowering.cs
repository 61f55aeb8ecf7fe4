using System.Numerics;
using NpuSim.Isa.Instructions;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Compile.Lowering;

/// <summary>Sums, maxima and means of float32 rows on the vector unit.</summary>
internal static class FloatReduceLowering
{
    private const int Size = sizeof(float);

    public static LayerPlan Lower(LoweringContext context, Node node)
    {
        var (function, axes, _) = (ReduceAttributes)node.Attributes;
        var shape = node.Input(0).Shape;
        long rows = node.Output.Elements, columns = node.Input(0).Elements / rows;
        if (!axes.SequenceEqual(Enumerable.Range(shape.Count - axes.Count, axes.Count)) || columns > int.MaxValue / Size)
        {
            return new HostPlan($"folds dimensions {string.Join(',', axes)} of [{string.Join('x', shape)}]; of float32 the vector unit folds the last ones");
        }

        if (function is ReduceFunction.Minimum or ReduceFunction.Product)
        {
            return new HostPlan($"the vector unit has no reduction by {function}");
        }

        // x/n equals x·(1/n) for powers of two only.
        return function == ReduceFunction.Mean && !BitOperations.IsPow2(columns)
            ? new HostPlan($"a float32 mean of {columns} values is a division, which the vector unit has not")
            : Plan(context, node, function, rows, (uint)columns);
    }

    private static LayerPlan Plan(LoweringContext context, Node node, ReduceFunction function, long rows, uint columns)
    {
        Address source = context.Home(node.Input(0)), target = context.Home(node.Output);
        long rowBytes = (long)columns * Size;
        long perTile = UnitTiling.Choose(context, rows, rowBytes + 2 * Size, 3, SlotAllocator.Rounded(Size), out string reason);
        if (perTile == 0)
        {
            return new HostPlan(reason);
        }

        bool mean = function == ReduceFunction.Mean;
        var share = mean ? context.Constants.Add($"{node.Name}.share", BitConverter.GetBytes(1f / columns), context.Layer) : default;
        var tiles = UnitTiling.Cut(rows, perTile);
        var steps = Enumerable.Range(0, context.Cores).Select(Steps).ToList();
        return new TiledPlan(Engine.Vector, 0, mean ? Size : 0, $"{tiles.Count} tiles", steps);

        List<TileStep> Steps(int core)
        {
            var activation = context.Slots(MemorySpace.Activation);
            int slots = ConvolutionTiling.Slots(tiles.Count);
            SlotRing ringIn = activation.Ring(slots, perTile * rowBytes), ringOut = activation.Ring(slots, perTile * Size);
            var factor = activation.Take(Size);
            var steps = new List<TileStep>();
            foreach (var tile in context.Share(tiles, core))
            {
                Address x = ringIn.Next(), y = ringOut.Next();
                Action<CoreStream>? prefetch = mean && steps.Count == 0 ? stream => stream.Transfer(DmaRole.Weights, factor.Current, share, Size) : null;
                steps.Add(new PhasedStep(prefetch,
                    stream => stream.Transfer(DmaRole.Activations, x, source + tile.First * rowBytes, tile.Count * rowBytes),
                    stream => Compute(stream, function, (uint)tile.Count, columns, x, y, factor.Current),
                    stream => stream.Transfer(DmaRole.Store, target + tile.First * Size, y, tile.Count * Size)));
            }

            return steps;
        }
    }

    private static void Compute(CoreStream stream, ReduceFunction function, uint rows, uint columns, Address x, Address y, Address factor)
    {
        stream.Configure(new VectorShape(rows, columns, columns * Size, 0, Size));
        if (function == ReduceFunction.Maximum)
        {
            stream.Emit(new ReduceMax(x, y, VectorFormat.Float32, ReduceAxis.Columns));
            return;
        }

        stream.Emit(new ReduceSum(x, y, VectorFormat.Float32, ReduceAxis.Columns, 0));
        if (function == ReduceFunction.Mean)
        {
            stream.Configure(new VectorShape(1, rows, rows * Size, 0, rows * Size));
            stream.Emit(new Multiply(y, factor, y, VectorFormat.Float32, Broadcast.RowScalar));
        }
    }
}
