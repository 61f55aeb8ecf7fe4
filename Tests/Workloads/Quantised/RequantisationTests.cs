using System.Buffers.Binary;
using NpuSim.Isa.Instructions;
using NpuSim.Isa.Program;
using NpuSim.Tests.Workloads.Interpret;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Quantised;
using Xunit;
using static NpuSim.Tests.Workloads.Interpret.TestTensors;

namespace NpuSim.Tests.Workloads.Quantised;

public sealed class RequantisationTests
{
    // The float32 product of these two scales differs from the float64 one in the multiplier.
    private const float InputScale = 0.047f;
    private const float WeightScale = 0.013f;

    [Theory]
    [InlineData(Arithmetic.TfliteReference, Rounding.Double)]
    [InlineData(Arithmetic.TfliteRuy, Rounding.Single)]
    public void Fully_connected_rows_hold_bias_multiplier_and_shift_of_the_float32_product(Arithmetic arithmetic, Rounding rounding)
    {
        var parameters = FullyConnected(arithmetic, Quantisation.PerTensor(WeightScale, 4));

        var (q, shift) = NaiveRounding.Multiplier((float)(InputScale * WeightScale) / (double)0.3f);
        Assert.Equal([11, (int)q, shift, -12, (int)q, shift], Fields(parameters));
        Assert.NotEqual(q, NaiveRounding.Multiplier((double)InputScale * WeightScale / 0.3f).Q);
        Assert.Equal((rounding, 2, 4, 9), (parameters.Rounding, parameters.Channels, parameters.WeightZero, parameters.OutZero));
    }

    [Fact]
    public void Fully_connected_with_a_scale_for_each_channel_uses_the_float64_product()
    {
        var parameters = FullyConnected(Arithmetic.TfliteReference, new Quantisation([WeightScale, 0.5f], [0, 0]));

        var (first, second) = (NaiveRounding.Multiplier((double)InputScale * WeightScale / 0.3f), NaiveRounding.Multiplier((double)InputScale * 0.5f / 0.3f));
        Assert.Equal([11, (int)first.Q, first.Shift, -12, (int)second.Q, second.Shift], Fields(parameters));
    }

    [Fact]
    public void Float_rows_hold_a_float32_scale_and_nothing_behind_it()
    {
        var parameters = FullyConnected(Arithmetic.Float, Quantisation.PerTensor(WeightScale, 0));

        var scale = BitConverter.SingleToInt32Bits((float)(InputScale * WeightScale) / 0.3f);
        Assert.Equal([11, scale, 0, -12, scale, 0], Fields(parameters));
        Assert.Equal(Rounding.Float, parameters.Rounding);
    }

    [Fact]
    public void Mean_puts_the_zero_point_into_the_bias_and_the_count_into_the_factor()
    {
        var x = Int8("x", 0.5f, -3, 1, 5, 5, 2);
        var graph = Single(Arithmetic.Float, new ReduceAttributes(ReduceFunction.Mean, [1, 2], false), Int8("y", 0.25f, 1, 1, 2), x);

        var scale = BitConverter.SingleToInt32Bits(0.5f / (0.25f * 25));
        Assert.Equal([75, scale, 0, 75, scale, 0], Fields(Requantisation.For(graph, graph.Nodes[0])));
    }

    [Theory]
    [InlineData(0f, float.PositiveInfinity, 9, 127)]
    [InlineData(0f, 6f, 9, 29)]
    [InlineData(-1f, 1f, 6, 12)]
    [InlineData(-100f, 100f, -128, 127)]
    [InlineData(100f, 200f, 127, 127)]
    public void Activation_bounds_round_half_away_and_stay_within_int8(float low, float high, int min, int max) =>
        Assert.Equal((min, max), ActivationRange.Of(new ActivationBounds(low, high), Quantisation.PerTensor(0.3f, 9)));

    [Fact]
    public void Refusals_say_what_was_found()
    {
        var x = Int8("x", 0.5f, 0, 1, 2);
        var w = new Tensor("w", ElementType.Int8, [2, 2]) { Quantisation = new Quantisation([1f, 1f], [0, 1]), Data = new byte[4] };
        var graph = Single(Arithmetic.Float, new FullyConnectedAttributes(ActivationBounds.None), Int8("y", 1f, 0, 1, 2), x, w);

        Assert.Null(Requantisation.TryFor(graph, graph.Nodes[0], out var reason));
        Assert.Equal("weights w have a zero point per channel, one for all was expected", reason);
    }

    [Fact]
    public void Softmax_in_fixed_point_has_its_factor_and_smallest_difference()
    {
        var graph = Single(Arithmetic.TfliteReference, new SoftmaxAttributes(1), Int8("y", 1f / 256, -128, 1, 4), Int8("x", 0.25f, 0, 1, 4));

        var parameters = ElementwiseQuantisation.For(graph, graph.Nodes[0]);

        // 0.25·2^26 = 2^24 = 2^30·2^(25 − 31); 31·2^26 / 2^25 = 62.
        Assert.Equal(new ScaleParameters(-62, 1 << 30, 25, 0.25f), parameters.A);
        Assert.Equal(VectorFormat.Int8Fixed, parameters.Format);
    }

    [Fact]
    public void Softmax_in_fixed_point_needs_the_scale_that_tflite_demands()
    {
        var graph = Single(Arithmetic.TfliteReference, new SoftmaxAttributes(1), Int8("y", 0.01f, -128, 1, 4), Int8("x", 0.25f, 0, 1, 4));

        Assert.Null(ElementwiseQuantisation.TryFor(graph, graph.Nodes[0], out var reason));
        Assert.Equal("output scale is 0.01 with zero point -128, 1/256 and −128 were expected", reason);
    }

    [Fact]
    public void Unequal_scales_leave_a_maximum_without_a_vector_operation()
    {
        var attributes = new BinaryAttributes(BinaryFunction.Maximum, ActivationBounds.None);
        var graph = Single(Arithmetic.Float, attributes, Int8("y", 0.1f, 0, 4), Int8("a", 0.1f, 0, 4), Int8("b", 0.2f, 0, 4));

        Assert.Null(ElementwiseQuantisation.TryFor(graph, graph.Nodes[0], out var reason));
        Assert.Equal("an int8 Maximum needs one quantisation throughout and no activation", reason);
    }

    private static ChannelParameters FullyConnected(Arithmetic arithmetic, Quantisation weights)
    {
        var w = new Tensor("w", ElementType.Int8, [2, 3]) { Quantisation = weights, Data = new byte[6] };
        var graph = Single(arithmetic, new FullyConnectedAttributes(ActivationBounds.None), Int8("y", 0.3f, 9, 1, 2),
            Int8("x", InputScale, 0, 1, 3), w, Int32("b", [11, -12], 2));
        return Requantisation.For(graph, graph.Nodes[0]);
    }

    private static int[] Fields(ChannelParameters parameters) =>
        [.. Enumerable.Range(0, parameters.Table.Length / 4).Select(field => BinaryPrimitives.ReadInt32LittleEndian(parameters.Table.AsSpan(field * 4)))];
}
