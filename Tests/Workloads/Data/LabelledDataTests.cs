using System.Buffers.Binary;
using NpuSim.Isa.Program;
using NpuSim.Tests.Workloads.Import.Tflite;
using NpuSim.Workloads.Data;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Import.Tflite;
using Xunit;

namespace NpuSim.Tests.Workloads.Data;

public sealed class LabelledDataTests : IDisposable
{
    private readonly ScratchFolder _scratch = new();

    public void Dispose() => _scratch.Dispose();

    private static Tensor Float(params int[] shape) => new("x", ElementType.Float32, shape);

    private static Tensor Int8(float scale, int zero, params int[] shape) =>
        new("x", ElementType.Int8, shape) { Quantisation = Quantisation.PerTensor(scale, zero) };

    private static TensorData Pixels(int[] shape, params byte[] values) => new(ElementType.UInt8, shape, values);

    [Fact]
    public void Pixels_become_fractions_for_a_float_input()
    {
        var sample = InputConversion.ToSamples(Pixels([2, 2], 0, 51, 128, 255), Float(1, 2, 2, 1), "a").Single();

        Assert.Equal([0f, 51 / 255f, 128 / 255f, 1f],
            Enumerable.Range(0, 4).Select(i => BinaryPrimitives.ReadSingleLittleEndian(sample.AsSpan(4 * i))));
    }

    [Fact]
    public void Pixels_are_quantised_with_the_inputs_scale_and_zero_point()
    {
        byte[] values = [0, 1, 127, 128, 255];

        Assert.Equal([-128, -127, -1, 0, 127],
            Signed(InputConversion.ToSamples(Pixels([5], values), Int8(1 / 255f, -128, 1, 5), "a").Single()));
        Assert.Equal([0, 0, 32, 32, 64], Signed(InputConversion.ToSamples(Pixels([5], values), Int8(1 / 64f, 0, 1, 5), "a").Single()));
        Assert.Equal([-128, -127, -1, 0, 127], Signed(InputConversion.ToSamples(Pixels([5], values), Int8(1, -128, 1, 5), "a").Single()));
    }

    [Fact]
    public void Reals_round_half_to_even_and_saturate()
    {
        var bytes = new byte[20];
        float[] reals = [0.5f, 1.5f, -0.5f, 1000f, float.NaN];
        for (var i = 0; i < reals.Length; i++) BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(4 * i), reals[i]);

        var sample = InputConversion.ToSamples(new TensorData(ElementType.Float32, [5], bytes), Int8(1, 3, 5), "a").Single();

        Assert.Equal([3, 5, 3, 127, 3], Signed(sample));
    }

    [Fact]
    public void Data_in_the_inputs_own_type_is_taken_as_it_is()
    {
        var sample = InputConversion.ToSamples(new TensorData(ElementType.Int8, [2], [0x80, 5]), Int8(0.25f, 7, 1, 2), "a").Single();

        Assert.Equal([0x80, 5], sample);
    }

    [Theory]
    [InlineData(new[] { 3, 28, 28 }, new[] { 1, 28, 28, 1 }, 3)]
    [InlineData(new[] { 3, 28, 28 }, new[] { 1, 1, 28, 28 }, 3)]
    [InlineData(new[] { 28, 28 }, new[] { 1, 28, 28, 1 }, 1)]
    [InlineData(new[] { 3, 28, 28 }, new[] { 1, 784 }, 3)]
    [InlineData(new[] { 5, 1, 1 }, new[] { 1, 1 }, 5)]
    [InlineData(new[] { 1, 30, 1, 40 }, new[] { 1, 30, 1, 40 }, 1)]
    public void Shapes_that_differ_in_single_dimensions_fit(int[] data, int[] input, int samples)
    {
        var pixels = Pixels(data, new byte[data.Aggregate(1, (product, extent) => product * extent)]);

        var converted = InputConversion.ToSamples(pixels, Int8(1, 0, input), "a");

        Assert.Equal(samples, converted.Count);
        Assert.All(converted, sample => Assert.Equal(pixels.Bytes.Length / samples, sample.Length));
    }

    [Theory]
    [InlineData(new[] { 3, 28, 28 }, new[] { 1, 32, 32, 1 })]
    [InlineData(new[] { 3, 32, 32, 3 }, new[] { 1, 3, 32, 32 })]
    [InlineData(new[] { 3, 784 }, new[] { 1, 28, 28, 1 })]
    [InlineData(new[] { 28 }, new[] { 1, 28, 28, 1 })]
    public void Other_shapes_are_refused_with_both_named(int[] data, int[] input)
    {
        var pixels = Pixels(data, new byte[data.Aggregate(1, (product, extent) => product * extent)]);

        var exception = Assert.Throws<ModelException>(() => InputConversion.ToSamples(pixels, Int8(1, 0, input), "a.npy"));

        Assert.Contains(pixels.ShapeText, exception.Message, StringComparison.Ordinal);
        Assert.Contains($"[{string.Join(", ", input)}]", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Labels_come_from_any_of_their_formats()
    {
        var data = _scratch.Write("x.bin", [1, 2, 3]);
        NpyFile.Save(_scratch.Path("y.npy"),
            new TensorData(ElementType.Int64, [3], [4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0]));
        string[] files =
        [
            _scratch.Path("y.npy"), _scratch.Write("y.csv", "4\n0\r\n\n2"), _scratch.Write("y.txt", " 4 \n0\n2\n"),
                _scratch.Write("y.bin", [4, 0, 2]),
            _scratch.Write("y-idx1-ubyte", [0, 0, 8, 1, 0, 0, 0, 3, 4, 0, 2]),
                _scratch.WriteGzip("z-idx1-ubyte.gz", [0, 0, 8, 1, 0, 0, 0, 3, 4, 0, 2]),
        ];

        Assert.All(files, file => Assert.Equal([4, 0, 2], LabelledData.Load([data], file, Int8(1, 0, 1, 1)).Labels));
    }

    [Fact]
    public void Wrong_labels_are_refused()
    {
        var data = _scratch.Write("x.bin", [1, 2, 3]);
        string[] files =
        [
            _scratch.Write("a.csv", "1\n2\n"), _scratch.Write("b.csv", "1\nx\n3\n"), _scratch.Write("c.csv", "1\n-1\n3\n"),
                _scratch.Write("d.txt", "\n"),
            _scratch.Write("e.bin", [1, 2, 3, 4]), _scratch.Path("none.txt"),
                _scratch.Write("f-idx3-ubyte", [0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 2, 1, 2, 3, 4]),
        ];

        Assert.All(files, file => Malformed.Refused(() => LabelledData.Load([data], file, Int8(1, 0, 1, 1))));
    }

    [SharedFact]
    public void Mnist_loads_for_an_image_and_for_a_vector()
    {
        var (images, labels) = (SharedFolder.File("data", "mnist_t10k-images-idx3-ubyte.gz"),
            SharedFolder.File("data", "mnist_t10k-labels-idx1-ubyte.gz"));

        var planes = LabelledData.Load([images], labels, Float(1, 1, 28, 28));
        var vectors = LabelledData.Load([images], labels, Int8(1 / 255f, -128, 1, 784));

        Assert.Equal([7, 2, 1, 0, 4], planes.Labels.Take(5));
        Assert.Equal(10_000, vectors.Samples.Count);
        Assert.Equal(28 * 28 * 4, planes.Samples[0].Length);
        Assert.Equal(0.99609375f, vectors.Samples[0].Max(value => (sbyte)value + 128) / 256f);
    }

    [SharedFact]
    public void Wake_word_floats_quantise_to_the_reference_inputs()
    {
        var input = TfliteImporter.Load(SharedFolder.File("models", "sww_int8.tflite")).Inputs[0];
        var archive = SharedFolder.File("data", "sww_calibration_samples.npz");

        var floats = LabelledData.Load([$"{archive}:specs"], $"{archive}:labels", input);
        var raw = LabelledData.Load([SharedFolder.File("data", "sww_x_int8_45x30x1x40.bin")], SharedFolder.File("data", "sww_y_u8_45.bin"),
            input);

        Assert.Equal(45, raw.Samples.Count);
        Assert.Equal(raw.Labels, floats.Labels);
        var different = raw.Samples.Zip(floats.Samples).Sum(pair =>
            pair.First.Zip(pair.Second).Count(values => values.First != values.Second));
        Assert.Equal(0, different);
    }

    private static IEnumerable<int> Signed(byte[] bytes) => bytes.Select(value => (int)(sbyte)value);
}
