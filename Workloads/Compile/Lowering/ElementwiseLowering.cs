using NpuSim.Isa.Instructions;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Quantised;

namespace NpuSim.Workloads.Compile.Lowering;

/// <summary>Element-wise operations of two int8 or float32 operands on the vector unit.</summary>
internal static class ElementwiseLowering
{
    /// <summary>How the smaller operand meets the larger one.</summary>
    private enum Spread
    {
        Same,
        Scalar,

        /// <summary>One row for all rows.</summary>
        Row,

        /// <summary>One element for each row.</summary>
        RowScalar,
    }

    private sealed record Work(BinaryFunction Function, Tensor A, Tensor B, ElementwiseParameters Parameters, Spread Spread, long Units, int Columns)
    {
        /// <summary>Fused activation of a float32 result; an int8 one is clamped by its parameters.</summary>
        public ActivationBounds Activation { get; init; } = ActivationBounds.None;

        public int ElementBytes => Parameters.Format == VectorFormat.Float32 ? sizeof(float) : 1;
    }

    private static readonly ElementwiseParameters RealParameters = new(default, default, default, 0, 0, VectorFormat.Float32);

    public static LayerPlan Lower(LoweringContext context, Node node)
    {
        var (function, activation) = (BinaryAttributes)node.Attributes;
        if (function is BinaryFunction.Divide or BinaryFunction.Power or BinaryFunction.SquaredDifference)
        {
            return new HostPlan($"the vector unit has no {function}");
        }

        string reason = "";
        bool isFloat = FloatNodes.Run(context, node);
        var parameters = isFloat ? RealParameters : ElementwiseQuantisation.TryFor(context.Graph, node, out reason);
        if (parameters is null)
        {
            return new HostPlan(reason);
        }

        var work = Describe(node, function, parameters, out reason);
        return work is null ? new HostPlan(reason) : Plan(context, node, work with { Activation = isFloat ? activation : ActivationBounds.None });
    }

    private static Work? Describe(Node node, BinaryFunction function, ElementwiseParameters parameters, out string reason)
    {
        Tensor a = node.Input(0), b = node.Input(1);
        reason = "";
        if (a.Elements < b.Elements || !a.Shape.SequenceEqual(node.Output.Shape))
        {
            // The float32 minimum and maximum of a NaN and a number depend on their order.
            bool ordered = function == BinaryFunction.Subtract
                || (parameters.Format == VectorFormat.Float32 && function is BinaryFunction.Minimum or BinaryFunction.Maximum);
            if (ordered || !b.Shape.SequenceEqual(node.Output.Shape))
            {
                reason = $"{function} spreads its first operand [{string.Join('x', a.Shape)}] over [{string.Join('x', node.Output.Shape)}]; only the second can be";
                return null;
            }

            (a, b) = (b, a);
            parameters = parameters with { A = parameters.B, B = parameters.A };
        }

        int last = a.Shape.Count == 0 ? 1 : a.Shape[^1];
        var trimmed = b.Shape.SkipWhile(extent => extent == 1).ToArray();
        if (b.Elements == a.Elements)
        {
            return new Work(function, a, b, parameters, Spread.Same, a.Elements, 1);
        }

        if (b.Elements == 1)
        {
            return new Work(function, a, b, parameters, Spread.Scalar, a.Elements, 1);
        }

        if (a.Shape.TakeLast(trimmed.Length).SequenceEqual(trimmed))
        {
            return new Work(function, a, b, parameters, Spread.Row, a.Elements / b.Elements, (int)b.Elements);
        }

        if (b.Shape.Count == a.Shape.Count && b.Shape[^1] == 1 && b.Shape.SkipLast(1).SequenceEqual(a.Shape.SkipLast(1)))
        {
            return new Work(function, a, b, parameters, Spread.RowScalar, a.Elements / last, last);
        }

        reason = $"[{string.Join('x', b.Shape)}] is spread over [{string.Join('x', a.Shape)}]; the vector unit spreads a scalar, a trailing row, or one element per row";
        return null;
    }

    private static LayerPlan Plan(LoweringContext context, Node node, Work work)
    {
        bool resident = work.Spread is Spread.Scalar or Spread.Row;
        long bytesB = work.Spread switch
        {
            Spread.Same or Spread.RowScalar => work.ElementBytes,
            Spread.Scalar or Spread.Row => 0,
        };
        long rowBytes = (long)work.Columns * work.ElementBytes, bytesOfB = work.B.Elements * work.ElementBytes;
        Address a = context.Home(work.A), b = context.Home(work.B), output = context.Home(node.Output);
        bool inPlaceA = LoweringContext.InPlace(a), inPlaceB = LoweringContext.InPlace(b), inPlaceOut = LoweringContext.InPlace(output);
        long residentBytes = resident && !inPlaceB ? SlotAllocator.Rounded(bytesOfB) : 0;
        long streamed = (inPlaceA ? 0 : rowBytes) + (inPlaceOut ? 0 : rowBytes) + (inPlaceB ? 0 : bytesB);
        long perTile = UnitTiling.Choose(context, work.Units, streamed, 3, residentBytes, out string reason);
        if (perTile == 0)
        {
            return new HostPlan(reason);
        }

        var tiles = UnitTiling.Cut(work.Units, perTile);
        var steps = Enumerable.Range(0, context.Cores).Select(core => Steps(core)).ToList();
        return new TiledPlan(Engine.Vector, 0, 0, $"{tiles.Count} tiles", steps);

        List<TileStep> Steps(int core)
        {
            var mine = context.Share(tiles, core);
            var activation = context.Slots(MemorySpace.Activation);
            int slots = ConvolutionTiling.Slots(tiles.Count);
            var ringA = activation.Ring(slots, inPlaceA ? 0 : perTile * rowBytes);
            var ringOut = activation.Ring(slots, inPlaceOut ? 0 : perTile * rowBytes);
            var ringB = resident ? activation.Ring(1, residentBytes) : activation.Ring(slots, inPlaceB ? 0 : perTile * bytesB);
            var steps = new List<TileStep>();
            foreach (var tile in mine)
            {
                Address x = ringA.Next(), z = ringOut.Next(), y = resident ? ringB.Current : ringB.Next();
                Address fromA = a + tile.First * rowBytes, fromB = resident ? b : b + tile.First * bytesB, to = output + tile.First * rowBytes;
                (x, y, z) = (inPlaceA ? fromA : x, inPlaceB ? fromB : y, inPlaceOut ? to : z);
                bool first = steps.Count == 0;
                steps.Add(new PhasedStep(null,
                    stream =>
                    {
                        if (!inPlaceA)
                        {
                            stream.Transfer(DmaRole.Activations, x, fromA, tile.Count * rowBytes);
                        }

                        if (!inPlaceB && (!resident || first))
                        {
                            stream.Transfer(DmaRole.Activations, y, fromB, resident ? bytesOfB : tile.Count * bytesB);
                        }
                    },
                    stream => Compute(stream, work, tile.Count, x, y, z),
                    inPlaceOut ? null : stream => stream.Transfer(DmaRole.Store, to, z, tile.Count * rowBytes)));
            }

            return steps;
        }
    }

    private static void Compute(CoreStream stream, Work work, long units, Address x, Address y, Address z)
    {
        uint n = (uint)units, columns = (uint)work.Columns, size = (uint)work.ElementBytes, pitch = columns * size;
        stream.Configure(work.Spread switch
        {
            Spread.Same => new VectorShape(1, n, n * size, n * size, n * size),
            Spread.Scalar => new VectorShape(1, n, n * size, 0, n * size),
            Spread.Row => new VectorShape(n, columns, pitch, 0, pitch),
            Spread.RowScalar => new VectorShape(n, columns, pitch, size, pitch),
        });
        var p = work.Parameters;
        if (p.Format != VectorFormat.Float32)
        {
            Scales(stream, p);
        }

        var broadcast = work.Spread is Spread.Scalar or Spread.RowScalar ? Broadcast.RowScalar : Broadcast.None;
        stream.Emit(work.Function switch
        {
            BinaryFunction.Add => new Add(x, y, z, p.Format, broadcast),
            BinaryFunction.Subtract => new Subtract(x, y, z, p.Format, broadcast),
            BinaryFunction.Multiply => new Multiply(x, y, z, p.Format, broadcast),
            BinaryFunction.Minimum => new Minimum(x, y, z, p.Format, broadcast),
            BinaryFunction.Maximum => new Maximum(x, y, z, p.Format, broadcast),
            BinaryFunction.Divide or BinaryFunction.Power or BinaryFunction.SquaredDifference =>
                throw new InvalidOperationException($"{work.Function} was refused before"),
        });
        FloatNodes.Activate(stream, work.Activation, z, z);
    }

    private static void Scales(CoreStream stream, ElementwiseParameters p)
    {
        stream.Configure(new VectorScaleA((short)p.A.Zero, p.A.Multiplier, (sbyte)p.A.Shift, p.A.Scale));
        stream.Configure(new VectorScaleB((short)p.B.Zero, p.B.Multiplier, (sbyte)p.B.Shift, p.B.Scale));
        stream.Configure(new VectorScaleOut((short)p.Out.Zero, p.Out.Multiplier, (sbyte)p.Out.Shift, p.Out.Scale, (short)p.ClampMin, (short)p.ClampMax));
    }
}
