using System.Text.Json;
using System.Text.Json.Serialization;
using NpuSim.Workloads.Graphs;
using Xunit;

namespace NpuSim.Tests.Workloads.Graphs;

public sealed class AttributesJsonTests
{
    private static readonly Window Window = new(3, 5, 2, 1, 1, 2, new Padding(1, 2, 3, 4));

    private static readonly OperatorAttributes[] All =
    [
        new ConvolutionAttributes(Window, 2, ActivationBounds.Relu6),
        new DepthwiseAttributes(Window, 3, ActivationBounds.None),
        new FullyConnectedAttributes(new ActivationBounds(-0.1f, 1e-30f)),
        new MatrixMultiplyAttributes(true, false),
        new AttentionAttributes(12, 0.125f),
        new BinaryAttributes(BinaryFunction.Power, ActivationBounds.Relu),
        new UnaryAttributes(UnaryFunction.Elu, 0.3f, -1),
        new ClampAttributes(ActivationBounds.Relu),
        new MaxPoolAttributes(Window, ActivationBounds.None),
        new AveragePoolAttributes(Window, true, ActivationBounds.None),
        new ReduceAttributes(ReduceFunction.Product, [0, 2], true),
        new SoftmaxAttributes(2, 0.5f, true),
        new LayerNormalisationAttributes(1, 1e-5f),
        new BatchNormalisationAttributes(1e-3f),
        new LocalResponseAttributes(5, 1e-4f, 0.75f, 2),
        new ConcatenateAttributes(3),
        new SliceAttributes([3, 0], [2, 1], [-1, 1]),
        new PadAttributes([1, 0], [0, 2], PadMode.Reflect, 0.25f),
        new TransposeAttributes([2, 0, 1]),
        new ReshapeAttributes(),
        new ResizeAttributes(ResizeMode.BilinearAlignCorners),
        new GatherAttributes(1),
        new QuantiseAttributes(),
        new DequantiseAttributes(),
        new RequantiseAttributes(),
        new CastAttributes(),
    ];

    [Fact]
    public void Attributes_of_every_operator_come_back()
    {
        Assert.Equal(Enum.GetValues<OperatorKind>(), All.Select(attributes => attributes.Kind));
        foreach (var attributes in All)
        {
            var read = AttributesJson.Read(attributes.Kind, AttributesJson.Write(attributes));

            Assert.IsType(attributes.GetType(), read);
            Assert.Equal(AttributesJson.Write(attributes), AttributesJson.Write(read));
        }
    }

    [Fact]
    public void Attributes_are_written_as_the_serialiser_writes_them()
    {
        var options = new JsonSerializerOptions
        {
            NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
            Converters = { new JsonStringEnumConverter() },
        };
        OperatorAttributes[] extremes =
        [
            new ClampAttributes(new ActivationBounds(float.NaN, float.MaxValue)), new AttentionAttributes(int.MinValue, -float.Epsilon),
            new UnaryAttributes(UnaryFunction.Elu, -0f, 1f / 3), new TransposeAttributes([]), new SoftmaxAttributes(-1, 1e20f, false),
        ];
        foreach (var attributes in All.Concat(extremes))
        {
            Assert.Equal(JsonSerializer.Serialize(attributes, attributes.GetType(), options), AttributesJson.Write(attributes));
        }
    }

    [Fact]
    public void Infinite_bounds_and_lists_keep_their_values()
    {
        var clamp = (ClampAttributes)AttributesJson.Read(OperatorKind.Clamp, AttributesJson.Write(All[7]));
        var slice = (SliceAttributes)AttributesJson.Read(OperatorKind.Slice, AttributesJson.Write(All[16]));

        Assert.Equal(ActivationBounds.Relu, clamp.Bounds);
        Assert.Equal([-1, 1], slice.Steps);
    }

    [Theory]
    [InlineData(OperatorKind.Softmax, "{}")]
    [InlineData(OperatorKind.Softmax, "{\"Axis\":1,\"Beta\":1,\"Log\":false,\"Colour\":2}")]
    [InlineData(OperatorKind.Transpose, "{\"Permutation\":null}")]
    [InlineData(OperatorKind.Resize, "{\"Mode\":\"Cubic\"}")]
    [InlineData(OperatorKind.Gather, "null")]
    [InlineData(OperatorKind.Gather, "[")]
    public void Unreadable_attributes_are_refused(OperatorKind kind, string json) =>
        Assert.Throws<ModelException>(() => AttributesJson.Read(kind, json));
}
