using FsCheck.Xunit;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Import;
using NpuSim.Workloads.Import.Tflite;
using Xunit;

namespace NpuSim.Tests.Workloads.Import.Tflite;

public sealed class TfliteMalformedTests
{
    private static string Refusal(TfliteModel model)
    {
        Malformed.Refused(() => TfliteImporter.Read(model.ToBytes(), "model.tflite"));
        return Assert.Throws<ModelException>(() => TfliteImporter.Read(model.ToBytes(), "model.tflite")).Message;
    }

    private static TfliteModel Convolution(int stride = 1, int[]? weights = null, int[]? output = null)
    {
        int[] shape = weights ?? [3, 1, 1, 2];
        var elements = shape.Aggregate(1, (product, extent) => product * extent);
        var options = new FlatFields().With(1, stride).With(2, stride);
        return TfliteModel.Single(3, [1, 4, 4, 2], output ?? [1, 4, 4, 3],
            model => [model.Floats("w", shape, new float[elements])], options, 1);
    }

    [Fact]
    public void Small_model_is_whole_and_every_cut_of_it_is_refused()
    {
        var whole = Convolution().ToBytes();
        Assert.Single(TfliteImporter.Read(whole, "model.tflite").Nodes);

        for (var length = 0; length < whole.Length - 8; length++)
            Malformed.RefusedOrRead(() => TfliteImporter.Read(whole.AsMemory(0, length), "model.tflite"));
        for (var length = 0; length < whole.Length / 2; length++)
            Malformed.Refused(() => TfliteImporter.Read(whole.AsMemory(0, length), "model.tflite"));
    }

    [Fact]
    public void Every_forged_byte_is_refused_or_read()
    {
        var whole = Convolution().ToBytes();
        for (var position = 0; position < whole.Length; position++)
        {
            foreach (var value in new byte[] { 0, 1, 0x7F, 0x80, 0xFF })
            {
                var forged = (byte[])whole.Clone();
                forged[position] = value;
                Malformed.RefusedOrRead(() => TfliteImporter.Read(forged, "model.tflite"));
            }
        }
    }

    [Property(MaxTest = 200)]
    public void Noise_behind_a_good_identifier_never_crashes(byte[] noise)
    {
        byte[] file = [8, 0, 0, 0, .. "TFL3"u8, .. noise];
        Malformed.RefusedOrRead(() => TfliteImporter.Read(file, "noise.tflite"));
    }

    [Fact]
    public void Operator_without_support_is_named_with_its_count()
    {
        var model = TfliteModel.Single(32, [2], [2]);
        model.LastOperator.With(1, new[] { 0 });
        Assert.Contains("CUSTOM", Refusal(model), StringComparison.Ordinal);

        var topK = TfliteModel.Single(48, [2], [2]);
        Assert.Contains("TOPK_V2 (once, first as operator 0)", Refusal(topK), StringComparison.Ordinal);
        Assert.Contains("built-in operator 300", Refusal(TfliteModel.Single(300, [2], [2])), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_not_supported_is_said()
    {
        var variable = TfliteModel.Single(19, [2], [2]);
        variable.LastTensor.With(5, true);
        var sparse = TfliteModel.Single(19, [2], [2]);
        sparse.LastTensor.With(6, new FlatFields());
        var subgraphs = TfliteModel.Single(19, [2], [2]);
        subgraphs.Subgraphs = 2;
        var version = TfliteModel.Single(19, [2], [2]);
        version.Version = 2;
        var wide = new TfliteModel();
        int x = wide.Tensor("x", TfliteModel.Int16, [2], scales: [1]), y = wide.Tensor("y", TfliteModel.Int16, [2], scales: [1]);
        (wide.Inputs, wide.Outputs) = ([x], [y]);
        wide.Operator(19, [x], [y]);

        Assert.Contains("variable", Refusal(variable), StringComparison.Ordinal);
        Assert.Contains("sparse", Refusal(sparse), StringComparison.Ordinal);
        Assert.Contains("2 subgraphs", Refusal(subgraphs), StringComparison.Ordinal);
        Assert.Contains("version 2", Refusal(version), StringComparison.Ordinal);
        Assert.Contains("Int16", Refusal(wide), StringComparison.Ordinal);
    }

    [Fact]
    public void Operands_that_do_not_fit_are_refused()
    {
        Assert.Contains("stride", Refusal(Convolution(stride: 0)), StringComparison.Ordinal);
        Assert.Contains("stride", Refusal(Convolution(stride: -2)), StringComparison.Ordinal);
        Assert.Contains("expected [1, 4, 4, 3]", Refusal(Convolution(output: [1, 4, 4, 5])), StringComparison.Ordinal);
        Assert.Contains("channels", Refusal(Convolution(weights: [3, 1, 1, 5])), StringComparison.Ordinal);
        Assert.Contains("4 dimensions", Refusal(Convolution(weights: [3, 2])), StringComparison.Ordinal);
        Assert.Contains("broadcast", Refusal(TfliteModel.Single(0, [2], [2], model => [model.Floats("b", [3], 1, 2, 3)])),
            StringComparison.Ordinal);
        Assert.Contains("cannot become", Refusal(TfliteModel.Single(22, [2], [3])), StringComparison.Ordinal);
        Assert.Contains("permutation", Refusal(TfliteModel.Single(39, [2, 3], [3, 2], model => [model.Constant("p", 1, 1)])),
            StringComparison.Ordinal);
        Assert.Contains("axis 7", Refusal(TfliteModel.Single(40, [2, 3], [2], model => [model.Constant("a", 7)])),
            StringComparison.Ordinal);
        Assert.Contains("2 inputs", Refusal(TfliteModel.Single(19, [2], [2], model => [model.Constant("p", 1)])), StringComparison.Ordinal);
        Assert.Contains("options of type 5", Refusal(TfliteModel.Single(0, [2], [2], model =>
            [model.Floats("b", [2], 1, 2)], new FlatFields(), 5)), StringComparison.Ordinal);
        Assert.Contains("2 GiB", Refusal(TfliteModel.Single(19, [int.MaxValue, int.MaxValue], [2])), StringComparison.Ordinal);
        Assert.Contains("at least 1", Refusal(TfliteModel.Single(19, [0, 2], [2])), StringComparison.Ordinal);
        Assert.Contains("12 bytes", Refusal(TfliteModel.Single(0, [2], [2], model =>
            [model.Tensor("b", TfliteModel.Float32, [2], new byte[12])])), StringComparison.Ordinal);
    }

    [Fact]
    public void Order_of_computation_is_checked()
    {
        var late = new TfliteModel();
        int x = late.Tensor("x", TfliteModel.Float32, [2]), a = late.Tensor("a", TfliteModel.Float32, [2]),
            y = late.Tensor("y", TfliteModel.Float32, [2]);
        (late.Inputs, late.Outputs) = ([x], [y]);
        late.Operator(19, [a], [y]).Operator(19, [x], [a]);
        var twice = TfliteModel.Single(19, [2], [2]).Operator(19, [0], [1]);
        var ownInput = TfliteModel.Single(19, [2], [2]).Operator(19, [1], [0]);
        var unmade = TfliteModel.Single(19, [2], [2]);
        unmade.Outputs = [unmade.Tensor("z", TfliteModel.Float32, [2])];

        Assert.Contains("read before", Refusal(late), StringComparison.Ordinal);
        Assert.Contains("second time", Refusal(twice), StringComparison.Ordinal);
        Assert.Contains("second time", Refusal(ownInput), StringComparison.Ordinal);
        Assert.Contains("read before", Refusal(unmade), StringComparison.Ordinal);
    }

    [Fact]
    public void Bad_quantisation_is_refused()
    {
        string WithScales(float[] scales, long[] zeros, byte[]? data = null)
        {
            var model = new TfliteModel();
            int x = model.Tensor("x", TfliteModel.Int8, [2], scales: [1]),
                q = model.Tensor("q", TfliteModel.Int8, [2], data, scales, zeros);
            var y = model.Tensor("y", TfliteModel.Int8, [2], scales: [1]);
            (model.Inputs, model.Outputs) = (data is null ? [x, q] : [x], [y]);
            return Refusal(model.Operator(0, [x, q], [y]));
        }

        Assert.Contains("scale 0", WithScales([0], [0]), StringComparison.Ordinal);
        Assert.Contains("scale NaN", WithScales([float.NaN], [0]), StringComparison.Ordinal);
        Assert.Contains("zero point 500", WithScales([1], [500]), StringComparison.Ordinal);
        Assert.Contains("2 quantisation scales", WithScales([1, 2], [0, 0]), StringComparison.Ordinal);
        Assert.Contains("zero points", WithScales([1], [0, 0]), StringComparison.Ordinal);
        Assert.Contains("3 quantisation scales along dimension 0", WithScales([1, 2, 3], [0, 0, 0], new byte[2]), StringComparison.Ordinal);
    }

    [Fact]
    public void Vector_shared_by_too_many_tables_does_not_exhaust_memory()
    {
        const int count = 20_000;
        var model = TfliteModel.Single(2, [2], [2]);
        model.LastOperator.With(1, new int[count]);
        model.RepeatLastOperator(count);

        // Read naively, these 160 kB become 20,000 lists of 20,000 inputs.
        Assert.Contains("too many times", Refusal(model), StringComparison.Ordinal);
    }

    [Fact]
    public void Content_shared_by_too_many_tensors_does_not_exhaust_memory()
    {
        var model = new TfliteModel();
        var x = model.Tensor("x", TfliteModel.Float32, [1000]);
        model.Inputs = [x];
        model.Floats("c0", [1000], new float[1000]);
        var content = model.LastTensor.Values[2];
        for (var i = 1; i < 500; i++)
        {
            model.Tensor($"c{i}", TfliteModel.Float32, [1000]);
            model.LastTensor.With(2, content);
        }
        var y = model.Tensor("y", TfliteModel.Float32, [500, 1000]);
        model.Outputs = [y];
        model.Operator(83, [.. Enumerable.Range(1, 500)], [y], new FlatFields().With(0, 500), 59);

        Assert.Contains("many times larger than the file", Refusal(model), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("model.xyz", "unknown extension \".xyz\", expected .onnx or .tflite")]
    [InlineData("model", "no extension")]
    [InlineData("model.tflite", "empty")]
    public void Model_file_that_cannot_be_one_is_refused(string name, string expected)
    {
        var folder = Directory.CreateTempSubdirectory("npusim-test-");
        try
        {
            var path = Path.Combine(folder.FullName, name);
            File.WriteAllBytes(path, []);
            Malformed.Refused(() => ModelFile.Load(path));
            Assert.Contains(expected, Assert.Throws<ModelException>(() => ModelFile.Load(path)).Message, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void Missing_model_file_and_folder_are_refused()
    {
        Malformed.Refused(() => ModelFile.Load(Path.Combine(Path.GetTempPath(), "none.tflite")));
        Malformed.Refused(() => ModelFile.Load(Path.GetTempPath()));
        Malformed.Refused(() => TfliteImporter.Load(Path.Combine(Path.GetTempPath(), "none.tflite")));
    }
}
