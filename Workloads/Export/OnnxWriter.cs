using System.Runtime.InteropServices;
using Google.Protobuf;
using NpuSim.Isa.Program;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Import.Onnx;
using NpuSim.Workloads.Import.Onnx.Proto;
using DataType = NpuSim.Workloads.Import.Onnx.Proto.TensorProto.Types.DataType;

namespace NpuSim.Workloads.Export;

/// <summary>The ONNX graph while it is being written: values by tensor, constants once each, nodes in order.</summary>
internal sealed class OnnxWriter
{
    private readonly GraphProto _proto;
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly HashSet<string> _nodeNames = new(StringComparer.Ordinal);
    private readonly HashSet<Tensor> _constants = [];
    private readonly Dictionary<(Tensor Tensor, string Form), string> _derived = [];

    public OnnxWriter(Graph graph)
    {
        _proto = new GraphProto { Name = graph.Name };
        _proto.Input.AddRange(graph.Inputs.Select(Described));
        _proto.Output.AddRange(graph.Outputs.Select(Described));
        var read = graph.Nodes.SelectMany(node => node.Inputs).OfType<Tensor>();
        foreach (var tensor in graph.Inputs.Concat(graph.Outputs).Concat(read).Concat(graph.Nodes.SelectMany(node => node.Outputs)))
            _names.Add(tensor.Name);
        foreach (var output in graph.Outputs)
            Stored(output);
    }

    public GraphProto Proto => _proto;

    /// <summary>True where an operator of ONNX Runtime's own was written.</summary>
    public bool UsesOnnxRuntime { get; private set; }

    public long ConstantBytes { get; private set; }

    /// <summary>Value of a tensor as the graph stores it: float32, or the integers of a quantised one.</summary>
    public string Stored(Tensor tensor)
    {
        if (tensor.IsConstant && _constants.Add(tensor))
            AddConstant(tensor.Name, tensor.Type, tensor.Shape, tensor.Data!);
        return tensor.Name;
    }

    /// <summary>Value of a tensor as float32; dequantised, once, where it is quantised.</summary>
    public string Real(Tensor tensor) => tensor.Quantisation is { } quantisation
        ? Once(tensor, "real", name => Dequantised(name, Stored(tensor), tensor.Type, quantisation))
        : Stored(tensor);

    /// <summary>Float32 value of a constant laid out anew.</summary>
    /// <param name="tensor">Constant, float32 or quantised.</param>
    /// <param name="permutation">Of its dimensions.</param>
    /// <param name="shape">After the permutation.</param>
    /// <param name="quantisation">Its quantisation after the permutation.</param>
    public string RealConstant(Tensor tensor, int[] permutation, int[] shape, Quantisation? quantisation) => Once(tensor, "onnx", name =>
    {
        AddConstant(name, tensor.Type, shape, Constants.Permuted(tensor.Data!, tensor.Type.SizeBytes(), tensor.Shape, permutation));
        return quantisation is null ? name : Dequantised(Unique($"{name}/real"), name, tensor.Type, quantisation);
    });

    /// <summary>A new constant of one number (a scalar).</summary>
    public string Float(string name, float value) => AddConstant(Unique(name), ElementType.Float32, [], BitConverter.GetBytes(value));

    public string Longs(string name, IEnumerable<long> values)
    {
        long[] array = [.. values];
        return AddConstant(Unique(name), ElementType.Int64, [array.Length], MemoryMarshal.AsBytes<long>(array).ToArray());
    }

    /// <summary>Scale and zero point of a quantised tensor as constants; a zero point of int32, which must be 0, is left out.</summary>
    public string[] Parameters(string name, ElementType type, Quantisation quantisation)
    {
        int[] shape = quantisation.IsPerTensor ? [] : [quantisation.Scales.Count];
        var scale = AddConstant(Unique($"{name}/scale"), ElementType.Float32, shape,
            MemoryMarshal.AsBytes<float>([.. quantisation.Scales]).ToArray());
        if (type == ElementType.Int32)
            return quantisation.Zeros.All(zero => zero == 0) ? [scale]
                : throw new ModelException($"{name}: an int32 tensor with a zero point other than 0");
        return [scale, AddConstant(Unique($"{name}/zero"), type, shape, [.. quantisation.Zeros.Select(zero => (byte)zero)])];
    }

    /// <summary>Appends a node.</summary>
    public string Emit(string name, string domain, string operatorName, IEnumerable<string> inputs, string output,
        IEnumerable<AttributeProto> attributes)
    {
        UsesOnnxRuntime |= domain == OperatorTable.Microsoft;
        var proto = new NodeProto { Name = Unique(_nodeNames, name), OpType = operatorName, Domain = domain };
        proto.Input.AddRange(inputs);
        proto.Output.Add(output);
        proto.Attribute.AddRange(attributes);
        _proto.Node.Add(proto);
        return output;
    }

    /// <summary>A value name that no other has.</summary>
    public string Unique(string wanted) => Unique(_names, wanted);

    /// <summary>The attribute that QuantizeLinear and DequantizeLinear have for scales along a dimension.</summary>
    public static AttributeProto[] AxisOf(Quantisation quantisation) =>
        quantisation.IsPerTensor ? [] : [Attribute.Of("axis", quantisation.Axis)];

    public static int TypeNumber(ElementType type) => (int)(type switch
    {
        ElementType.Int8 => DataType.Int8,
        ElementType.UInt8 => DataType.Uint8,
        ElementType.Int16 => DataType.Int16,
        ElementType.Int32 => DataType.Int32,
        ElementType.Int64 => DataType.Int64,
        ElementType.Float32 => DataType.Float,
        ElementType.Bool => DataType.Bool,
    });

    private static string Unique(HashSet<string> taken, string wanted)
    {
        var name = wanted;
        for (var count = 2; !taken.Add(name); count++)
            name = $"{wanted}_{count}";
        return name;
    }

    private string Once(Tensor tensor, string form, Func<string, string> make)
    {
        if (!_derived.TryGetValue((tensor, form), out var value))
            _derived.Add((tensor, form), value = make(Unique($"{tensor.Name}/{form}")));
        return value;
    }

    private string Dequantised(string name, string stored, ElementType type, Quantisation quantisation)
    {
        string[] inputs = [stored, .. Parameters(stored, type, quantisation)];
        return Emit(name, "", "DequantizeLinear", inputs, name, AxisOf(quantisation));
    }

    private string AddConstant(string name, ElementType type, IReadOnlyList<int> shape, byte[] data)
    {
        ConstantBytes += data.Length;
        var proto = new TensorProto { Name = name, DataType = TypeNumber(type), RawData = UnsafeByteOperations.UnsafeWrap(data) };
        proto.Dims.AddRange(shape.Select(extent => (long)extent));
        _proto.Initializer.Add(proto);
        return name;
    }

    private static ValueInfoProto Described(Tensor tensor)
    {
        var shape = new TensorShapeProto();
        shape.Dim.AddRange(tensor.Shape.Select(extent => new TensorShapeProto.Types.Dimension { DimValue = extent }));
        return new ValueInfoProto
        {
            Name = tensor.Name,
            Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = TypeNumber(tensor.Type), Shape = shape } },
        };
    }
}
