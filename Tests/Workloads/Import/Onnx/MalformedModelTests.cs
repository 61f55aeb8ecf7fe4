using Google.Protobuf;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Import.Onnx;
using NpuSim.Workloads.Import.Onnx.Proto;
using Xunit;
using AttributeType = NpuSim.Workloads.Import.Onnx.Proto.AttributeProto.Types.AttributeType;
using DataType = NpuSim.Workloads.Import.Onnx.Proto.TensorProto.Types.DataType;
using Dimension = NpuSim.Workloads.Import.Onnx.Proto.TensorShapeProto.Types.Dimension;

namespace NpuSim.Tests.Workloads.Import.Onnx;

/// <summary>Files that are broken: each is refused in one or two lines, never with another exception.</summary>
public class MalformedModelTests
{
    public static TheoryData<string, string> Faults
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var (name, (_, expected)) in Corpus)
                data.Add(name, expected);
            return data;
        }
    }

    /// <summary>What is done to a sound model, and what the refusal must say.</summary>
    private static readonly SortedDictionary<string, (Action<ModelProto> Break, string Expected)> Corpus = new(StringComparer.Ordinal)
    {
        ["no graph"] = (model => model.Graph = null, "no graph"),
        ["no opset"] = (model => model.OpsetImport.Clear(), "operator set"),
        ["opset too old"] = (model => model.OpsetImport[0].Version = 6, "opset 6"),
        ["opset too new"] = (model => model.OpsetImport[0].Version = 22, "opset 22"),
        ["opset negative"] = (model => model.OpsetImport[0].Version = -5, "opset"),
        ["two opsets"] = (model => model.OpsetImport.Add(model.OpsetImport[0].Clone()), "two versions"),
        ["only a foreign domain"] = (model => model.OpsetImport[0].Domain = "com.example", "operator set"),
        ["unknown domain"] = (model => model.Graph.Node[0].Domain = "com.example", "'com.example'"),
        ["unknown imported domain"] = (model =>
        {
            model.OpsetImport.Add(new OperatorSetIdProto { Domain = "com.example", Version = 1 });
            model.Graph.Node[0].Domain = "com.example";
        }, "'com.example'"),
        ["unknown operator"] = (model => model.Graph.Node[0].OpType = "Frobnicate", "'Frobnicate'"),
        ["no operator"] = (model => model.Graph.Node[0].OpType = "", "operator ''"),
        ["operator with line breaks"] = (model => model.Graph.Node[0].OpType = "A\nB\r\nC", "'A?B??C'"),
        ["operator of a million characters"] = (model => model.Graph.Node[0].OpType = new string('x', 1 << 20), "xxx…"),
        ["loop"] = (model => model.Graph.Node[0].OpType = "Loop", "control flow"),
        ["recurrent"] = (model => model.Graph.Node[0].OpType = "LSTM", "recurrent"),
        ["transposed convolution"] = (model => model.Graph.Node[0].OpType = "ConvTranspose", "transposed convolution"),
        ["no inputs"] = (model => model.Graph.Input.Clear(), "no inputs"),
        ["no outputs"] = (model => model.Graph.Output.Clear(), "no outputs"),
        ["no nodes"] = (model => model.Graph.Node.Clear(), "no node that makes it"),
        ["output of nothing"] = (model => model.Graph.Output[0].Name = "nowhere", "'nowhere'"),
        ["output twice"] = (model => model.Graph.Output.Add(model.Graph.Output[0].Clone()), "twice"),
        ["output of another shape"] = (model => model.Graph.Output[0].Type = Shape(1, 2, 3), "declared shape"),
        ["input of no type"] = (model => model.Graph.Input[0].Type = null, "no tensor shape"),
        ["input of no shape"] = (model => model.Graph.Input[0].Type.TensorType.Shape = null, "no tensor shape"),
        ["input of text"] = (model => model.Graph.Input[0].Type.TensorType.ElemType = (int)DataType.String, "element type String"),
        ["input of float16"] = (model => model.Graph.Input[0].Type.TensorType.ElemType = (int)DataType.Float16, "element type Float16"),
        ["input of unknown type"] = (model => model.Graph.Input[0].Type.TensorType.ElemType = 99, "element type 99"),
        ["input without a name"] = (model => model.Graph.Input[0].Name = "", "no name"),
        ["input twice"] = (model => model.Graph.Input.Add(model.Graph.Input[0].Clone()), "twice"),
        ["input of negative extent"] = (model => model.Graph.Input[0].Type = Shape(1, -3, 8, 8), "extent -3"),
        ["input of zero extent"] = (model => model.Graph.Input[0].Type = Shape(1, 0, 8, 8), "extent 0"),
        ["input of huge extent"] = (model => model.Graph.Input[0].Type = Shape(1, 3, long.MaxValue, 8), "extent 9223372036854775807"),
        ["input of huge size"] = (model => model.Graph.Input[0].Type = Shape(1, 3, 1 << 20, 1 << 20), "elements"),
        ["input of too many dimensions"] = (model => model.Graph.Input[0].Type = Shape(1, 1, 1, 1, 1, 1, 1, 1, 1), "9 dimensions"),
        ["input of other channels"] = (model => model.Graph.Input[0].Type = Shape(1, 4, 8, 8), "channels"),
        ["input of three dimensions"] = (model => model.Graph.Input[0].Type = Shape(1, 3, 8), "as many dimensions"),
        ["input of two dimensions"] = (model => model.Graph.Input[0].Type = Shape(1, 3), "as many dimensions"),
        ["constant twice"] = (model => model.Graph.Initializer.Add(model.Graph.Initializer[0].Clone()), "twice"),
        ["constant without a name"] = (model => model.Graph.Initializer[0].Name = "", "without a name"),
        ["constant of no type"] = (model => model.Graph.Initializer[0].DataType = 0, "element type Undefined"),
        ["constant of text"] = (model => model.Graph.Initializer[0].DataType = (int)DataType.String, "element type String"),
        ["constant too short"] = (model => Cut(model.Graph.Initializer[0], -1), "bytes of data"),
        ["constant too long"] = (model => Cut(model.Graph.Initializer[0], 1), "bytes of data"),
        ["constant of no data"] = (model => model.Graph.Initializer[0].RawData = ByteString.Empty, "0 elements of data"),
        ["constant of negative extent"] = (model => model.Graph.Initializer[0].Dims[0] = -2, "extent -2"),
        ["constant of huge extent"] = (model => model.Graph.Initializer[0].Dims[0] = 1L << 60, "extent"),
        ["constant of overflowing size"] = (model =>
        {
            for (var axis = 0; axis < 4; axis++)
                model.Graph.Initializer[0].Dims[axis] = int.MaxValue;
        }, "elements"),
        ["constant of too many dimensions"] = (model => model.Graph.Initializer[0].Dims.Add([1, 1, 1, 1, 1]), "9 dimensions"),
        ["sparse constant"] = (model => model.Graph.SparseInitializer.Add(new SparseTensorProto()), "sparse"),
        ["constant elsewhere"] = (model => model.Graph.Initializer[0].DataLocation = TensorProto.Types.DataLocation.External, "external data"),
        ["constant in an unknown place"] = (model => model.Graph.Initializer[0].DataLocation = (TensorProto.Types.DataLocation)7, "data location"),
        ["weights of other channels"] = (model => model.Graph.Initializer[0].Dims[1] = 6, "bytes of data"),
        ["node without inputs"] = (model => model.Graph.Node[0].Input.Clear(), "0 inputs"),
        ["node without outputs"] = (model => model.Graph.Node[0].Output.Clear(), "no output"),
        ["node with an input of nothing"] = (model => model.Graph.Node[0].Input[0] = "nowhere", "'nowhere' that nothing makes"),
        ["node without its first input"] = (model => model.Graph.Node[0].Input[0] = "", "no input 0"),
        ["node with too many inputs"] = (model => model.Graph.Node[0].Input.Add(["x", "x", "x"]), "5 inputs"),
        ["node with too many outputs"] = (model => model.Graph.Node[0].Output.Add("more"), "output 1"),
        ["value made twice"] = (model => model.Graph.Node[1].Output[0] = model.Graph.Node[0].Output[0], "made twice"),
        ["value made that is an input"] = (model => model.Graph.Node[0].Output[0] = "x", "made twice"),
        ["value made that is a constant"] = (model => model.Graph.Node[0].Output[0] = "w", "made twice"),
        ["node that feeds itself"] = (model => model.Graph.Node[0].Input[0] = model.Graph.Node[0].Output[0], "cycle"),
        ["nodes in a circle"] = (model => model.Graph.Node[0].Input[0] = model.Graph.Node[1].Output[0], "cycle"),
        ["attribute twice"] = (model => model.Graph.Node[0].Attribute.Add(model.Graph.Node[0].Attribute[0].Clone()), "twice"),
        ["attribute of another type"] = (model => model.Graph.Node[0].Attribute[0].Type = AttributeType.Float, "of type Float"),
        ["attribute unknown"] = (model => model.Graph.Node[0].Attribute.Add(new AttributeProto { Name = "speed", Type = AttributeType.Int }), "'speed'"),
        ["attribute of too many entries"] = (model => model.Graph.Node[0].Attribute[0].Ints.Add(Enumerable.Repeat(1L, 100)), "pads"),
        ["attribute out of range"] = (model => model.Graph.Node[0].Attribute[0].Ints[0] = long.MaxValue, "pads"),
        ["padding negative"] = (model => model.Graph.Node[0].Attribute[0].Ints[0] = -1, "pads"),
        ["padding huge"] = (model => model.Graph.Node[0].Attribute[0].Ints[0] = 1 << 20, "sketch"),
        ["arithmetic unknown"] = (model => model.MetadataProps.Add(new StringStringEntryProto { Key = "npusim.arithmetic", Value = "Roman" }), "'Roman'"),
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void A_broken_model_is_refused(string fault, string expected)
    {
        var sketch = Sound();
        Corpus[fault].Break(sketch.Model);
        var refusal = Assert.Throws<ModelException>(() => OnnxImporter.Load(new MemoryStream(sketch.Serialised()), "sketch"));
        Assert.Contains(expected, refusal.Message, StringComparison.Ordinal);
        Assert.StartsWith("'sketch': ", refusal.Message, StringComparison.Ordinal);
        Assert.InRange(refusal.Message.Split('\n').Length, 1, 2);
        Assert.InRange(refusal.Message.Length, 20, 400);
    }

    [Fact]
    public void The_model_that_the_faults_are_done_to_is_sound() => Assert.Equal([1, 4, 8, 8], Sound().Import().Outputs[0].Shape);

    [Fact]
    public void A_file_cut_anywhere_is_refused()
    {
        var whole = Sound().Serialised();
        for (var cut = 0; cut < 50; cut++)
        {
            var length = whole.Length * cut / 50;
            var refusal = Assert.Throws<ModelException>(() => OnnxImporter.Load(new MemoryStream(whole[..length]), "sketch"));
            Assert.Single(refusal.Message.Split('\n'));
        }
    }

    [Fact]
    public void A_file_with_any_byte_changed_is_imported_or_refused()
    {
        var whole = Sound().Serialised();
        var random = new Random(5);
        for (var trial = 0; trial < 2000; trial++)
        {
            var changed = whole.ToArray();
            changed[random.Next(changed.Length)] = (byte)random.Next(256);
            try
            {
                OnnxImporter.Load(new MemoryStream(changed), "sketch");
            }
            catch (ModelException refusal)
            {
                Assert.InRange(refusal.Message.Split('\n').Length, 1, 2);
            }
        }
    }

    [Theory]
    [InlineData(new byte[0])]
    [InlineData(new byte[] { 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF })]
    [InlineData(new byte[] { 0x3A, 0xFF, 0xFF, 0xFF, 0xFF, 0x07, 0x00 })]
    [InlineData(new byte[] { 0x50, 0x4B, 0x03, 0x04 })]
    public void What_is_no_model_is_refused(byte[] bytes) =>
        Assert.Single(Assert.Throws<ModelException>(() => OnnxImporter.Load(new MemoryStream(bytes), "sketch")).Message.Split('\n'));

    [Fact]
    public void A_missing_file_is_refused_by_name() => Assert.Contains("nowhere.onnx",
        Assert.Throws<ModelException>(() => OnnxImporter.Load(Path.Combine(Path.GetTempPath(), "npusim-nowhere", "nowhere.onnx"))).Message, StringComparison.Ordinal);

    [Fact]
    public void Nodes_of_one_name_are_told_apart()
    {
        var sketch = Sound();
        foreach (var node in sketch.Model.Graph.Node)
            node.Name = "same";
        var names = sketch.Import().Nodes.Select(node => node.Name).ToList();
        Assert.Equal(names.Count, names.Distinct().Count());
        Assert.Contains("same", names);
    }

    private static OnnxSketch Sound() => new OnnxSketch().Input("x", 1, 3, 8, 8).Floats("w", new float[4 * 27], 4, 3, 3, 3)
        .Node("Conv", "x w", "a", ("pads", new[] { 1, 1, 1, 1 })).Node("Relu", "a", "y").Output("y");

    private static TypeProto Shape(params long[] extents)
    {
        var shape = new TensorShapeProto();
        shape.Dim.AddRange(extents.Select(extent => new Dimension { DimValue = extent }));
        return new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = (int)DataType.Float, Shape = shape } };
    }

    private static void Cut(TensorProto tensor, int by) => tensor.RawData = by < 0
        ? ByteString.CopyFrom(tensor.RawData.Span[..^1])
        : ByteString.CopyFrom([.. tensor.RawData.Span, 0]);
}
