using NpuSim.Isa.Instructions;
using NpuSim.Isa.Program;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Quantised;

namespace NpuSim.Workloads.Compile.Lowering;

/// <summary>Concatenation, slices, padding and general permutations: bytes that move by DMA and are not computed on.</summary>
internal static class MovementLowering
{
    public static LayerPlan Concatenate(LoweringContext context, Node node)
    {
        int axis = ((ConcatenateAttributes)node.Attributes).Axis;
        var output = node.Output;
        if (node.Inputs.Any(input => !SameBytes(input!, output)))
        {
            return new HostPlan("its inputs and its output have different types or scales; bytes cannot just be moved");
        }

        int size = output.Type.SizeBytes();
        var to = StridedMove.DenseStrides(output.Shape, size);
        var steps = NoSteps(context);
        long at = 0;
        foreach (var input in node.Inputs)
        {
            var move = new StridedMove(input!.Shape, to, StridedMove.DenseStrides(input.Shape, size));
            Append(steps, move.Steps(context, context.Home(output) + at * to[axis], context.Home(input), size));
            at += input.Shape[axis];
        }

        return Plan(steps, $"{node.Inputs.Count} inputs");
    }

    public static LayerPlan Slice(LoweringContext context, Node node)
    {
        var attributes = (SliceAttributes)node.Attributes;
        Tensor input = node.Input(0), output = node.Output;
        if (!SameBytes(input, output))
        {
            return new HostPlan("its input and its output have different types or scales; bytes cannot just be moved");
        }

        int size = input.Type.SizeBytes();
        var dense = StridedMove.DenseStrides(input.Shape, size);
        long start = dense.Select((stride, i) => stride * attributes.Starts[i]).Sum();
        var from = dense.Select((stride, i) => stride * attributes.Steps[i]).ToArray();
        var move = new StridedMove(output.Shape, StridedMove.DenseStrides(output.Shape, size), from);
        return Plan(move.Steps(context, context.Home(output), context.Home(input) + start, size), "");
    }

    public static LayerPlan Pad(LoweringContext context, Node node)
    {
        var attributes = (PadAttributes)node.Attributes;
        Tensor input = node.Input(0), output = node.Output;
        if (attributes.Mode != PadMode.Constant)
        {
            return new HostPlan($"{attributes.Mode} padding; DMA fills with a constant");
        }

        if (!SameBytes(input, output))
        {
            return new HostPlan("its input and its output have different types or scales; bytes cannot just be moved");
        }

        if (FillByte(output, attributes.Value) is not { } fill)
        {
            return new HostPlan(FormattableString.Invariant($"fills {output.Type} with {attributes.Value:R}; DMA fills with one byte value"));
        }

        int size = output.Type.SizeBytes();
        var to = StridedMove.DenseStrides(output.Shape, size);
        long corner = to.Select((stride, i) => stride * attributes.Before[i]).Sum();
        var target = context.Home(output);
        long bytes = output.Bytes;
        var steps = NoSteps(context);
        // Only one core moves: the copy lies inside what the fill writes.
        steps[0].Add(new PhasedStep(null, null, null, stream => stream.Fill(DmaRole.Activations, target, bytes, fill)));
        steps[0].AddRange(new StridedMove(input.Shape, to, StridedMove.DenseStrides(input.Shape, size)).Moves(target + corner, context.Home(input), size, 1));
        return Plan(steps, "");
    }

    /// <summary>A permutation by strided descriptors; its runs are as long as the dimensions that stay innermost.</summary>
    public static LayerPlan Permute(LoweringContext context, Node node)
    {
        var permutation = ((TransposeAttributes)node.Attributes).Permutation;
        Tensor input = node.Input(0), output = node.Output;
        int size = input.Type.SizeBytes();
        var dense = StridedMove.DenseStrides(input.Shape, size);
        var move = new StridedMove(output.Shape, StridedMove.DenseStrides(output.Shape, size), [.. permutation.Select(axis => dense[axis])]);
        return Plan(move.Steps(context, context.Home(output), context.Home(input), size), "strided descriptors");
    }

    /// <summary>A dense copy, of a tensor that must not share memory with its source.</summary>
    public static LayerPlan Copy(LoweringContext context, Node node)
    {
        var move = new StridedMove([(int)node.Output.Bytes], [1], [1]);
        return Plan(move.Steps(context, context.Home(node.Output), context.Home(node.Input(0)), 1), "");
    }

    /// <summary>True where the bytes of one tensor mean the same in the other.</summary>
    public static bool SameBytes(Tensor a, Tensor b) =>
        a.Type == b.Type && (a.Quantisation is null && b.Quantisation is null || QuantisedNodes.SameQuantisation(a, b));

    private static byte? FillByte(Tensor tensor, float value)
    {
        if (tensor is { Type: ElementType.Int8, Quantisation: { IsPerTensor: true } quantisation })
        {
            double quantised = Math.Round(value / quantisation.Scale, MidpointRounding.ToEven) + quantisation.Zero;
            return (byte)(sbyte)Math.Clamp(quantised, sbyte.MinValue, sbyte.MaxValue);
        }

        return value == 0 ? (byte)0 : null;
    }

    private static List<List<TileStep>> NoSteps(LoweringContext context) => [.. Enumerable.Range(0, context.Cores).Select(_ => new List<TileStep>())];

    private static void Append(List<List<TileStep>> steps, IReadOnlyList<IReadOnlyList<TileStep>> more)
    {
        for (int core = 0; core < steps.Count; core++)
        {
            steps[core].AddRange(more[core]);
        }
    }

    private static TiledPlan Plan(IReadOnlyList<IReadOnlyList<TileStep>> steps, string note) => new(Engine.Dma, 0, 0, note, steps);
}
