using NpuSim.Isa.Program;

namespace NpuSim.Workloads.Graphs;

/// <summary>Checks that a graph is one that every later step can rely on.</summary>
/// <remarks>Held: names are unique; every tensor is a constant, a graph input or the output of one earlier node; shapes are positive and
/// agree with
/// <see cref="ShapeInference"/>; operands and attributes are in range; element types fit the operator; quantisation has as many
/// positive scales as its axis needs; constants have as many bytes as their shape says.</remarks>
public static class GraphVerifier
{
    private const int MostDimensions = 16;

    /// <exception cref="ModelException">A rule is broken; the message names the node or tensor, what was found and what was
    /// expected.</exception>
    public static void Verify(Graph graph)
    {
        var known = new Dictionary<string, Tensor>();
        var available = new HashSet<Tensor>();
        foreach (var input in graph.Inputs)
        {
            RequireTensor(input, known);
            if (input.IsConstant || !available.Add(input))
            {
                throw new ModelException($"graph input {input.Name} is {(input.IsConstant ? "a constant" : "listed twice")}");
            }
        }

        foreach (var node in graph.Nodes)
        {
            Verify(node, known, available);
        }

        if (graph.Outputs.Count == 0)
        {
            throw new ModelException($"graph {graph.Name} has no outputs");
        }

        foreach (var output in graph.Outputs)
        {
            RequireTensor(output, known);
            if (!output.IsConstant && !available.Contains(output))
            {
                throw new ModelException($"graph output {output.Name} is computed by no node");
            }
        }
    }

    private static void Verify(Node node, Dictionary<string, Tensor> known, HashSet<Tensor> available)
    {
        AttributeRules.Require(node);
        foreach (var input in node.Inputs)
        {
            if (input is null)
            {
                continue;
            }

            RequireTensor(input, known);
            if (!input.IsConstant && !available.Contains(input))
            {
                throw Wrong(node, $"input {input.Name} is neither a constant, nor a graph input, nor computed by an earlier node");
            }
        }

        foreach (var output in node.Outputs)
        {
            RequireTensor(output, known);
            if (output.IsConstant || !available.Add(output))
            {
                throw Wrong(node, $"output {output.Name} is {(output.IsConstant ? "a constant" : "already computed or a graph input")}");
            }
        }

        RequireOperation(node);
    }

    /// <summary>Checks one node by itself: its operands, attributes, types and shapes.</summary>
    /// <exception cref="ModelException">A rule is broken.</exception>
    internal static void VerifyAlone(Node node)
    {
        AttributeRules.Require(node);
        var known = new Dictionary<string, Tensor>();
        foreach (var tensor in node.Inputs.Concat(node.Outputs))
        {
            if (tensor is not null)
            {
                RequireTensor(tensor, known);
            }
        }

        RequireOperation(node);
    }

    private static void RequireOperation(Node node)
    {
        TypeRules.Require(node);
        var shapes = ShapeInference.Infer(node);
        for (var index = 0; index < shapes.Count; index++)
        {
            var output = node.Outputs[index];
            if (!output.Shape.SequenceEqual(shapes[index]))
            {
                throw Wrong(node, $"output {output.Name} is {ShapeRules.Text(output.Shape)}, {ShapeRules.Text(shapes[index])} was expected");
            }
        }
    }

    private static void RequireTensor(Tensor tensor, Dictionary<string, Tensor> known)
    {
        if (known.TryGetValue(tensor.Name, out var other))
        {
            if (!ReferenceEquals(tensor, other))
            {
                throw new ModelException($"two tensors are named {tensor.Name}");
            }

            return;
        }

        known.Add(tensor.Name, tensor);
        RequireShape(tensor);
        if (tensor.Data is { } data && data.Length != tensor.Bytes)
        {
            throw new ModelException($"constant {tensor.Name} has {data.Length} bytes, {tensor.Bytes} were expected for {tensor}");
        }

        if (tensor.Quantisation is { } quantisation)
        {
            RequireQuantisation(tensor, quantisation);
        }
    }

    private static void RequireShape(Tensor tensor)
    {
        if (tensor.Shape.Count > MostDimensions)
        {
            throw new ModelException($"tensor {tensor.Name} has {tensor.Shape.Count} dimensions, at most {MostDimensions} are supported");
        }

        if (!Enum.IsDefined(tensor.Type))
        {
            throw new ModelException($"tensor {tensor.Name} has unknown element type {(int)tensor.Type}");
        }

        var bytes = (long)tensor.Type.SizeBytes();
        foreach (var extent in tensor.Shape)
        {
            if (extent < 1)
            {
                throw new ModelException($"tensor {tensor.Name} is {ShapeRules.Text(tensor.Shape)}, extents of at least 1 were expected");
            }

            bytes *= extent;
            if (bytes > Array.MaxLength)
            {
                throw new ModelException($"tensor {tensor.Name} is {ShapeRules.Text(tensor.Shape)}, at most {Array.MaxLength} bytes are supported");
            }
        }
    }

    private static void RequireQuantisation(Tensor tensor, Quantisation quantisation)
    {
        var (scales, zeros) = (quantisation.Scales.Count, quantisation.Zeros.Count);
        if (scales == 0 || scales != zeros)
        {
            throw new ModelException($"tensor {tensor.Name} has {scales} scales and {zeros} zero points");
        }

        if (scales > 1 && (quantisation.Axis < 0 || quantisation.Axis >= tensor.Shape.Count || tensor.Shape[quantisation.Axis] != scales))
        {
            throw new ModelException($"tensor {tensor.Name} has {scales} scales along dimension {quantisation.Axis} of {ShapeRules.Text(tensor.Shape)}");
        }

        foreach (var scale in quantisation.Scales)
        {
            if (!(scale > 0) || float.IsInfinity(scale))
            {
                throw new ModelException(FormattableString.Invariant($"tensor {tensor.Name} has scale {scale}, a positive number was expected"));
            }
        }

        var (least, most) = ZeroRange(tensor);
        foreach (var zero in quantisation.Zeros)
        {
            if (zero < least || zero > most)
            {
                throw new ModelException($"tensor {tensor.Name} has zero point {zero}, {least} to {most} was expected of {tensor.Type}");
            }
        }
    }

    private static (int Least, int Most) ZeroRange(Tensor tensor) => tensor.Type switch
    {
        ElementType.Int8 => (sbyte.MinValue, sbyte.MaxValue),
        ElementType.UInt8 => (byte.MinValue, byte.MaxValue),
        ElementType.Int16 => (short.MinValue, short.MaxValue),
        ElementType.Int32 => (int.MinValue, int.MaxValue),
        ElementType.Int64 or ElementType.Float32 or ElementType.Bool =>
            throw new ModelException($"tensor {tensor.Name} is {tensor.Type} and has a quantisation"),
    };

    private static ModelException Wrong(Node node, string what) => new($"node {node.Name} ({node.Kind}): {what}");
}
