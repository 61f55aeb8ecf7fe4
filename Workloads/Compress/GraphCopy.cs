using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Compress;

/// <summary>Copies graphs, so that a pipeline leaves its input alone.</summary>
public static class GraphCopy
{
    /// <summary>New nodes and tensors; attributes, quantisation and the bytes of constants are shared (nobody writes into them).</summary>
    public static Graph Clone(Graph graph)
    {
        var tensors = new Dictionary<Tensor, Tensor>(ReferenceEqualityComparer.Instance);
        var copy = new Graph(graph.Name) { Arithmetic = graph.Arithmetic, Products = graph.Products };
        copy.Inputs.AddRange(graph.Inputs.Select(Copy));
        foreach (var node in graph.Nodes)
        {
            Tensor?[] inputs = [.. node.Inputs.Select(input => input is null ? null : Copy(input))];
            Tensor[] outputs = [.. node.Outputs.Select(Copy)];
            copy.Nodes.Add(new Node(node.Name, node.Attributes, inputs, outputs));
        }

        copy.Outputs.AddRange(graph.Outputs.Select(Copy));
        return copy;

        Tensor Copy(Tensor tensor)
        {
            if (tensors.TryGetValue(tensor, out var known))
                return known;
            var fresh = new Tensor(tensor.Name, tensor.Type, tensor.Shape) { Quantisation = tensor.Quantisation, Data = tensor.Data };
            tensors.Add(tensor, fresh);
            return fresh;
        }
    }
}
