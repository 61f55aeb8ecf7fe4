using Google.Protobuf;
using NpuSim.Workloads.Import.Onnx.Proto;
using AttributeType = NpuSim.Workloads.Import.Onnx.Proto.AttributeProto.Types.AttributeType;

namespace NpuSim.Workloads.Export;

/// <summary>Attributes of ONNX nodes.</summary>
internal static class Attribute
{
    public static AttributeProto Of(string name, long value) => new() { Name = name, Type = AttributeType.Int, I = value };

    public static AttributeProto Of(string name, float value) => new() { Name = name, Type = AttributeType.Float, F = value };

    public static AttributeProto Of(string name, string value) =>
        new() { Name = name, Type = AttributeType.String, S = ByteString.CopyFromUtf8(value) };

    public static AttributeProto Of(string name, IEnumerable<int> values)
    {
        var attribute = new AttributeProto { Name = name, Type = AttributeType.Ints };
        attribute.Ints.AddRange(values.Select(value => (long)value));
        return attribute;
    }
}
