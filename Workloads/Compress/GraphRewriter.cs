using NpuSim.Isa.Program;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Compress;

/// <summary>Edits a graph in place and keeps track of who writes and who reads each tensor.</summary>
/// <remarks>Nodes added during the edit may stand anywhere; <see cref="Finish"/> drops dead nodes and restores topological order.</remarks>
internal sealed class GraphRewriter
{
    private readonly Dictionary<Tensor, Node> producers = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<Tensor, List<Node>> readers = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<Node> alive = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<Tensor> outputs = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<string> names = new(StringComparer.Ordinal);

    public GraphRewriter(Graph graph)
    {
        Graph = graph;
        outputs.UnionWith(graph.Outputs);
        foreach (var tensor in graph.Inputs)
            names.Add(tensor.Name);
        foreach (var node in graph.Nodes)
            Register(node);
    }

    public Graph Graph { get; }

    /// <summary>The nodes as they stand now, in the graph's order; safe to edit while walking.</summary>
    public IReadOnlyList<Node> Snapshot() => [.. Graph.Nodes.Where(alive.Contains)];

    public bool IsAlive(Node node) => alive.Contains(node);

    public Node? Producer(Tensor tensor) => producers.GetValueOrDefault(tensor);

    /// <summary>Producer of the tensor if it is of the given operator.</summary>
    public Node? Producer(Tensor? tensor, OperatorKind kind) =>
        tensor is not null && producers.TryGetValue(tensor, out var node) && node.Kind == kind ? node : null;

    /// <summary>Nodes that read the tensor, each once.</summary>
    public IReadOnlyList<Node> Readers(Tensor tensor) => readers.TryGetValue(tensor, out var list) ? [.. list] : [];

    public bool IsOutput(Tensor tensor) => outputs.Contains(tensor);

    /// <summary>The one node that reads the tensor; null where there are more or none, or where it is an output of the graph.</summary>
    public Node? OnlyReader(Tensor tensor) =>
        !outputs.Contains(tensor) && readers.TryGetValue(tensor, out var list) && list.Count == 1 ? list[0] : null;

    /// <summary>A tensor with a name of its own, made from another's.</summary>
    public Tensor Derive(Tensor origin, string suffix, ElementType type, IReadOnlyList<int> shape)
    {
        var name = origin.Name + suffix;
        for (var count = 2; !names.Add(name); count++)
            name = FormattableString.Invariant($"{origin.Name}{suffix}_{count}");
        return new Tensor(name, type, shape);
    }

    public Node Add(string name, OperatorAttributes attributes, IReadOnlyList<Tensor?> inputs, IReadOnlyList<Tensor> results)
    {
        var node = new Node(name, attributes, inputs, results);
        Graph.Nodes.Add(node);
        Register(node);
        return node;
    }

    public Node Add(string name, OperatorAttributes attributes, Tensor input, Tensor result) => Add(name, attributes, [input], [result]);

    public void SetInputs(Node node, IReadOnlyList<Tensor?> inputs)
    {
        Unread(node);
        node.Inputs = inputs;
        Read(node);
    }

    public void SetInput(Node node, int index, Tensor? tensor)
    {
        Tensor?[] inputs = [.. node.Inputs];
        inputs[index] = tensor;
        SetInputs(node, inputs);
    }

    public void SetOutput(Node node, Tensor tensor)
    {
        producers.Remove(node.Output);
        node.Outputs = [tensor];
        producers[tensor] = node;
        names.Add(tensor.Name);
    }

    public void Remove(Node node)
    {
        Unread(node);
        foreach (var output in node.Outputs)
            if (producers.TryGetValue(output, out var producer) && ReferenceEquals(producer, node))
                producers.Remove(output);
        alive.Remove(node);
    }

    /// <summary>Makes all readers of one tensor read another instead.</summary>
    public void Redirect(Tensor from, Tensor to)
    {
        foreach (var reader in Readers(from))
            SetInputs(reader, [.. reader.Inputs.Select(input => ReferenceEquals(input, from) ? to : input)]);
    }

    /// <summary>Removes a node that does nothing: its readers read <paramref name="source"/>. An output of the graph keeps its tensor,
    /// which the source's producer then writes; false, and nothing done, where that cannot be.</summary>
    public bool Bypass(Node node, Tensor source)
    {
        if (!outputs.Contains(node.Output))
        {
            Redirect(node.Output, source);
            Remove(node);
            return true;
        }

        if (Producer(source) is not { Outputs.Count: 1 } producer || outputs.Contains(source))
            return false;
        var result = node.Output;
        Remove(node);
        Redirect(source, result);
        SetOutput(producer, result);
        return true;
    }

    /// <summary>Drops nodes whose results nobody reads, and restores topological order, keeping the old order where it may stay.</summary>
    public void Finish()
    {
        var order = new List<Node>(Graph.Nodes.Count);
        var done = new HashSet<Node>(ReferenceEqualityComparer.Instance);
        var needed = Needed();
        foreach (var node in Graph.Nodes.Where(needed.Contains))
            Emit(node, order, done);
        Graph.Nodes.Clear();
        Graph.Nodes.AddRange(order);
        foreach (var dead in alive.Where(node => !needed.Contains(node)).ToList())
            Remove(dead);
    }

    private HashSet<Node> Needed()
    {
        var needed = new HashSet<Node>(ReferenceEqualityComparer.Instance);
        var open = new Stack<Node>();
        foreach (var output in Graph.Outputs)
            Visit(output);
        while (open.TryPop(out var node))
            foreach (var input in node.Inputs)
                if (input is not null)
                    Visit(input);
        return needed;

        void Visit(Tensor tensor)
        {
            if (producers.TryGetValue(tensor, out var node) && needed.Add(node))
                open.Push(node);
        }
    }

    /// <summary>Depth-first without recursion: a node is emitted after the producers of its inputs.</summary>
    private void Emit(Node root, List<Node> order, HashSet<Node> done)
    {
        var open = new Stack<Node>([root]);
        while (open.TryPeek(out var node))
        {
            var before = open.Count;
            if (!done.Contains(node))
                foreach (var input in node.Inputs)
                    if (input is not null && producers.TryGetValue(input, out var producer) && !done.Contains(producer))
                        open.Push(producer);
            if (open.Count > before)
                continue;
            open.Pop();
            if (done.Add(node))
                order.Add(node);
        }
    }

    private void Register(Node node)
    {
        alive.Add(node);
        foreach (var output in node.Outputs)
        {
            producers[output] = node;
            names.Add(output.Name);
        }

        Read(node);
    }

    private void Read(Node node)
    {
        foreach (var input in node.Inputs)
        {
            if (input is null)
                continue;
            names.Add(input.Name);
            if (!readers.TryGetValue(input, out var list))
                readers.Add(input, list = []);
            if (!list.Contains(node))
                list.Add(node);
        }
    }

    private void Unread(Node node)
    {
        foreach (var input in node.Inputs)
            if (input is not null && readers.TryGetValue(input, out var list))
                list.Remove(node);
    }
}
