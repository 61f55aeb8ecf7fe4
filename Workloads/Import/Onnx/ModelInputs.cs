using NpuSim.Isa.Program;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Import.Onnx.Proto;
using DataType = NpuSim.Workloads.Import.Onnx.Proto.TensorProto.Types.DataType;
using Dimension = NpuSim.Workloads.Import.Onnx.Proto.TensorShapeProto.Types.Dimension;

namespace NpuSim.Workloads.Import.Onnx;

/// <summary>The model's inputs with static shapes.</summary>
internal sealed class ModelInputs
{
    private const int LargestRank = 8;

    private readonly GraphBuilder _graph;
    private readonly List<ValueInfoProto> _inputs;
    private readonly Dictionary<string, int> _dimensions;

    public ModelInputs(GraphProto proto, GraphBuilder graph, IReadOnlyDictionary<string, int> dimensions)
    {
        _graph = graph;
        // Before IR version 4 constants are inputs too.
        var constants = proto.Initializer.Select(constant => constant.Name).ToHashSet(StringComparer.Ordinal);
        _inputs = [.. proto.Input.Where(input => !constants.Contains(input.Name))];
        _dimensions = new Dictionary<string, int>(dimensions, StringComparer.Ordinal);
    }

    public IEnumerable<string> Names => _inputs.Select(input => input.Name);

    public void Define()
    {
        if (_inputs.Count == 0)
            throw _graph.Source.Refuse("model", "no inputs", "at least one");
        BindBatch();
        foreach (var input in _inputs)
        {
            if (input.Name.Length == 0 || _graph.IsDefined(input.Name))
                throw Refuse(input, input.Name.Length == 0 ? "no name" : "the name twice", "a name of its own");
            var shape = Shape(input);
            if (Shapes.Elements(shape) is var elements && (elements < 1 || elements > GraphBuilder.LargestElements))
                throw Refuse(input, $"shape {Shown.Of(shape)}", $"1 to {GraphBuilder.LargestElements} elements");
            var tensor = new Tensor(input.Name, Type(input), shape);
            _graph.Define(input.Name, tensor);
            _graph.Graph.Inputs.Add(tensor);
        }
    }

    /// <summary>A name that is some input's first dimension is the batch, wherever else it stands.</summary>
    private void BindBatch()
    {
        foreach (var input in _inputs)
            if (Dimensions(input) is [{ ValueCase: Dimension.ValueOneofCase.DimParam } first, ..] && first.DimParam.Length > 0)
                _dimensions.TryAdd(first.DimParam, 1);
    }

    private int[] Shape(ValueInfoProto input)
    {
        var dimensions = Dimensions(input);
        if (dimensions.Count > LargestRank)
            throw Refuse(input, $"{dimensions.Count} dimensions", $"at most {LargestRank}");
        return [.. dimensions.Select((dimension, index) => Extent(input, dimension, index))];
    }

    private int Extent(ValueInfoProto input, Dimension dimension, int index)
    {
        switch (dimension.ValueCase)
        {
            case Dimension.ValueOneofCase.DimValue:
                // 0 is what some exporters write for an unknown batch.
                if (dimension.DimValue == 0 && index == 0)
                    return 1;
                return dimension.DimValue is >= 1 and <= 1 << 30
                    ? (int)dimension.DimValue
                    : throw Refuse(input, FormattableString.Invariant($"extent {dimension.DimValue} in dimension {index}"),
                        $"1 to {1 << 30}");
            case Dimension.ValueOneofCase.DimParam when _dimensions.TryGetValue(dimension.DimParam, out var value):
                return value is >= 1 and <= 1 << 30
                    ? value
                    : throw Refuse(input, FormattableString.Invariant($"{value} for dimension {Shown.Of(dimension.DimParam)}"),
                        $"1 to {1 << 30}");
            default:
                if (index == 0)
                    return 1;
                var name = dimension.DimParam.Length > 0 ? Shown.Of(dimension.DimParam) : "without a name";
                throw Refuse(input, $"dynamic dimension {index} {name}", "a fixed extent, or a value given for it");
        }
    }

    private ElementType Type(ValueInfoProto input)
    {
        var type = (DataType)(input.Type?.TensorType?.ElemType ?? 0);
        return type switch
        {
            DataType.Float => ElementType.Float32,
            DataType.Int8 => ElementType.Int8,
            DataType.Uint8 => ElementType.UInt8,
            DataType.Int16 => ElementType.Int16,
            DataType.Int32 => ElementType.Int32,
            DataType.Int64 => ElementType.Int64,
            DataType.Bool => ElementType.Bool,
            _ => throw Refuse(input, $"element type {type}", "float32, int8, uint8, int16, int32, int64 or bool"), // a number of the file
        };
    }

    private IReadOnlyList<Dimension> Dimensions(ValueInfoProto input) =>
        input.Type?.TensorType?.Shape?.Dim ?? throw Refuse(input, "no tensor shape", "one");

    private ModelException Refuse(ValueInfoProto input, string found, string expected) =>
        _graph.Source.Refuse($"input {Shown.Of(input.Name)}", found, expected);
}
