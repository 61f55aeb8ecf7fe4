using NpuSim.Isa.Program;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Import.Onnx.Proto;
using Dimension = NpuSim.Workloads.Import.Onnx.Proto.TensorShapeProto.Types.Dimension;

namespace NpuSim.Workloads.Import.Onnx;

/// <summary>The model's outputs under their own names, and the removal of what none of them needs.</summary>
internal static class ModelOutputs
{
    public static void Define(GraphProto proto, GraphBuilder graph)
    {
        if (proto.Output.Count == 0)
            throw graph.Source.Refuse("model", "no outputs", "at least one");
        var renamed = new Dictionary<Tensor, Tensor>();
        foreach (var output in proto.Output)
        {
            if (!graph.IsDefined(output.Name))
                throw Refuse(graph, output, "no node that makes it", "one");
            if (graph.Graph.Outputs.Any(earlier => earlier.Name == output.Name))
                throw Refuse(graph, output, "the name twice", "each output once");
            var value = graph.Value(output.Name);
            RequireShape(graph, output, value);
            graph.Graph.Outputs.Add(AtBorder(graph, output.Name, value, renamed));
        }

        RemoveUnused(graph.Graph);
        if (graph.Graph.Nodes.Count == 0)
            throw graph.Source.Refuse("model", "no operator between inputs and outputs", "at least one");
    }

    /// <summary>The tensor that leaves the graph: uint8 again where it was in the file, and named as the file's output.</summary>
    private static Tensor AtBorder(GraphBuilder graph, string name, Tensor value, Dictionary<Tensor, Tensor> renamed)
    {
        var isUnsigned = graph.IsUnsigned(value);
        var isComputed = graph.Producer(value) is not null;
        var current = renamed.GetValueOrDefault(value, value);
        if (isUnsigned)
        {
            if (current.Name == name && isComputed)
                current = Rename(graph, value, graph.TensorName($"{name}/int8"), renamed);
            var quantisation = value.Quantisation!;
            var border = new Tensor(current.Name == name ? graph.TensorName(name) : name, ElementType.UInt8, value.Shape)
            {
                Quantisation = quantisation with { Zeros = [.. quantisation.Zeros.Select(zero => zero + QuantisedKind.Shift)] },
            };
            return graph.Add(new Node(graph.NodeName($"{name}/uint8"), new RequantiseAttributes(), [current], [border]));
        }

        if (isComputed && !graph.Graph.Outputs.Contains(current))
            return current.Name == name ? current : Rename(graph, value, name, renamed);
        // Another name of an input, of a constant, or of what is an output already.
        var copyName = current.Name == name ? graph.TensorName(name) : name;
        var copy = new Tensor(copyName, value.Type, value.Shape) { Quantisation = value.Quantisation };
        return graph.Add(new Node(graph.NodeName($"{name}/output"), new ReshapeAttributes(), [current], [copy]));
    }

    /// <summary>Puts a tensor of another name in the place of one that a node computes.</summary>
    private static Tensor Rename(GraphBuilder graph, Tensor value, string name, Dictionary<Tensor, Tensor> renamed)
    {
        var current = renamed.GetValueOrDefault(value, value);
        var other = new Tensor(name, value.Type, value.Shape) { Quantisation = value.Quantisation };
        foreach (var node in graph.Graph.Nodes)
        {
            if (node.Inputs.Contains(current))
                node.Inputs = [.. node.Inputs.Select(input => input == current ? other : input)];
            if (node.Outputs.Contains(current))
                node.Outputs = [other];
        }

        renamed[value] = other;
        return other;
    }

    private static void RequireShape(GraphBuilder graph, ValueInfoProto output, Tensor value)
    {
        if (output.Type?.TensorType?.Shape?.Dim is not { } declared)
            return;
        var agrees = declared.Count == value.Shape.Count;
        for (var i = 0; agrees && i < declared.Count; i++)
            agrees = declared[i].ValueCase != Dimension.ValueOneofCase.DimValue || declared[i].DimValue == value.Shape[i]
                || declared[i].DimValue == 0;
        if (!agrees)
            throw Refuse(graph, output, $"a declared shape that is not {Shown.Of(value.Shape)}", "the shape that the operators give");
    }

    /// <summary>Removes nodes that no output depends on.</summary>
    private static void RemoveUnused(Graph graph)
    {
        var needed = graph.Outputs.ToHashSet();
        var kept = new List<Node>(graph.Nodes.Count);
        for (var i = graph.Nodes.Count - 1; i >= 0; i--)
        {
            var node = graph.Nodes[i];
            if (!node.Outputs.Any(needed.Contains))
                continue;
            foreach (var input in node.Inputs)
                if (input is not null)
                    needed.Add(input);
            kept.Add(node);
        }

        graph.Nodes.Clear();
        kept.Reverse();
        graph.Nodes.AddRange(kept);
    }

    private static ModelException Refuse(GraphBuilder graph, ValueInfoProto output, string found, string expected) =>
        graph.Source.Refuse($"output {Shown.Of(output.Name)}", found, expected);
}
