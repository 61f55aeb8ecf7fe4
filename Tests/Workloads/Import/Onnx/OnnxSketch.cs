using System.Runtime.InteropServices;
using Google.Protobuf;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Import.Onnx;
using NpuSim.Workloads.Import.Onnx.Proto;
using NpuSim.Workloads.Interpret;
using Xunit;
using AttributeType = NpuSim.Workloads.Import.Onnx.Proto.AttributeProto.Types.AttributeType;
using DataType = NpuSim.Workloads.Import.Onnx.Proto.TensorProto.Types.DataType;
using Graph = NpuSim.Workloads.Graphs.Graph;

namespace NpuSim.Tests.Workloads.Import.Onnx;

/// <summary>A small ONNX model written down in a few lines.</summary>
internal sealed class OnnxSketch
{
    public OnnxSketch(long opset = 13)
    {
        Model.OpsetImport.Add(new OperatorSetIdProto { Version = opset });
        Model.OpsetImport.Add(new OperatorSetIdProto { Domain = "com.microsoft", Version = 1 });
    }

    public ModelProto Model { get; } = new() { IrVersion = 8, Graph = new GraphProto { Name = "sketch" } };

    public OnnxSketch Input(string name, params int[] shape) => Input(name, DataType.Float, shape);

    public OnnxSketch Input(string name, DataType type, params int[] shape)
    {
        var dimensions = new TensorShapeProto();
        dimensions.Dim.AddRange(shape.Select(extent => new TensorShapeProto.Types.Dimension { DimValue = extent }));
        Model.Graph.Input.Add(Described(name, type, dimensions));
        return this;
    }

    /// <summary>An input with named dimensions: "batch 3 ?".</summary>
    public OnnxSketch DynamicInput(string name, string shape)
    {
        var dimensions = new TensorShapeProto();
        foreach (var part in shape.Split(' '))
            dimensions.Dim.Add(part switch
            {
                "?" => new TensorShapeProto.Types.Dimension(),
                _ when long.TryParse(part, out var extent) => new TensorShapeProto.Types.Dimension { DimValue = extent },
                _ => new TensorShapeProto.Types.Dimension { DimParam = part },
            });
        Model.Graph.Input.Add(Described(name, DataType.Float, dimensions));
        return this;
    }

    public OnnxSketch Output(string name)
    {
        Model.Graph.Output.Add(new ValueInfoProto { Name = name });
        return this;
    }

    public OnnxSketch Floats(string name, float[] values, params int[] shape) => Constant(name, DataType.Float, MemoryMarshal.AsBytes<float>(values).ToArray(), shape);

    /// <summary>A float32 constant of one number.</summary>
    public OnnxSketch Scalar(string name, float value) => Floats(name, [value]);

    public OnnxSketch Longs(string name, params long[] values) => Constant(name, DataType.Int64, MemoryMarshal.AsBytes<long>(values).ToArray(), values.Length);

    public OnnxSketch Signed(string name, sbyte[] values, params int[] shape) => Constant(name, DataType.Int8, MemoryMarshal.AsBytes<sbyte>(values).ToArray(), shape);

    public OnnxSketch Unsigned(string name, byte[] values, params int[] shape) => Constant(name, DataType.Uint8, values, shape);

    public OnnxSketch Constant(string name, DataType type, byte[] data, params int[] shape)
    {
        var tensor = new TensorProto { Name = name, DataType = (int)type, RawData = ByteString.CopyFrom(data) };
        tensor.Dims.AddRange(shape.Select(extent => (long)extent));
        Model.Graph.Initializer.Add(tensor);
        return this;
    }

    /// <summary>A node; inputs and outputs are separated by spaces, "-" stands for one left out.</summary>
    public OnnxSketch Node(string operatorName, string inputs, string outputs, params (string Name, object Value)[] attributes)
    {
        var domain = operatorName.StartsWith("ms.", StringComparison.Ordinal) ? "com.microsoft" : "";
        var node = new NodeProto { OpType = domain.Length > 0 ? operatorName[3..] : operatorName, Domain = domain };
        node.Input.AddRange(inputs.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(name => name == "-" ? "" : name));
        node.Output.AddRange(outputs.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(name => name == "-" ? "" : name));
        node.Attribute.AddRange(attributes.Select(Attribute));
        Model.Graph.Node.Add(node);
        return this;
    }

    public byte[] Serialised() => Model.ToByteArray();

    /// <summary>Imports; the outputs of the last node are the model's unless named.</summary>
    public Graph Import(IReadOnlyDictionary<string, int>? dimensions = null)
    {
        if (Model.Graph.Output.Count == 0)
            foreach (var output in Model.Graph.Node[^1].Output)
                Output(output);
        return OnnxImporter.Load(new MemoryStream(Serialised()), "sketch", dimensions);
    }

    /// <summary>The one message with which the model is refused; of at most two lines that name the file.</summary>
    public string Refusal()
    {
        var message = Assert.Throws<ModelException>(() => Import()).Message;
        Assert.InRange(message.Split('\n').Length, 1, 2);
        Assert.Contains("sketch", message, StringComparison.Ordinal);
        return message;
    }

    /// <summary>Imports, interprets and returns the first output as float32.</summary>
    public float[] Run(params (string Name, float[] Values)[] inputs) => MemoryMarshal.Cast<byte, float>(RunBytes([.. inputs.Select(input =>
        (input.Name, MemoryMarshal.AsBytes<float>(input.Values).ToArray()))])).ToArray();

    public byte[] RunBytes(params (string Name, byte[] Data)[] inputs)
    {
        var graph = Import();
        var results = new Interpreter(graph).Run(inputs.ToDictionary(input => input.Name, input => input.Data));
        return results[graph.Outputs[0].Name];
    }

    private static AttributeProto Attribute((string Name, object Value) attribute)
    {
        var proto = new AttributeProto { Name = attribute.Name };
        switch (attribute.Value)
        {
            case int value:
                (proto.Type, proto.I) = (AttributeType.Int, value);
                break;
            case float value:
                (proto.Type, proto.F) = (AttributeType.Float, value);
                break;
            case string value:
                (proto.Type, proto.S) = (AttributeType.String, ByteString.CopyFromUtf8(value));
                break;
            case int[] values:
                proto.Type = AttributeType.Ints;
                proto.Ints.AddRange(values.Select(value => (long)value));
                break;
            case float[] values:
                proto.Type = AttributeType.Floats;
                proto.Floats.AddRange(values);
                break;
            case TensorProto tensor:
                (proto.Type, proto.T) = (AttributeType.Tensor, tensor);
                break;
            default:
                throw new ArgumentException(attribute.Name);
        }

        return proto;
    }

    private static ValueInfoProto Described(string name, DataType type, TensorShapeProto shape) => new()
    {
        Name = name,
        Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = (int)type, Shape = shape } },
    };
}
