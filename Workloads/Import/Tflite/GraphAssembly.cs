using NpuSim.Isa.Program;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Import.Tflite;

/// <summary>The graph while it grows: which stored tensor became which tensor, what has been computed, which names are taken.</summary>
internal sealed class GraphAssembly(TfliteFile file, string name)
{
    /// <summary>Constants may grow from float16 and int4 and be shared by tensors; more than this is a forged file.</summary>
    private const int ConstantsPerByte = 16;

    private readonly Tensor?[] _tensors = new Tensor?[file.Tensors.Count];
    private readonly HashSet<Tensor> _computed = [];
    private readonly Dictionary<(Tensor Original, string Layout), Tensor> _derived = [];
    private readonly Dictionary<int, Tensor> _unsigned = [];
    private readonly HashSet<Tensor> _usedOnce = [];
    private readonly int[] _uses = Uses(file);
    private readonly Dictionary<int, string> _outerNames = [];
    private readonly HashSet<int> _border = [.. file.Inputs, .. file.Outputs];
    private readonly NodeNames _tensorNames = new();
    private long _constantBytes;

    public Graph Graph { get; } = new(name);

    public TfliteFile File => file;

    public NodeNames NodeNames { get; } = new();

    /// <summary>Declares the graph's inputs. A quantised uint8 one keeps its type at the border, and a node makes it int8.</summary>
    public void BeginInputs()
    {
        foreach (var index in file.Inputs)
        {
            var outer = Border(index);
            if (outer.IsConstant) throw new ModelException($"{file.File}: input {outer.Name} is a constant");
            if (!_computed.Add(outer)) throw new ModelException($"{file.File}: input {outer.Name} is listed twice");
            Graph.Inputs.Add(outer);
            if (outer != Value(index)) Emit(NodeNames.Unique($"{outer.Name}/int8"), new RequantiseAttributes(), [outer], [Value(index)]);
        }
    }

    /// <summary>Declares the graph's outputs, and drops the nodes that none of them needs.</summary>
    public void EndOutputs()
    {
        var needed = new HashSet<Tensor>();
        foreach (var index in file.Outputs)
        {
            var (outer, inner) = (Border(index), Value(index));
            RequireComputed(inner, "the graph's outputs");
            if (!needed.Add(outer)) throw new ModelException($"{file.File}: output {outer.Name} is listed twice");
            Graph.Outputs.Add(outer);
            if (!_computed.Contains(outer) && !outer.IsConstant)
                Emit(NodeNames.Unique($"{outer.Name}/uint8"), new RequantiseAttributes(), [inner], [outer]);
        }
        var idle = new HashSet<Node>();
        foreach (var node in Enumerable.Reverse(Graph.Nodes))
        {
            if (node.Outputs.Any(needed.Contains)) needed.UnionWith(node.Inputs.OfType<Tensor>());
            else idle.Add(node);
        }
        Graph.Nodes.RemoveAll(idle.Contains);
    }

    /// <summary>The tensor that operators see for a stored one: always int8 where quantised.</summary>
    public Tensor Value(int index) => _tensors[index] ??= ReadValue(index);

    public void Emit(string nodeName, OperatorAttributes attributes, IReadOnlyList<Tensor?> inputs, IReadOnlyList<Tensor> outputs)
    {
        foreach (var input in inputs)
        {
            if (input is not null) RequireComputed(input, nodeName);
        }
        foreach (var output in outputs)
        {
            if (output.IsConstant || !_computed.Add(output))
                throw new ModelException($"{file.File}: {nodeName}: tensor {output.Name} is written a second time");
        }
        var node = new Node(nodeName, attributes, inputs, outputs);
        if (!IntegerFolding.TryFold(node)) Graph.Nodes.Add(node);
    }

    /// <summary>A value between the nodes that one stored operator becomes.</summary>
    public Tensor Between(string tensorName, ElementType type, IReadOnlyList<int> shape, Quantisation? quantisation) =>
        new(_tensorNames.Unique(tensorName), type, shape) { Quantisation = quantisation };

    /// <summary>A constant in another layout or type, made once however many operators share it. It inherits the name where nothing else
    /// uses the original.</summary>
    public Tensor Derived(Tensor original, string layout, Func<Tensor, string, Tensor> make)
    {
        if (_derived.TryGetValue((original, layout), out var known)) return known;
        var derivedName = _usedOnce.Remove(original) ? original.Name : _tensorNames.Unique($"{original.Name}/{layout}");
        return _derived[(original, layout)] = make(original, derivedName);
    }

    private Tensor ReadValue(int index)
    {
        var tensor = TensorReader.Read(file.Tensors[index], InnerName(index), file.File);
        _constantBytes += tensor.Data?.Length ?? 0;
        if (_constantBytes > ConstantsPerByte * file.Bytes)
            throw new ModelException($"{file.File}: tensor {tensor.Name}: the constants are many times larger than the file");
        if (_uses[index] == 1) _usedOnce.Add(tensor);
        return tensor;
    }

    private void RequireComputed(Tensor tensor, string place)
    {
        if (!tensor.IsConstant && !_computed.Contains(tensor))
            throw new ModelException($"{file.File}: {place}: tensor {tensor.Name} is read before anything computes it");
    }

    /// <summary>The tensor at the graph's border: as stored, so uint8 stays uint8.</summary>
    private Tensor Border(int index)
    {
        var inner = Value(index);
        if (!IsUnsigned(index)) return inner;
        if (_unsigned.TryGetValue(index, out var known)) return known;
        var quantisation = inner.Quantisation!;
        return _unsigned[index] = new Tensor(OuterName(index), ElementType.UInt8, inner.Shape)
        {
            Quantisation = Quantisation.PerTensor(quantisation.Scale, quantisation.Zero + TensorReader.UnsignedOffset),
        };
    }

    private static int[] Uses(TfliteFile file)
    {
        var uses = new int[file.Tensors.Count];
        var read = file.Operators.SelectMany(stored => stored.Inputs).Concat(file.Outputs);
        foreach (var index in read.Where(index => index >= 0)) uses[index]++;
        return uses;
    }

    private bool IsUnsigned(int index) =>
        file.Tensors[index] is { Type: TfliteType.UInt8, Scales.Count: > 0, Data.IsEmpty: true };

    private string OuterName(int index)
    {
        if (_outerNames.TryGetValue(index, out var known)) return known;
        return _outerNames[index] = _tensorNames.Unique(file.Tensors[index].Name is { Length: > 0 } stored ? stored : $"tensor{index}");
    }

    private string InnerName(int index)
    {
        var outer = OuterName(index);
        return IsUnsigned(index) && _border.Contains(index) ? _tensorNames.Unique($"{outer}/int8") : outer;
    }
}
