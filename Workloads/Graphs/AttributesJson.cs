using System.Text.Json;
using System.Text.Json.Serialization;

namespace NpuSim.Workloads.Graphs;

/// <summary>Attributes of a node as JSON: the members of their record by name, enumerations by name, infinities as strings.</summary>
public static class AttributesJson
{
    internal static readonly JsonSerializerOptions Options = new()
    {
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        Converters = { new JsonStringEnumConverter() },
    };

    /// <summary>One line of JSON, the same for equal attributes.</summary>
    public static string Write(OperatorAttributes attributes) => AttributesWriter.Write(attributes);

    /// <summary>The attributes that <see cref="Write"/> gave the text of.</summary>
    /// <exception cref="ModelException">The text is not that of the operator's attributes.</exception>
    public static OperatorAttributes Read(OperatorKind kind, string json)
    {
        try
        {
            return (OperatorAttributes)(JsonSerializer.Deserialize(json, RecordOf(kind), Options) ?? throw new JsonException("null"));
        }
        catch (JsonException exception)
        {
            throw new ModelException($"attributes of a {kind} are not readable: {exception.Message}", exception);
        }
    }

    private static Type RecordOf(OperatorKind kind) => kind switch
    {
        OperatorKind.Convolution => typeof(ConvolutionAttributes),
        OperatorKind.DepthwiseConvolution => typeof(DepthwiseAttributes),
        OperatorKind.FullyConnected => typeof(FullyConnectedAttributes),
        OperatorKind.MatrixMultiply => typeof(MatrixMultiplyAttributes),
        OperatorKind.Attention => typeof(AttentionAttributes),
        OperatorKind.Binary => typeof(BinaryAttributes),
        OperatorKind.Unary => typeof(UnaryAttributes),
        OperatorKind.Clamp => typeof(ClampAttributes),
        OperatorKind.MaxPool => typeof(MaxPoolAttributes),
        OperatorKind.AveragePool => typeof(AveragePoolAttributes),
        OperatorKind.Reduce => typeof(ReduceAttributes),
        OperatorKind.Softmax => typeof(SoftmaxAttributes),
        OperatorKind.LayerNormalisation => typeof(LayerNormalisationAttributes),
        OperatorKind.BatchNormalisation => typeof(BatchNormalisationAttributes),
        OperatorKind.LocalResponseNormalisation => typeof(LocalResponseAttributes),
        OperatorKind.Concatenate => typeof(ConcatenateAttributes),
        OperatorKind.Slice => typeof(SliceAttributes),
        OperatorKind.Pad => typeof(PadAttributes),
        OperatorKind.Transpose => typeof(TransposeAttributes),
        OperatorKind.Reshape => typeof(ReshapeAttributes),
        OperatorKind.Resize => typeof(ResizeAttributes),
        OperatorKind.Gather => typeof(GatherAttributes),
        OperatorKind.Quantise => typeof(QuantiseAttributes),
        OperatorKind.Dequantise => typeof(DequantiseAttributes),
        OperatorKind.Requantise => typeof(RequantiseAttributes),
        OperatorKind.Cast => typeof(CastAttributes),
    };
}
