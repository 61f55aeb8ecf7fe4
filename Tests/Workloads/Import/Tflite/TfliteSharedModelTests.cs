using System.Globalization;
using NpuSim.Isa.Program;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Import.Tflite;
using NpuSim.Workloads.Interpret;
using Xunit;

namespace NpuSim.Tests.Workloads.Import.Tflite;

public sealed class TfliteSharedModelTests
{
    public static TheoryData<string, Arithmetic, int> Importable => new()
    {
        { "ad01_fp32", Arithmetic.Float, 10 },
        { "ad01_int8", Arithmetic.TfliteReference, 10 },
        { "ic_resnet8_fp32", Arithmetic.Float, 16 },
        { "ic_resnet8_int8", Arithmetic.TfliteReference, 16 },
        { "kws_dscnn_int8", Arithmetic.TfliteReference, 13 },
        { "kwt1_transformer_fp32", Arithmetic.Float, 612 },
        { "sww_int8", Arithmetic.TfliteReference, 11 },
        { "tflm_hello_world_int8", Arithmetic.TfliteReference, 3 },
        { "tflm_mobilenet_v2_quantized_1x3x224x224", Arithmetic.TfliteReference, 84 },
        { "tflm_person_detect", Arithmetic.TfliteReference, 31 },
        { "vww_mobilenet025_fp32", Arithmetic.Float, 31 },
        { "vww_mobilenet025_int8", Arithmetic.TfliteReference, 31 },
    };

    private static string ModelPath(string model) => SharedFolder.File("models", $"{model}.tflite");

    [SharedTheory, MemberData(nameof(Importable))]
    public void Model_imports_whole(string model, Arithmetic arithmetic, int storedOperators)
    {
        var graph = TfliteImporter.Load(ModelPath(model));

        Assert.Equal(arithmetic, graph.Arithmetic);
        Assert.True(graph.Nodes.Count >= storedOperators, $"{graph.Nodes.Count} nodes");
        Assert.Equal(graph.Nodes.Count, graph.Nodes.Select(node => node.Name).Distinct().Count());
        var tensors = graph.Nodes.SelectMany(node => node.Inputs.OfType<Tensor>().Concat(node.Outputs)).Distinct().ToArray();
        Assert.Equal(tensors.Length, tensors.Select(tensor => tensor.Name).Distinct().Count());
        Assert.All(graph.Nodes, node => Assert.InRange(node.Name.Length, 1, 60));
        Assert.All(tensors.Where(tensor => tensor.IsConstant), tensor => Assert.Equal(tensor.Bytes, tensor.Data!.Length));
        Assert.All(tensors.Where(tensor => tensor.Type == ElementType.Int8), tensor => Assert.NotNull(tensor.Quantisation));
    }

    [SharedTheory]
    [InlineData("tflm_trained_lstm_int8", "UNIDIRECTIONAL_SEQUENCE_LSTM")]
    [InlineData("tflm_keyword_scrambled_8bit", "SVDF")]
    public void Model_with_state_is_refused_by_the_operators_name(string model, string operatorName)
    {
        var exception = Assert.Throws<ModelException>(() => TfliteImporter.Load(ModelPath(model)));

        Assert.Contains(operatorName, exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', exception.Message);
    }

    [SharedFact]
    public void Every_shared_model_is_either_imported_or_refused_here()
    {
        var tested = Importable.Select(row => (string)row[0]).Concat(["tflm_trained_lstm_int8", "tflm_keyword_scrambled_8bit"]).Order();

        var present = Directory.GetFiles(SharedFolder.File("models"), "*.tflite").Select(Path.GetFileNameWithoutExtension).Order();

        Assert.Equal(present, tested);
    }

    [SharedFact]
    public void Output_tensors_have_the_names_shapes_and_types_of_the_reference_run()
    {
        var rows = File.ReadLines(SharedFolder.File("reference", "tflm", "layers_sample0.csv")).Skip(1).Select(line => line.Split(','));
        var compared = 0;
        foreach (var model in rows.GroupBy(row => row[0]).Where(group => Importable.Any(row => (string)row[0] == group.Key)))
        {
            var graph = TfliteImporter.Load(ModelPath(model.Key));
            var outputs = graph.Nodes.SelectMany(node => node.Outputs).ToDictionary(tensor => tensor.Name);
            foreach (var row in model)
            {
                var tensor = outputs[row[6]];
                Assert.Equal(row[7], string.Join('x', tensor.Shape));
                Assert.Equal(row[8], tensor.Type.ToString(), ignoreCase: true);
                Assert.Equal(long.Parse(row[9], CultureInfo.InvariantCulture), tensor.Bytes);
                compared++;
            }
        }
        Assert.True(compared > 250, $"{compared} rows");
    }

    [SharedFact]
    public void Multiply_accumulates_equal_the_models_own_count()
    {
        Assert.Equal(300_774_272, Macs(TfliteImporter.Load(ModelPath("tflm_mobilenet_v2_quantized_1x3x224x224"))));
        Assert.Equal(12_501_632, Macs(TfliteImporter.Load(ModelPath("ic_resnet8_int8"))));
        Assert.Equal(98_880_640, Macs(TfliteImporter.Load(ModelPath("kwt1_transformer_fp32"))));
    }

    [SharedFact]
    public void Bias_with_a_bad_quantised_dimension_gets_its_only_one()
    {
        var graph = TfliteImporter.Load(ModelPath("tflm_person_detect"));

        var biases = graph.Nodes.Where(node => node.Kind is OperatorKind.Convolution or OperatorKind.DepthwiseConvolution)
            .Select(node => node.Inputs[2]!);

        Assert.All(biases, bias =>
        {
            Assert.Equal(0, bias.Quantisation!.Axis);
            Assert.Equal(bias.Shape[0], bias.Quantisation.Scales.Count);
        });
    }

    [SharedFact]
    public void Cut_model_is_refused_in_two_lines_wherever_it_is_cut()
    {
        var whole = File.ReadAllBytes(ModelPath("kws_dscnn_int8"));
        for (var i = 0; i < 60; i++)
        {
            var length = (int)(whole.Length * (long)i / 60);
            Malformed.Refused(() => TfliteImporter.Read(whole.AsMemory(0, length), $"cut{length}.tflite"));
        }
    }

    [SharedFact]
    public void Forged_offsets_are_refused_or_read_but_never_crash()
    {
        var whole = File.ReadAllBytes(ModelPath("tflm_hello_world_int8"));
        for (var position = 0; position + 4 <= whole.Length; position += 4)
        {
            var forged = (byte[])whole.Clone();
            BitConverter.TryWriteBytes(forged.AsSpan(position), 0x7FFF_FFF0 - position * 7);
            Malformed.RefusedOrRead(() => TfliteImporter.Read(forged, "forged.tflite"));
        }
    }

    [SharedTheory]
    [InlineData("ad01", 0.99)]
    [InlineData("ic_resnet8", 0.95)]
    [InlineData("vww_mobilenet025", 0.99)]
    public void Float_twin_points_where_the_quantised_model_points(string model, double cosine)
    {
        var (small, large) = (TfliteImporter.Load(ModelPath($"{model}_int8")), TfliteImporter.Load(ModelPath($"{model}_fp32")));
        var samples = File.ReadAllBytes(SharedFolder.File("reference", "tflm", $"{model}_int8.rand.inputs.bin"));
        double dot = 0, ours = 0, theirs = 0;
        for (var sample = 0; sample < 2; sample++)
        {
            var input = samples.AsSpan(sample * (int)small.Inputs[0].Bytes, (int)small.Inputs[0].Bytes).ToArray();
            var a = Reals(small.Outputs[0], Run(small, input));
            var b = Reals(large.Outputs[0], Run(large, [.. Reals(small.Inputs[0], input).SelectMany(BitConverter.GetBytes)]));
            dot += a.Zip(b).Sum(pair => (double)pair.First * pair.Second);
            ours += a.Sum(value => (double)value * value);
            theirs += b.Sum(value => (double)value * value);
        }
        Assert.InRange(dot / Math.Sqrt(ours * theirs), cosine, 1.0001);
    }

    [SharedFact]
    public void Transformer_gives_probabilities()
    {
        var graph = TfliteImporter.Load(ModelPath("kwt1_transformer_fp32"));
        var tone = Enumerable.Range(0, 16000).SelectMany(i => BitConverter.GetBytes((float)(i / 20 % 2 == 0 ? 0.1 : -0.1))).ToArray();

        var outputs = Reals(graph.Outputs[0], Run(graph, tone));

        Assert.Equal(12, outputs.Length);
        Assert.All(outputs, value => Assert.True(float.IsFinite(value)));
        Assert.True(outputs.Distinct().Count() > 1);
    }

    private static byte[] Run(Graph graph, byte[] input) =>
        new Interpreter(graph).Run(new Dictionary<string, byte[]> { [graph.Inputs[0].Name] = input })[graph.Outputs[0].Name];

    private static float[] Reals(Tensor tensor, byte[] bytes) => tensor.Quantisation is { } quantisation
        ? [.. bytes.Select(value => ((sbyte)value - quantisation.Zero) * quantisation.Scale)]
        : [.. Enumerable.Range(0, bytes.Length / 4).Select(i => BitConverter.ToSingle(bytes, 4 * i))];

    private static long Macs(Graph graph) => graph.Nodes.Sum(node => node.Attributes switch
    {
        ConvolutionAttributes => node.Output.Elements * node.Input(1).Shape.Skip(1).Aggregate(1L, (product, extent) => product * extent),
        DepthwiseAttributes => node.Output.Elements * node.Input(1).Shape[0] * node.Input(1).Shape[1],
        FullyConnectedAttributes or MatrixMultiplyAttributes { TransposeB: true } => node.Output.Elements * node.Input(1).Shape[^1],
        MatrixMultiplyAttributes => node.Output.Elements * node.Input(1).Shape[^2],
        _ => 0,
    });
}
