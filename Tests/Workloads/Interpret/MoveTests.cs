using NpuSim.Isa.Program;
using NpuSim.Workloads.Graphs;
using Xunit;
using static NpuSim.Tests.Workloads.Interpret.TestTensors;

namespace NpuSim.Tests.Workloads.Interpret;

public sealed class MoveTests
{
    public static TheoryData<ElementType> Types => [.. Enum.GetValues<ElementType>()];

    [Theory]
    [MemberData(nameof(Types))]
    public void Transpose_moves_elements_of_any_type(ElementType type)
    {
        var size = type.SizeBytes();
        var source = Bytes(RandomInt8(1, 2 * 3 * 4 * size));
        var graph = Single(Arithmetic.Float, new TransposeAttributes([2, 0, 1]), new Tensor("y", type, [4, 2, 3]), new Tensor("x", type, [2, 3, 4]));

        var actual = Run(graph, source);

        for (var element = 0; element < 24; element++)
        {
            var (c, b, a) = (element % 3, element / 3 % 2, element / 6);
            var from = (b * 3 + c) * 4 + a;
            Assert.Equal(source[(from * size)..(from * size + size)], actual[(element * size)..(element * size + size)]);
        }
    }

    [Fact]
    public void Slice_steps_forwards_and_backwards()
    {
        var graph = Single(Arithmetic.Float, new SliceAttributes([1, 4], [2, 3], [1, -2]), Float("y", 2, 3), Float("x", 3, 5));

        Assert.Equal([9f, 7f, 5f, 14f, 12f, 10f], Values<float>(Run(graph, Bytes(Counting(15)))));
    }

    [Theory]
    [InlineData(PadMode.Constant, new[] { 9f, 9, 0, 1, 2, 9, 9 })]
    [InlineData(PadMode.Edge, new[] { 0f, 0, 0, 1, 2, 2, 2 })]
    [InlineData(PadMode.Reflect, new[] { 2f, 1, 0, 1, 2, 1, 0 })]
    public void Pad_fills_by_its_mode(PadMode mode, float[] expected)
    {
        var graph = Single(Arithmetic.Float, new PadAttributes([2], [2], mode, 9), Float("y", 7), Float("x", 3));

        Assert.Equal(expected, Values<float>(Run(graph, Bytes(Counting(3)))));
    }

    [Fact]
    public void Pad_of_planes_surrounds_every_pixel()
    {
        var graph = Single(Arithmetic.Float, new PadAttributes([0, 1, 0, 0], [0, 0, 1, 0], PadMode.Constant, 0), Float("y", 1, 3, 3, 2), Float("x", 1, 2, 2, 2));

        Assert.Equal(
            [0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 0, 0, 4, 5, 6, 7, 0, 0], Values<float>(Run(graph, Bytes(Counting(8)))).Select(value => (int)value));
    }

    [Fact]
    public void Pad_of_quantised_values_with_real_zero_writes_the_zero_point()
    {
        var graph = Single(Arithmetic.TfliteReference, new PadAttributes([1], [1], PadMode.Constant, 0), Int8("y", 0.5f, -7, 4), Int8("x", 0.5f, -7, 2));

        Assert.Equal([-7, 3, 4, -7], Values<sbyte>(Run(graph, Bytes<sbyte>([3, 4]))));
    }

    [Fact]
    public void Concatenation_along_a_middle_dimension_interleaves_rows()
    {
        var graph = Single(Arithmetic.Float, new ConcatenateAttributes(1), Float("y", 2, 3, 2), Float("a", 2, 1, 2), Float("b", 2, 2, 2));

        var actual = Values<float>(Run(graph, Bytes(Counting(4)), Bytes([.. Counting(8).Select(value => value + 10)])));

        Assert.Equal([0, 1, 10, 11, 12, 13, 2, 3, 14, 15, 16, 17], actual.Select(value => (int)value));
    }

    [Theory]
    [InlineData(Arithmetic.TfliteReference, 2)]
    [InlineData(Arithmetic.Float, 1)]
    public void Concatenation_brings_each_operand_to_the_quantisation_of_the_result(Arithmetic arithmetic, int half)
    {
        var graph = Single(arithmetic, new ConcatenateAttributes(0), Int8("y", 1f, 1, 4), Int8("a", 0.5f, 0, 2), Int8("b", 1f, 1, 2));

        // 0.5 goes up to 1 in the TFLite dialects, and to 0, the even one, in the float dialect.
        Assert.Equal([half, 2, 5, 6], Values<sbyte>(Run(graph, Bytes<sbyte>([1, 2]), Bytes<sbyte>([5, 6]))).Select(value => (int)value));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Gather_takes_rows_and_counts_negative_indices_from_the_end(bool wide)
    {
        var indices = new Tensor("i", wide ? ElementType.Int64 : ElementType.Int32, [2, 2]);
        var graph = Single(Arithmetic.Float, new GatherAttributes(1), Float("y", 2, 2, 2, 2), Float("x", 2, 3, 2), indices);

        var actual = Values<float>(Run(graph, Bytes(Counting(12)), wide ? Bytes<long>([2, 0, -1, -3]) : Bytes([2, 0, -1, -3])));

        Assert.Equal([4, 5, 0, 1, 4, 5, 0, 1, 10, 11, 6, 7, 10, 11, 6, 7], actual.Select(value => (int)value));
    }

    [Fact]
    public void Gather_refuses_an_index_outside()
    {
        var graph = Single(Arithmetic.Float, new GatherAttributes(0), Float("y", 1), Float("x", 3), new Tensor("i", ElementType.Int64, [1]));

        var exception = Assert.Throws<ModelException>(() => Run(graph, Bytes(Counting(3)), Bytes([long.MinValue])));
        Assert.Equal("node node (Gather): index -9223372036854775808 is outside a dimension of 3", exception.Message);
    }

    [Theory]
    [InlineData(ResizeMode.NearestFloor, new[] { 0f, 0, 1, 1, 2 })]
    [InlineData(ResizeMode.NearestHalfPixel, new[] { 0f, 0, 1, 2, 2 })]
    [InlineData(ResizeMode.BilinearHalfPixel, new[] { 0f, 0.4f, 1, 1.6f, 2 })]
    [InlineData(ResizeMode.BilinearAlignCorners, new[] { 0f, 0.5f, 1, 1.5f, 2 })]
    [InlineData(ResizeMode.BilinearAsymmetric, new[] { 0f, 0.6f, 1.2f, 1.8f, 2 })]
    public void Resize_samples_by_its_mode(ResizeMode mode, float[] expected)
    {
        // Columns hold 0, 1, 2; rows add 10 at the lower one of two, which is sampled at its own position.
        var graph = Single(Arithmetic.Float, new ResizeAttributes(mode), Float("y", 2, 2, 5, 1), Float("x", 2, 2, 3, 1));

        var actual = Values<float>(Run(graph, Bytes<float>([0, 1, 2, 10, 11, 12, 100, 101, 102, 110, 111, 112])));

        for (var i = 0; i < actual.Length; i++)
        {
            Assert.Equal(expected[i % 5] + i / 5 % 2 * 10 + i / 10 * 100, actual[i], 1e-4f);
        }
    }

    [Fact]
    public void Cast_truncates_saturates_and_tests_for_zero()
    {
        float[] values = [1.9f, -1.9f, 300, -300, float.NaN, 0.4f];

        Assert.Equal([1, -1, 127, -128, 0, 0], Values<sbyte>(Cast(ElementType.Float32, ElementType.Int8, Bytes(values))));
        Assert.Equal([1, 0, 255, 0, 0, 0], Cast(ElementType.Float32, ElementType.UInt8, Bytes(values)).Select(value => (int)value));
        Assert.Equal([1L, -1, 300, -300, 0, 0], Values<long>(Cast(ElementType.Float32, ElementType.Int64, Bytes(values))));
        Assert.Equal([1, 1, 1, 1, 1, 1], Cast(ElementType.Float32, ElementType.Bool, Bytes(values)).Select(value => (int)value));
        Assert.Equal([1f, 0f, -5f], Values<float>(Cast(ElementType.Int32, ElementType.Float32, Bytes([1, 0, -5]))));
        Assert.Equal([(short)1, 0, -5], Values<short>(Cast(ElementType.Int64, ElementType.Int16, Bytes([1L, 65536, -5]))));
    }

    [Fact]
    public void Quantise_and_dequantise_follow_scales_along_an_axis()
    {
        var quantisation = new Quantisation([0.5f, 2f], [0, 3], 1);
        var q = new Tensor("q", ElementType.Int8, [2, 2]) { Quantisation = quantisation };
        var values = Run(Single(Arithmetic.Float, new QuantiseAttributes(), q, Float("x", 2, 2)), Bytes<float>([1.25f, 3, 1000, -1]));

        Assert.Equal([2, 5, 127, 3], Values<sbyte>(values).Select(value => (int)value));
        var real = Run(Single(Arithmetic.Float, new DequantiseAttributes(), Float("y", 2, 2), q), values);
        Assert.Equal([1f, 4f, 63.5f, 0f], Values<float>(real));
    }

    private static byte[] Cast(ElementType from, ElementType to, byte[] values)
    {
        var count = values.Length / from.SizeBytes();
        return Run(Single(Arithmetic.Float, new CastAttributes(), new Tensor("y", to, [count]), new Tensor("x", from, [count])), values);
    }

    private static float[] Counting(int count) => [.. Enumerable.Range(0, count).Select(value => (float)value)];
}
