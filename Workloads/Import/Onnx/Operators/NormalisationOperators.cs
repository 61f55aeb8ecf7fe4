using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Import.Onnx.Operators;

/// <summary>Normalisations and softmax.</summary>
internal static class NormalisationOperators
{
    public static void BatchNormalization(OnnxNode node, GraphBuilder graph)
    {
        node.RequireCounts(5, 5);
        node.Ignore("momentum");
        if (node.Flag("training_mode", false) || !node.Flag("spatial", true))
            throw node.Refuse("training_mode 1 or spatial 0", "statistics per channel, at inference");
        var x = graph.RealInput(node, 0);
        if (x.Shape.Count < 2)
            throw node.Refuse($"an input of shape {Shown.Of(x.Shape)}", "a channel dimension");
        var parameters = new Tensor[4];
        for (var i = 0; i < 4; i++)
        {
            parameters[i] = graph.RealInput(node, i + 1);
            if (parameters[i].Shape.Count != 1 || parameters[i].Shape[0] != x.Shape[1])
                throw node.Refuse($"input {i + 1} of shape {Shown.Of(parameters[i].Shape)}", $"[{x.Shape[1]}]");
        }

        PerChannel(node, graph, x, new BatchNormalisationAttributes(node.Real("epsilon", 1e-5f)), parameters);
    }

    public static void Lrn(OnnxNode node, GraphBuilder graph)
    {
        node.RequireCounts(1, 1);
        var x = graph.RealInput(node, 0);
        if (x.Shape.Count < 2)
            throw node.Refuse($"an input of shape {Shown.Of(x.Shape)}", "a channel dimension");
        var attributes = new LocalResponseAttributes(
            node.Integer("size", 0, 1, 1 << 16), node.Real("alpha", 0.0001f), node.Real("beta", 0.75f), node.Real("bias", 1));
        PerChannel(node, graph, x, attributes, []);
    }

    public static void LayerNormalization(OnnxNode node, GraphBuilder graph)
    {
        node.RequireCounts(2, 3);
        node.Ignore("stash_type");
        var x = graph.RealInput(node, 0);
        var axis = node.Axis(node.Integer("axis", -1), x.Shape.Count);
        var gamma = Spread(node, graph, graph.RealInput(node, 1), x, axis);
        var beta = graph.Optional(node, 2) is null ? null : Spread(node, graph, graph.RealInput(node, 2), x, axis);
        graph.Finish(node, new LayerNormalisationAttributes(axis, node.Real("epsilon", 1e-5f)), x.Shape, x, gamma, beta);
    }

    /// <summary>Normalisation over the rows and columns of each channel, then a factor and a summand per channel.</summary>
    public static void InstanceNormalization(OnnxNode node, GraphBuilder graph)
    {
        node.RequireCounts(3, 3);
        var x = graph.RealInput(node, 0);
        if (x.Shape.Count < 3)
            throw node.Refuse($"an input of shape {Shown.Of(x.Shape)}", "an image");
        int[] perChannel = [x.Shape[1], .. Enumerable.Repeat(1, x.Shape.Count - 2)];
        var scale = Channel(node, graph, 1, perChannel);
        var shift = Channel(node, graph, 2, perChannel);
        var normalise = new LayerNormalisationAttributes(2, node.Real("epsilon", 1e-5f));
        var normal = graph.Step(node, "normalised", normalise, x.Shape, x, null, null);
        var multiply = new BinaryAttributes(BinaryFunction.Multiply, ActivationBounds.None);
        var scaled = graph.Step(node, "scaled", multiply, x.Shape, normal, scale);
        graph.Finish(node, new BinaryAttributes(BinaryFunction.Add, ActivationBounds.None), x.Shape, scaled, shift);
    }

    /// <summary>Softmax and LogSoftmax. Before opset 13 the dimensions from the axis on count as one.</summary>
    public static Lowering Softmax(bool log) => (node, graph) =>
    {
        node.RequireCounts(1, 1);
        var x = graph.RealInput(node, 0);
        Softmax(node, graph, x, log, node.Opset, null);
    };

    public static void Softmax(OnnxNode node, GraphBuilder graph, Tensor x, bool log, long opset, QuantisedKind? kind)
    {
        var rank = x.Shape.Count;
        var coerces = opset < 13;
        var wanted = node.Integer("axis", coerces ? 1 : -1);
        if (rank == 0)
            throw node.Refuse("a scalar", "at least one dimension");
        // The coercing form may name the end: rows of one element.
        var axis = coerces && wanted == rank ? rank : node.Axis(wanted, rank);
        var output = graph.OutputLike(node, x, x.Shape);
        kind?.Apply(graph, output);
        if (!coerces || axis == rank - 1)
        {
            graph.Define(node.OutputName(0), graph.Add(node, null, new SoftmaxAttributes(axis, 1, log), [x], output));
            return;
        }

        int[] matrix = [(int)Shapes.Elements(x.Shape.Take(axis)), (int)Shapes.Elements(x.Shape.Skip(axis))];
        var rows = graph.Step(node, "rows", new ReshapeAttributes(), matrix, x);
        var soft = graph.NewLike(node, "matrix", output, matrix);
        graph.Add(node, null, new SoftmaxAttributes(1, 1, log), [rows], soft);
        graph.Define(node.OutputName(0), graph.Add(node, "shaped", new ReshapeAttributes(), [soft], output));
    }

    private static void PerChannel(OnnxNode node, GraphBuilder graph, Tensor x, OperatorAttributes attributes, Tensor[] parameters)
    {
        var rank = x.Shape.Count;
        if (rank is 3 or 4)
        {
            var image = ChannelsLast.Enter(graph, node, x);
            var result = ChannelsLast.Result(graph, node, x, image.Shape);
            graph.Add(node, null, attributes, [image, .. parameters], result);
            ChannelsLast.Leave(graph, node, result, rank);
        }
        else if (rank == 2)
            graph.Finish(node, attributes, x.Shape, [x, .. parameters]);
        else
            throw node.Refuse($"an input of shape {Shown.Of(x.Shape)}", "2 to 4 dimensions");
    }

    private static Tensor Channel(OnnxNode node, GraphBuilder graph, int index, int[] shape)
    {
        var value = graph.RealInput(node, index);
        if (value.Shape.Count != 1 || value.Shape[0] != shape[0])
            throw node.Refuse($"input {index} of shape {Shown.Of(value.Shape)}", $"[{shape[0]}]");
        return ConstantOperand.Of(graph, value)?.Reshaped(graph, node, $"channel{shape.Length}", shape)
            ?? graph.Step(node, $"channel{index}", new ReshapeAttributes(), shape, value);
    }

    /// <summary>Gives a factor or summand exactly the normalised dimensions.</summary>
    private static Tensor Spread(OnnxNode node, GraphBuilder graph, Tensor value, Tensor x, int axis)
    {
        int[] normal = [.. x.Shape.Skip(axis)];
        if (value.Shape.SequenceEqual(normal))
            return value;
        if (!value.IsConstant || !Shapes.BroadcastsTo(value.Shape, normal))
            throw node.Refuse($"a factor or summand of shape {Shown.Of(value.Shape)}", Shown.Of(normal));
        graph.Spend(node, value.Type, normal);
        return Constants.OfFloats(graph.TensorName($"{node.Name}/{value.Name}"), Folding.Broadcasting.Expand<float>(value, normal), normal);
    }
}
