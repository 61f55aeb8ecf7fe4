using System.Globalization;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Import.Onnx.Folding;
using NpuSim.Workloads.Import.Onnx.Proto;

namespace NpuSim.Workloads.Import.Onnx;

/// <summary>One run of the importer: the model's inputs, constants, nodes in their order, outputs.</summary>
internal sealed class ModelImport
{
    public const long OldestOpset = 7;
    public const long NewestOpset = 21;

    /// <summary>Key of the model's metadata that names the integer arithmetic it was exported with.</summary>
    public const string ArithmeticKey = "npusim.arithmetic";

    private readonly GraphProto _proto;
    private readonly OnnxSource _source;
    private readonly GraphBuilder _graph;
    private readonly ModelInputs _inputs;
    private readonly Dictionary<string, long> _opsets = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _laterProducers = new(StringComparer.Ordinal);

    public ModelImport(ModelProto model, OnnxSource source, IReadOnlyDictionary<string, int> dimensions)
    {
        _source = source;
        _proto = model.Graph ?? throw source.Refuse("model", "no graph", "one");
        _graph = new GraphBuilder(new Graph(GraphName(source.Name)) { Arithmetic = ArithmeticOf(model) }, source);
        _inputs = new ModelInputs(_proto, _graph, dimensions);
        ReadOpsets(model);
    }

    public Graph Run()
    {
        if (_proto.SparseInitializer.Count > 0)
            throw _source.Refuse("model", "sparse constants", "dense ones");
        ReserveNames();
        ReadConstants();
        _inputs.Define();
        foreach (var node in Nodes())
            Import(node);
        ModelOutputs.Define(_proto, _graph);
        Verify();
        return _graph.Graph;
    }

    /// <summary>The graph's own rules are stricter than the format's in places, such as the padding of pools.</summary>
    private void Verify()
    {
        try
        {
            GraphVerifier.Verify(_graph.Graph);
        }
        catch (ModelException e)
        {
            throw new ModelException($"{Shown.Of(_source.Name)}: {e.Message}", e);
        }
    }

    private static string GraphName(string file)
    {
        var name = Path.GetFileNameWithoutExtension(file);
        return name.Length > 0 ? name : "model";
    }

    private Arithmetic ArithmeticOf(ModelProto model)
    {
        var named = model.MetadataProps.FirstOrDefault(entry => entry.Key == ArithmeticKey)?.Value;
        if (named is null)
            return Arithmetic.Float;
        return Enum.GetValues<Arithmetic>().Cast<Arithmetic?>().FirstOrDefault(arithmetic => arithmetic.ToString() == named)
            ?? throw _source.Refuse("model", $"{ArithmeticKey} {Shown.Of(named)}", string.Join(", ", Enum.GetNames<Arithmetic>()));
    }

    private void ReadOpsets(ModelProto model)
    {
        foreach (var opset in model.OpsetImport)
        {
            var domain = OperatorTable.IsStandard(opset.Domain) ? "" : opset.Domain;
            if (!_opsets.TryAdd(domain, opset.Version))
                throw _source.Refuse("model", $"two versions of operator set {Shown.Of(opset.Domain)}", "one");
        }

        var standard = _opsets.GetValueOrDefault("", -1);
        if (standard is < OldestOpset or > NewestOpset)
            throw _source.Refuse("model", standard < 0 ? "no version of ONNX's own operator set"
                : FormattableString.Invariant($"opset {standard}"),
                FormattableString.Invariant($"opset {OldestOpset} to {NewestOpset}"));
    }

    /// <summary>Names of the file's values belong to them; each may be made once only.</summary>
    private void ReserveNames()
    {
        foreach (var name in _inputs.Names.Concat(_proto.Initializer.Select(constant => constant.Name)).Distinct())
            _graph.Reserve(name);
        for (var i = 0; i < _proto.Node.Count; i++)
            foreach (var output in _proto.Node[i].Output)
            {
                if (output.Length == 0)
                    continue;
                if (!_graph.Reserve(output))
                    throw _source.Refuse("model", $"value {Shown.Of(output)} made twice", "each value once");
                _laterProducers.Add(output, i);
            }
    }

    private void ReadConstants()
    {
        foreach (var constant in _proto.Initializer)
        {
            if (constant.Name.Length == 0)
                throw _source.Refuse("model", "a constant without a name", "a name");
            if (_graph.IsDefined(constant.Name))
                throw _source.Refuse("model", $"constant {Shown.Of(constant.Name)} twice", "each once");
            _graph.Define(constant.Name, ConstantReader.Read(constant, constant.Name, _source));
            constant.RawData = Google.Protobuf.ByteString.Empty; // large, and copied
        }
    }

    private IEnumerable<OnnxNode> Nodes()
    {
        var names = new string[_proto.Node.Count];
        for (var i = 0; i < names.Length; i++)
            names[i] = _proto.Node[i].Name.Length > 0 ? _graph.NodeName(_proto.Node[i].Name) : "";
        for (var i = 0; i < names.Length; i++)
        {
            var proto = _proto.Node[i];
            if (names[i].Length == 0)
                names[i] = _graph.NodeName(string.Create(CultureInfo.InvariantCulture, $"{proto.OpType}_{i}"));
            var domain = OperatorTable.IsStandard(proto.Domain) ? "" : proto.Domain;
            var known = _opsets.TryGetValue(domain, out var opset);
            var node = new OnnxNode(_source.Name, proto, names[i], opset);
            if (!known || !OperatorTable.HasDomain(domain))
                throw node.Refuse($"operator set {Shown.Of(proto.Domain)}", known ? "ONNX's own or com.microsoft"
                    : "one that the model imports");
            yield return node;
        }
    }

    private void Import(OnnxNode node)
    {
        var lowering = OperatorTable.Find(node.Proto.Domain, node.Operator);
        var folds = OperatorTable.IsStandard(node.Proto.Domain) && ConstantFolding.Knows(node.Operator);
        if (lowering is null && !folds)
            throw node.Refuse($"operator {Shown.Of(node.Operator)}", Expected(node.Operator));
        RequireInputs(node);
        try
        {
            if (!folds || !ConstantFolding.TryFold(node, _graph))
            {
                if (lowering is null)
                    throw node.Refuse("operands computed at run time", "constant ones");
                lowering(node, _graph);
            }
        }
        catch (OverflowException)
        {
            throw node.Refuse("numbers that are too large", "extents and attributes of 32 bits");
        }

        node.RefuseUnread();
    }

    private void RequireInputs(OnnxNode node)
    {
        foreach (var input in node.Proto.Input)
        {
            if (input.Length == 0 || _graph.IsDefined(input))
                continue;
            var reason = _laterProducers.ContainsKey(input)
                ? "made only by a later node or by itself, in a cycle or out of order"
                : "that nothing makes";
            throw node.Refuse($"input {Shown.Of(input)} {reason}", "a value made before");
        }
    }

    private static string Expected(string operatorName) => operatorName switch
    {
        "If" or "Loop" or "Scan" => "no control flow; import the model with the branch taken",
        "LSTM" or "GRU" or "RNN" => "no recurrent operator",
        "ConvInteger" or "MatMulInteger" or "DynamicQuantizeLinear" => "static quantisation (QDQ or QLinear operators)",
        "ConvTranspose" => "no transposed convolution",
        _ => "one of the supported operators", // any text of a file
    };
}
