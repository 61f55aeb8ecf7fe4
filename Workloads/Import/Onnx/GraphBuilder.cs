using NpuSim.Isa.Program;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Import.Onnx;

/// <summary>The graph while it is being imported: values by their name in the file, and the nodes so far.</summary>
internal sealed class GraphBuilder(Graph graph, OnnxSource source)
{
    /// <summary>Elements that one tensor may have.</summary>
    public const long LargestElements = int.MaxValue;

    /// <summary>Bytes that all constants computed during import may have together.</summary>
    public const long LargestFolded = 2L << 30;

    private readonly Dictionary<string, Tensor> _values = new(StringComparer.Ordinal);
    private readonly Dictionary<Tensor, Node> _producers = [];
    private readonly Dictionary<string, Tensor> _rearranged = new(StringComparer.Ordinal);
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly HashSet<string> _nodeNames = new(StringComparer.Ordinal);
    private readonly HashSet<Tensor> _unsigned = [];
    private long _foldable = LargestFolded;

    public Graph Graph => graph;

    public OnnxSource Source => source;

    /// <summary>NHWC form of tensors that are NCHW in the file.</summary>
    public Dictionary<Tensor, Tensor> ChannelsLast { get; } = [];

    /// <summary>Keeps a name for the file's own value, so that no tensor in between takes it.</summary>
    public bool Reserve(string name) => _names.Add(name);

    public bool IsDefined(string name) => _values.ContainsKey(name);

    public void Define(string name, Tensor value) => _values.Add(name, value);

    public Tensor Value(string name) => _values[name];

    /// <summary>Input that must be there.</summary>
    public Tensor Input(OnnxNode node, int index) =>
        node.HasInput(index) ? _values[node.Proto.Input[index]] : throw node.Refuse($"no input {index}", "one");

    /// <summary>Input or null where it is left out or an empty constant.</summary>
    public Tensor? Optional(OnnxNode node, int index)
    {
        var value = node.HasInput(index) ? _values[node.Proto.Input[index]] : null;
        return value is { IsConstant: true, Data.Length: 0 } ? null : value;
    }

    /// <summary>Input that must be float32.</summary>
    public Tensor RealInput(OnnxNode node, int index)
    {
        var value = Input(node, index);
        return value.Type == ElementType.Float32 ? value : throw node.Refuse($"input {index} of type {value.Type}", "float32");
    }

    /// <summary>Input that must be a constant of integers; null where it is left out.</summary>
    public long[]? Integers(OnnxNode node, int index)
    {
        if (!node.HasInput(index))
            return null;
        var value = Input(node, index);
        if (!value.IsConstant)
            throw node.Refuse($"input {index} computed at run time", "a constant");
        return value.Type == ElementType.Float32 ? throw node.Refuse($"input {index} of type float32", "integers") : value.Integers();
    }

    /// <summary>Input that must be a constant of one float32; null where it is left out.</summary>
    public float? RealScalar(OnnxNode node, int index)
    {
        if (!node.HasInput(index))
            return null;
        var value = RealInput(node, index);
        if (!value.IsConstant)
            throw node.Refuse($"input {index} computed at run time", "a constant");
        return value.Elements == 1 ? value.Floats()[0] : throw node.Refuse($"input {index} of {value.Elements} elements", "one");
    }

    /// <summary>A tensor between the nodes that one node of the file becomes.</summary>
    public Tensor New(OnnxNode node, string suffix, ElementType type, IReadOnlyList<int> shape) =>
        Make(node, TensorName($"{node.Name}/{suffix}"), type, shape);

    /// <summary>As <see cref="New"/>, of the type and quantisation of another tensor.</summary>
    public Tensor NewLike(OnnxNode node, string suffix, Tensor model, IReadOnlyList<int> shape) =>
        CopyKind(New(node, suffix, model.Type, shape), model);

    /// <summary>The tensor for an output of the file's node.</summary>
    public Tensor Output(OnnxNode node, ElementType type, IReadOnlyList<int> shape, int index = 0) =>
        Make(node, node.OutputName(index), type, shape);

    /// <summary>As <see cref="Output"/>, of the type and quantisation of another tensor.</summary>
    public Tensor OutputLike(OnnxNode node, Tensor model, IReadOnlyList<int> shape, int index = 0) =>
        CopyKind(Output(node, model.Type, shape, index), model);

    /// <summary>Appends a node named as the file's, with a suffix where it is one of several, and returns its output.</summary>
    public Tensor Add(OnnxNode node, string? suffix, OperatorAttributes attributes, IReadOnlyList<Tensor?> inputs, Tensor output)
    {
        var name = suffix is null ? node.Name : NodeName($"{node.Name}/{suffix}");
        return Add(new Node(name, attributes, inputs, [output]));
    }

    public Tensor Add(Node node)
    {
        graph.Nodes.Add(node);
        _producers.Add(node.Output, node);
        return node.Output;
    }

    /// <summary>Appends a node whose output is of its first input's type and quantisation, for use within the file's node.</summary>
    public Tensor Step(OnnxNode node, string suffix, OperatorAttributes attributes, IReadOnlyList<int> shape,
        params IReadOnlyList<Tensor?> inputs) =>
        Add(node, suffix, attributes, inputs, NewLike(node, suffix, inputs[0]!, shape));

    /// <summary>Appends the node that computes the file's node's only output, of its first input's type and quantisation.</summary>
    public void Finish(OnnxNode node, OperatorAttributes attributes, IReadOnlyList<int> shape, params IReadOnlyList<Tensor?> inputs) =>
        Define(node.OutputName(0), Add(node, null, attributes, inputs, OutputLike(node, inputs[0]!, shape)));

    /// <summary>Defines the first output as a value that is there already.</summary>
    public void Alias(OnnxNode node, Tensor value) => Define(node.OutputName(0), value);

    /// <summary>Name for a node or its parts that no other has.</summary>
    public string NodeName(string wanted) => Unique(_nodeNames, wanted);

    /// <summary>Name for a tensor that no other has, counted up where it is taken.</summary>
    public string TensorName(string wanted) => Unique(_names, wanted);

    /// <summary>The node that computes a tensor, or null for inputs and constants.</summary>
    public Node? Producer(Tensor tensor) => _producers.GetValueOrDefault(tensor);

    /// <summary>Counts the bytes of a constant that is about to be computed, and refuses shapes and sizes that no sound model has.</summary>
    public void Spend(OnnxNode node, ElementType type, IReadOnlyList<int> shape)
    {
        var isShape = shape.Count <= 8 && shape.All(extent => extent >= 0);
        var bytes = isShape ? checked(shape.Aggregate(1L, (product, extent) => checked(product * extent)) * type.SizeBytes()) : 0;
        if (!isShape || bytes > ConstantReader.LargestBytes || bytes > _foldable)
            throw node.Refuse($"a constant of shape {Shown.Of(shape)}",
                $"at most {ConstantReader.LargestBytes} bytes, and {LargestFolded} in all");
        _foldable -= bytes;
    }

    /// <summary>True where the file's tensor was uint8, which the graph holds as int8.</summary>
    public bool IsUnsigned(Tensor tensor) => _unsigned.Contains(tensor);

    public void MarkUnsigned(Tensor tensor, bool unsigned)
    {
        if (unsigned)
            _unsigned.Add(tensor);
        else
            _unsigned.Remove(tensor);
    }

    /// <summary>The rearranged form of a constant, made once however many nodes use it.</summary>
    public Tensor Rearranged(string name, Func<string, Tensor> make)
    {
        if (!_rearranged.TryGetValue(name, out var value))
            _rearranged.Add(name, value = make(TensorName(name)));
        return value;
    }

    private Tensor CopyKind(Tensor tensor, Tensor model)
    {
        tensor.Quantisation = model.Quantisation;
        if (_unsigned.Contains(model))
            _unsigned.Add(tensor);
        return tensor;
    }

    private static Tensor Make(OnnxNode node, string name, ElementType type, IReadOnlyList<int> shape)
    {
        var elements = 1L;
        foreach (var extent in shape)
        {
            if (extent < 1)
                throw node.Refuse($"shape {Shown.Of(shape)}", "extents of at least 1");
            elements *= extent;
            if (elements > LargestElements)
                throw node.Refuse($"shape {Shown.Of(shape)}", $"at most {LargestElements} elements");
        }

        return new Tensor(name, type, shape);
    }

    private static string Unique(HashSet<string> taken, string wanted)
    {
        var name = wanted;
        for (var count = 2; !taken.Add(name); count++)
            name = $"{wanted}_{count}";
        return name;
    }
}
