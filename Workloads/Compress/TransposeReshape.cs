using NpuSim.Isa.Program;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Compress;

/// <summary>Moves a transpose past a reshape that splits or merges dimensions, and into the weights of a fully connected layer.</summary>
/// <remarks>The dimensions of y = T(x) and of z = reshape(y) fall into groups of equal products. A group whose dimensions lie side by side
/// in x too can be split or merged there, and the transpose then permutes groups. Where they do not, a first transpose brings them together:
/// a channel shuffle, which stays within the channels of channels-last layout.</remarks>
internal sealed class TransposeReshape(GraphRewriter rewriter, Action<Node> created)
{
    /// <summary>Dimensions of y and of z that hold the same elements.</summary>
    private readonly record struct Group(int FromY, int ToY, int FromZ, int ToZ);

    /// <summary>z = Outer(reshape(Inner(x), Shape)).</summary>
    private readonly record struct Split(int[] Inner, int[] Shape, int[] Outer);

    public bool TryPass(Node transpose, Node reshape)
    {
        if (reshape.Kind != OperatorKind.Reshape || rewriter.IsOutput(reshape.Output))
            return false;
        var permutation = ((TransposeAttributes)transpose.Attributes).Permutation;
        var source = transpose.Input(0);
        if (reshape.Output.Quantisation is { IsPerTensor: false } || !Moves.KeepsStep(reshape))
            return false;
        var groups = Groups(reshape.Input(0).Shape, reshape.Output.Shape);
        var split = Factor(source.Shape, permutation, reshape.Output.Shape, groups);
        if (Permutation.MovesOnlyUnits(split.Inner, source.Shape))
        {
            Rewrite(source, reshape, split with { Inner = [] });
            return true;
        }

        return PermuteWeights(source, permutation, reshape, groups) || Shuffle(source, reshape, split) || LowerReshape(transpose, reshape);
    }

    private static List<Group> Groups(IReadOnlyList<int> y, IReadOnlyList<int> z)
    {
        var groups = new List<Group>();
        for (int i = 0, j = 0; i < y.Count && j < z.Count;)
        {
            var (fromY, fromZ) = (i, j);
            long left = y[i++], right = z[j++];
            while (left != right)
            {
                if (left < right)
                    left *= y[i++];
                else
                    right *= z[j++];
            }

            groups.Add(new Group(fromY, i, fromZ, j));
        }

        // Extents of 1 that are left over on either side belong to the last group.
        if (groups.Count > 0)
            groups[^1] = groups[^1] with { ToY = y.Count, ToZ = z.Count };
        return groups;
    }

    private static Split Factor(IReadOnlyList<int> x, IReadOnlyList<int> permutation, IReadOnlyList<int> z, List<Group> groups)
    {
        Group[] sorted = [.. groups.OrderBy(Position)];
        int[] inner = [.. sorted.SelectMany(group => Enumerable.Range(group.FromY, group.ToY - group.FromY)).Select(y => permutation[y])];
        int[] zOrder = [.. sorted.SelectMany(group => Enumerable.Range(group.FromZ, group.ToZ - group.FromZ))];
        int[] shape = [.. zOrder.Select(dimension => z[dimension])];
        return new Split(inner, shape, Permutation.Inverse(zOrder));

        int Position(Group group)
        {
            var dimensions = Enumerable.Range(group.FromY, group.ToY - group.FromY).Select(y => permutation[y]).ToList();
            var moving = dimensions.Where(dimension => x[dimension] > 1).ToList();
            return (moving.Count > 0 ? moving : dimensions).Min();
        }
    }

    /// <summary>Rewrites the reshape's own node so that it reads x, and adds what must come before and after.</summary>
    private void Rewrite(Tensor source, Node reshape, Split split)
    {
        if (split.Inner.Length > 0)
        {
            var gathered = rewriter.Derive(reshape.Output, "/shuffled", source.Type, Permutation.Apply(split.Inner, source.Shape));
            gathered.Quantisation = source.Quantisation;
            rewriter.Add(reshape.Name + "/shuffle", new TransposeAttributes(split.Inner), source, gathered);
            source = gathered;
        }

        var result = reshape.Output;
        rewriter.SetInput(reshape, 0, source);
        if (Permutation.MovesOnlyUnits(split.Outer, split.Shape))
            return;
        var inner = rewriter.Derive(result, "/nhwc", result.Type, split.Shape);
        inner.Quantisation = result.Quantisation;
        rewriter.SetOutput(reshape, inner);
        created(rewriter.Add(reshape.Name + "/transpose", new TransposeAttributes(split.Outer), inner, result));
    }

    /// <summary>A channel shuffle: worth a transpose of its own where the other half goes on down.</summary>
    private bool Shuffle(Tensor source, Node reshape, Split split)
    {
        if (!Permutation.IsChannelsFirst(split.Outer))
            return false;
        var back = Permutation.Inverse(split.Outer);
        foreach (var reader in rewriter.Readers(reshape.Output))
            if (!TransposeSinking.LetsPass(reader) && !(reader.Attributes is TransposeAttributes next && Permutation.Same(next.Permutation, back)))
                return false;
        Rewrite(source, reshape, split);
        return true;
    }

    /// <summary>Where only fully connected layers read the flattened tensor, their weights take the permutation.</summary>
    private bool PermuteWeights(Tensor source, IReadOnlyList<int> permutation, Node reshape, List<Group> groups)
    {
        var flat = reshape.Output;
        var readers = rewriter.Readers(flat);
        if (readers.Count == 0 || groups.Count == 0 || groups[^1].FromZ != flat.Shape.Count - 1 || flat.Shape.Count < 2)
            return false;
        var group = groups[^1];
        var dimensions = permutation.Skip(group.FromY).ToArray();
        // Everything before the group must already be in place.
        if (!permutation.Take(group.FromY).SequenceEqual(Enumerable.Range(0, group.FromY)))
            return false;
        if (!readers.All(reader => reader.Kind == OperatorKind.FullyConnected && ReferenceEquals(reader.Inputs[0], flat)
                && WeightConstant(reader.Input(1)) is { Quantisation: null or { Axis: 0 } or { IsPerTensor: true } }))
            return false;

        int[] extents = [.. dimensions.Select(dimension => source.Shape[dimension])];
        int[] order = [.. dimensions.Order().Select(dimension => 1 + Array.IndexOf(dimensions, dimension))];
        foreach (var reader in readers)
            PermuteWeight(reader, extents, order);
        rewriter.SetInput(reshape, 0, source);
        return true;
    }

    private Tensor? WeightConstant(Tensor weight) =>
        weight.IsConstant ? weight
            : rewriter.Producer(weight, OperatorKind.Dequantise) is { } dequantise && dequantise.Input(0).IsConstant ? dequantise.Input(0)
            : null;

    private void PermuteWeight(Node layer, int[] extents, int[] order)
    {
        var weight = layer.Input(1);
        var constant = WeightConstant(weight)!;
        int[] shape = [constant.Shape[0], .. extents];
        var permuted = rewriter.Derive(constant, "/nhwc", constant.Type, constant.Shape);
        permuted.Quantisation = constant.Quantisation;
        permuted.Data = Constants.Permute(constant.Data, constant.Type.SizeBytes(), shape, [0, .. order]);
        if (weight.IsConstant)
        {
            rewriter.SetInput(layer, 1, permuted);
            return;
        }

        var dequantised = rewriter.Derive(weight, "/nhwc", weight.Type, weight.Shape);
        rewriter.Add(layer.Name + "/weights", new DequantiseAttributes(), permuted, dequantised);
        rewriter.SetInput(layer, 1, dequantised);
    }

    /// <summary>Swaps the reshape with element-wise readers, so that the transpose can pass those and meet what comes after.</summary>
    private bool LowerReshape(Node transpose, Node reshape)
    {
        var moved = false;
        foreach (var reader in rewriter.Readers(reshape.Output))
        {
            if (!TransposeSinking.IsElementWise(reader) || reader.Output.Quantisation is { IsPerTensor: false })
                continue;
            var result = reader.Output;
            var inner = rewriter.Derive(result, "/unflattened", result.Type, transpose.Output.Shape);
            inner.Quantisation = result.Quantisation;
            rewriter.SetInput(reader, 0, transpose.Output);
            rewriter.SetOutput(reader, inner);
            rewriter.Add(reader.Name + "/reshape", new ReshapeAttributes(), inner, result);
            moved = true;
        }

        if (moved)
            created(transpose);
        if (rewriter.Readers(reshape.Output).Count == 0)
            rewriter.Remove(reshape);
        return moved;
    }
}
