using NpuSim.Isa.Program;
using NpuSim.Tests.Workloads.Compress;
using NpuSim.Workloads.Compress;
using NpuSim.Workloads.Export;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Import;
using NpuSim.Workloads.Import.Onnx;
using NpuSim.Workloads.Import.Onnx.Proto;
using NpuSim.Workloads.Interpret;
using Xunit;
using Arithmetic = NpuSim.Workloads.Graphs.Arithmetic;

namespace NpuSim.Tests.Workloads.Export;

/// <summary>What is exported comes back as what it was.</summary>
public class OnnxExporterTests
{
    public static TheoryData<UnaryFunction> Functions => [.. Enum.GetValues<UnaryFunction>()];

    public static TheoryData<BinaryFunction> PairFunctions => [.. Enum.GetValues<BinaryFunction>()];

    public static TheoryData<ReduceFunction> Folds => [.. Enum.GetValues<ReduceFunction>()];

    public static TheoryData<ResizeMode> ResizeModes => [.. Enum.GetValues<ResizeMode>()];

    public static TheoryData<PadMode> PadModes => [.. Enum.GetValues<PadMode>()];

    [Theory]
    [MemberData(nameof(Functions))]
    public void Functions_come_back(UnaryFunction function)
    {
        var sketch = new GraphSketch();
        var x = sketch.Unary("positive", UnaryFunction.Square, sketch.Input("x", 2, 5));
        var y = sketch.Add("y", new UnaryAttributes(function, 0.25f, 0.5f), x);
        // These two come back as x·sigmoid(x) and 1/√x, which may round otherwise.
        RequireSame(sketch.Done(y), function is UnaryFunction.Swish or UnaryFunction.Rsqrt ? 1e-6 : 0);
    }

    [Theory]
    [MemberData(nameof(PairFunctions))]
    public void Pairs_come_back(BinaryFunction function)
    {
        var sketch = new GraphSketch();
        var x = sketch.Unary("positive", UnaryFunction.Square, sketch.Input("x", 2, 5));
        RequireSame(sketch.Done(sketch.Add("y", new BinaryAttributes(function, new ActivationBounds(-0.5f, 0.75f)), x, sketch.Constant("c", 5))), 0);
    }

    [Theory]
    [MemberData(nameof(Folds))]
    public void Folds_come_back(ReduceFunction function)
    {
        var sketch = new GraphSketch();
        var x = sketch.Input("x", 2, 3, 4, 5);
        RequireSame(sketch.Done(
            sketch.Add("y", new ReduceAttributes(function, [1, 2], true), x), sketch.Add("z", new ReduceAttributes(function, [0, 3], false), x)), 0);
    }

    [Theory]
    [MemberData(nameof(ResizeModes))]
    public void Resizing_comes_back(ResizeMode mode)
    {
        var sketch = new GraphSketch();
        var x = sketch.Input("x", 1, 3, 4, 2);
        var y = new Tensor("y", ElementType.Float32, [1, 6, 12, 2]);
        sketch.Graph.Nodes.Add(new Node("resize", new ResizeAttributes(mode), [x], [y]));
        RequireSame(sketch.Done(y), 0);
    }

    [Theory]
    [MemberData(nameof(PadModes))]
    public void Padding_comes_back(PadMode mode)
    {
        var sketch = new GraphSketch();
        RequireSame(sketch.Done(sketch.Add("y", new PadAttributes([0, 2], [1, 1], mode, 0.5f), sketch.Input("x", 2, 4))), 0);
    }

    [Fact]
    public void Convolutions_come_back()
    {
        var sketch = new GraphSketch();
        var x = sketch.Input("x", 1, 7, 6, 4);
        var window = new Window(3, 2, 2, 1, 1, 2, new Padding(1, 0, 2, 1));
        var grouped = sketch.Add("grouped", new ConvolutionAttributes(window, 2, ActivationBounds.Relu6), x, sketch.Constant("gw", 6, 3, 2, 2), sketch.Constant("gb", 6));
        var depthwise = sketch.Add("depthwise", new DepthwiseAttributes(GraphSketch.Square(3), 2, ActivationBounds.Relu), grouped, sketch.Constant("dw", 3, 3, 12), null);
        RequireSame(sketch.Done(depthwise), 0);
    }

    [Fact]
    public void Products_come_back()
    {
        var sketch = new GraphSketch();
        var x = sketch.Input("x", 2, 3, 4);
        var connected = sketch.Add("connected", new FullyConnectedAttributes(ActivationBounds.Relu), x, sketch.Constant("w", 5, 4), sketch.Constant("b", 5));
        var product = sketch.Add("product", new MatrixMultiplyAttributes(true, false), connected, x);
        var square = sketch.Add("square", new MatrixMultiplyAttributes(false, true), product, product);
        RequireSame(sketch.Done(square), 0);
    }

    [Fact]
    public void Pools_and_normalisations_come_back()
    {
        var sketch = new GraphSketch();
        var x = sketch.Input("x", 1, 6, 6, 4);
        var window = new Window(3, 3, 2, 2, 1, 1, new Padding(1, 0, 1, 2));
        var most = sketch.Add("most", new MaxPoolAttributes(window, ActivationBounds.Relu6), x);
        var mean = sketch.Add("mean", new AveragePoolAttributes(window, false, ActivationBounds.None), x);
        var counted = sketch.Add("counted", new AveragePoolAttributes(window, true, ActivationBounds.None), x);
        var response = sketch.Add("response", new LocalResponseAttributes(3, 0.1f, 0.75f, 1), x);
        var variance = sketch.Constant("variance", 4);
        variance.Data = [.. Enumerable.Repeat(BitConverter.GetBytes(0.5f), 4).SelectMany(bytes => bytes)];
        var batch = sketch.Add("batch", new BatchNormalisationAttributes(1e-3f), response, sketch.Constant("s", 4), sketch.Constant("t", 4), sketch.Constant("m", 4), variance);
        var layer = sketch.Add("layer", new LayerNormalisationAttributes(3, 1e-5f), batch, null, sketch.Constant("beta", 4));
        var soft = sketch.Add("soft", new SoftmaxAttributes(3), layer);
        var warm = sketch.Add("warm", new SoftmaxAttributes(1, 1, true), layer);
        RequireSame(sketch.Done(most, mean, counted, soft, warm), 0);
    }

    [Fact]
    public void Moves_come_back()
    {
        var sketch = new GraphSketch();
        var x = sketch.Input("x", 2, 3, 4);
        var turned = sketch.Transpose("turned", x, 2, 0, 1);
        var flat = sketch.Reshape("flat", turned, 8, 3);
        var back = sketch.Add("back", new SliceAttributes([7, 0], [3, 3], [-3, 1]), flat);
        var all = sketch.Add("all", new SliceAttributes([7, 2], [8, 3], [-1, -1]), flat);
        var both = sketch.Add("both", new ConcatenateAttributes(0), back, all);
        var indices = new Tensor("indices", ElementType.Int64, [2]) { Data = [3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0] };
        RequireSame(sketch.Done(sketch.Add("picked", new GatherAttributes(0), both, indices)), 0);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    public void Random_networks_come_back_as_float_and_quantised(ulong seed)
    {
        var network = RandomNetwork.Create(seed);
        RequireSame(network, 1e-6);
        var quantised = Preparation.Prepare(network, new PreparationOptions()).Graph;
        Assert.Equal(Outputs.Of(quantised), Outputs.Of(Preparation.Prepare(Reimported(quantised), new PreparationOptions { Quantise = false }).Graph));
    }

    [SharedTheory]
    [InlineData("ad01_int8_kaijiang.onnx")]
    [InlineData("ic_resnet8_int8_kaijiang.onnx")]
    [InlineData("kws_dscnn_int8_kaijiang.onnx")]
    [InlineData("vww_mobilenet025_int8_kaijiang.onnx")]
    [InlineData("ic_resnet8_int8.tflite")]
    [InlineData("kws_dscnn_int8.tflite")]
    [InlineData("sww_int8.tflite")]
    [InlineData("tflm_hello_world_int8.tflite")]
    [InlineData("tflm_person_detect.tflite")]
    [InlineData("st_yamnet_256_64x96_fp32.onnx")]
    public void Real_models_come_back_bit_for_bit_with_their_arithmetic(string file)
    {
        var keep = new PreparationOptions { Quantise = false };
        var prepared = Preparation.Prepare(ModelFile.Load(SharedFolder.File("models", file)), keep).Graph;
        var again = Preparation.Prepare(Reimported(prepared), keep).Graph;
        Assert.Equal(prepared.Arithmetic, again.Arithmetic);
        Assert.Equal(prepared.Nodes.Select(Kind), again.Nodes.Select(Kind));
        Assert.Equal(Outputs.Of(prepared), Outputs.Of(again));
    }

    [Fact]
    public void A_quantised_operator_is_written_as_float32_between_conversions()
    {
        var sketch = new GraphSketch();
        var x = sketch.Quantise("q", sketch.Input("x", 1, 4), 0.5f, 3);
        var w = sketch.Int8("w", 0.25f, 2, 4);
        var y = new Tensor("y", ElementType.Int8, [1, 2]) { Quantisation = Quantisation.PerTensor(2, -1) };
        sketch.Graph.Nodes.Add(new Node("dense", new FullyConnectedAttributes(ActivationBounds.Relu), [x, w, sketch.Int32("b", 0.125f, 100, 2)], [y]));
        sketch.Done(y);
        var model = Exported(sketch.Graph);
        Assert.Equal(["QuantizeLinear", "DequantizeLinear", "DequantizeLinear", "DequantizeLinear", "Gemm", "Relu", "QuantizeLinear"],
            model.Graph.Node.Select(node => node.OpType));
        Assert.Equal("y", model.Graph.Node[^1].Output[0]);
        Assert.Equal((17L, 8L, "npusim"), (model.OpsetImport[0].Version, model.IrVersion, model.ProducerName));
    }

    [Fact]
    public void The_same_graph_gives_the_same_bytes()
    {
        using MemoryStream first = new(), second = new();
        OnnxExporter.Save(RandomNetwork.Create(3), first);
        OnnxExporter.Save(RandomNetwork.Create(3), second);
        Assert.Equal(first.ToArray(), second.ToArray());
    }

    [Fact]
    public void Inputs_and_outputs_keep_names_types_and_shapes()
    {
        var model = Exported(RandomNetwork.Create(2));
        var graph = RandomNetwork.Create(2);
        Assert.Equal(graph.Inputs.Select(tensor => tensor.Name), model.Graph.Input.Select(value => value.Name));
        Assert.Equal(graph.Outputs[0].Shape.Select(extent => (long)extent), model.Graph.Output[0].Type.TensorType.Shape.Dim.Select(dimension => dimension.DimValue));
    }

    [Fact]
    public void A_file_that_cannot_be_written_is_refused()
    {
        var refusal = Assert.Throws<ModelException>(() =>
            OnnxExporter.Save(RandomNetwork.Create(1), Path.Combine(Path.GetTempPath(), "npusim-nowhere", "deep", "model.onnx")));
        Assert.Single(refusal.Message.Split('\n'));
    }

    [Fact]
    public void The_integer_arithmetic_is_kept()
    {
        var graph = RandomNetwork.Create(1);
        graph.Arithmetic = Arithmetic.TfliteRuy;
        Assert.Equal(Arithmetic.TfliteRuy, Reimported(graph).Arithmetic);
    }

    [Fact]
    public void The_arithmetic_is_not_kept_where_float_operators_stand_between_conversions()
    {
        var sketch = new GraphSketch();
        var x = sketch.Marked("x8", sketch.Input("x", 1, 4), 0.1f, 0);
        var graph = sketch.Done(sketch.Quantise("y", sketch.Unary("tanh", UnaryFunction.Tanh, x), 0.01f, 0));
        graph.Arithmetic = Arithmetic.TfliteReference;
        Assert.Equal(Arithmetic.Float, Reimported(graph).Arithmetic);
    }

    // ONNX has no other form for the depthwise convolution of one channel than the dense one.
    private static OperatorKind Kind(Node node) =>
        node.Kind == OperatorKind.DepthwiseConvolution && node.Input(0).Shape[3] == 1 ? OperatorKind.Convolution : node.Kind;

    private static void RequireSame(Graph graph, double tolerance)
    {
        var again = Reimported(graph);
        Assert.Equal(graph.Outputs.Select(tensor => tensor.ToString()), again.Outputs.Select(tensor => tensor.ToString()));
        var inputs = DrawnInputs.Draw(graph, 5);
        var (expected, actual) = (new Interpreter(graph).Run(inputs), new Interpreter(again).Run(inputs));
        if (tolerance == 0)
            Assert.All(graph.Outputs, output => Assert.Equal(expected[output.Name], actual[output.Name]));
        else
            Assert.InRange(Outputs.RelativeError(Outputs.Of(graph), Outputs.Of(again)), 0, tolerance);
    }

    private static Graph Reimported(Graph graph)
    {
        using var stream = new MemoryStream();
        OnnxExporter.Save(graph, stream);
        stream.Position = 0;
        return OnnxImporter.Load(stream, graph.Name);
    }

    private static ModelProto Exported(Graph graph)
    {
        using var stream = new MemoryStream();
        OnnxExporter.Save(graph, stream);
        return ModelProto.Parser.ParseFrom(stream.ToArray());
    }
}
