using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Quantised;

namespace NpuSim.Workloads.Interpret;

/// <summary>Told each node's outputs as they are computed; the buffers must not be changed.</summary>
public delegate void NodeObserver(Node node, IReadOnlyList<(Tensor Tensor, byte[] Data)> outputs);

/// <summary>Executes a graph node by node, whole tensors at a time, with the kernels that the NPU is defined by.</summary>
/// <remarks>Its outputs are what a compiled program must give, bit for bit. One interpreter may run on several threads at once.</remarks>
public sealed class Interpreter
{
    private readonly Graph graph;
    private readonly PreparedNodes prepared = new();
    private readonly Dictionary<Tensor, int> uses = [];

    /// <exception cref="ModelException">The graph breaks a rule of <see cref="GraphVerifier"/>.</exception>
    public Interpreter(Graph graph)
    {
        GraphVerifier.Verify(graph);
        this.graph = graph;
        foreach (var tensor in graph.Nodes.SelectMany(node => node.Inputs).Concat(graph.Outputs))
        {
            if (tensor is { IsConstant: false })
            {
                uses[tensor] = uses.GetValueOrDefault(tensor) + 1;
            }
        }
    }

    /// <summary>Runs the graph once.</summary>
    /// <param name="inputs">Dense little-endian contents of the graph's inputs, by name.</param>
    /// <param name="observer">Told of every node's outputs; may be null.</param>
    /// <returns>Contents of the graph's outputs, by name.</returns>
    /// <exception cref="ModelException">An input is missing, unknown or of another length; or an index of a gather is out of
    /// range.</exception>
    public IReadOnlyDictionary<string, byte[]> Run(IReadOnlyDictionary<string, byte[]> inputs, NodeObserver? observer = null)
    {
        var values = Bind(inputs);
        var remaining = new Dictionary<Tensor, int>(uses);
        foreach (var node in graph.Nodes)
        {
            ReadOnlyMemory<byte>[] operands = [.. node.Inputs.Select(tensor => (ReadOnlyMemory<byte>)ContentOf(tensor, values))];
            byte[][] results = [.. node.Outputs.Select(tensor => new byte[tensor.Bytes])];
            Execute(new NodeCall(graph, node, operands, [.. results.Select(result => result.AsMemory())], prepared));
            for (var index = 0; index < results.Length; index++)
            {
                values[node.Outputs[index]] = results[index];
            }

            observer?.Invoke(node, [.. node.Outputs.Zip(results)]);
            Release(node, values, remaining);
        }

        var outputs = new Dictionary<string, byte[]>();
        foreach (var output in graph.Outputs)
        {
            outputs[output.Name] = ContentOf(output, values);
        }

        return outputs;
    }

    /// <summary>Executes one node.</summary>
    /// <param name="graph">Graph whose dialect holds.</param>
    /// <param name="node">A node that <see cref="GraphVerifier"/> accepts.</param>
    /// <param name="inputs">Dense little-endian contents, one for each input of the node, constants included; empty for an absent
    /// one.</param>
    /// <param name="outputs">Buffers to fill, one for each output.</param>
    /// <exception cref="ModelException">A buffer is not as long as its tensor.</exception>
    public static void Execute(Graph graph, Node node, IReadOnlyList<ReadOnlyMemory<byte>> inputs, IReadOnlyList<Memory<byte>> outputs) =>
        Execute(graph, node, inputs, outputs, new PreparedNodes());

    internal static void Execute(
        Graph graph, Node node, IReadOnlyList<ReadOnlyMemory<byte>> inputs, IReadOnlyList<Memory<byte>> outputs, PreparedNodes prepared)
    {
        RequireLengths(node, "inputs", node.Inputs, [.. inputs.Select(input => input.Length)]);
        RequireLengths(node, "outputs", node.Outputs, [.. outputs.Select(output => output.Length)]);
        Execute(new NodeCall(graph, node, inputs, outputs, prepared));
    }

    private static void Execute(NodeCall call)
    {
        if (QuantisedNodes.IsQuantised(call.Node))
        {
            QuantisedOperators.Execute(call);
        }
        else
        {
            FloatOperators.Execute(call);
        }
    }

    private static void RequireLengths(Node node, string what, IReadOnlyList<Tensor?> tensors, int[] lengths)
    {
        if (!tensors.Select(tensor => tensor?.Bytes ?? 0).SequenceEqual(lengths.Select(length => (long)length)))
        {
            throw new ModelException($"node {node.Name} ({node.Kind}): {what} of {string.Join(", ", lengths)} bytes, "
                + $"{string.Join(", ", tensors.Select(tensor => tensor?.Bytes ?? 0))} were expected");
        }
    }

    private Dictionary<Tensor, byte[]> Bind(IReadOnlyDictionary<string, byte[]> inputs)
    {
        var values = new Dictionary<Tensor, byte[]>();
        foreach (var tensor in graph.Inputs)
        {
            if (!inputs.TryGetValue(tensor.Name, out var data))
            {
                throw new ModelException($"input {tensor.Name} of {graph.Name} is missing; {inputs.Count} of {graph.Inputs.Count} inputs were given");
            }

            values[tensor] = data.Length == tensor.Bytes
                ? data
                : throw new ModelException($"input {tensor.Name} of {graph.Name} has {data.Length} bytes, {tensor.Bytes} were expected for {tensor}");
        }

        var unknown = inputs.Keys.Where(name => graph.Inputs.All(tensor => tensor.Name != name)).Order(StringComparer.Ordinal).FirstOrDefault();
        return unknown is null ? values : throw new ModelException($"{graph.Name} has no input {unknown}");
    }

    private static byte[] ContentOf(Tensor? tensor, Dictionary<Tensor, byte[]> values) => tensor is null ? [] : tensor.Data ?? values[tensor];

    // An intermediate that no later node reads is given up, so that only what is alive is held.
    private static void Release(Node node, Dictionary<Tensor, byte[]> values, Dictionary<Tensor, int> remaining)
    {
        foreach (var tensor in node.Inputs)
        {
            if (tensor is { IsConstant: false } && --remaining[tensor] == 0)
            {
                values.Remove(tensor);
            }
        }

        foreach (var tensor in node.Outputs)
        {
            if (!remaining.ContainsKey(tensor))
            {
                values.Remove(tensor);
            }
        }
    }
}
