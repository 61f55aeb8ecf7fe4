using System.Runtime.InteropServices;
using Google.Protobuf;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Import.Onnx;
using NpuSim.Workloads.Import.Onnx.Proto;
using NpuSim.Workloads.Interpret;
using Xunit;

namespace NpuSim.Tests.Workloads.Import.Onnx;

/// <summary>Constants whose data lie in another file.</summary>
public sealed class ExternalDataTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("npusim").FullName;

    public void Dispose() => Directory.Delete(_folder, true);

    [Fact]
    public void Data_beside_the_model_are_read_at_their_offset()
    {
        File.WriteAllBytes(Path.Combine(_folder, "weights.bin"), [.. new byte[8], .. MemoryMarshal.AsBytes<float>([3, 4])]);
        var graph = Load(("location", "weights.bin"), ("offset", "8"), ("length", "8"));
        var y = new Interpreter(graph).Run(new Dictionary<string, byte[]> { ["x"] = new byte[8] })["y"];
        Assert.Equal([3, 4], MemoryMarshal.Cast<byte, float>(y).ToArray());
    }

    [Theory]
    [InlineData("absent.bin", "0", "8", "cannot be read")]
    [InlineData("weights.bin", "1", "8", "an external file of 8 bytes")]
    [InlineData("weights.bin", "9223372036854775807", "8", "an external file of 8 bytes")]
    [InlineData("weights.bin", "-1", "8", "offset")]
    [InlineData("weights.bin", "0", "4", "4 bytes of external data")]
    [InlineData("../weights.bin", "0", "8", "in the model's folder")]
    [InlineData("/etc/hostname", "0", "8", "in the model's folder")]
    [InlineData("inside/../../weights.bin", "0", "8", "in the model's folder")]
    [InlineData("", "0", "8", "without a location")]
    [InlineData(".", "0", "8", "in the model's folder")]
    public void Data_that_are_not_where_they_should_be_are_refused(string location, string offset, string length, string expected)
    {
        File.WriteAllBytes(Path.Combine(_folder, "weights.bin"), new byte[8]);
        var refusal = Assert.Throws<ModelException>(() => Load(("location", location), ("offset", offset), ("length", length)));
        Assert.Contains(expected, refusal.Message, StringComparison.Ordinal);
        Assert.Single(refusal.Message.Split('\n'));
    }

    [Fact]
    public void Links_that_could_lead_outside_are_refused()
    {
        var outside = Path.Combine(_folder, "outside.bin");
        File.WriteAllBytes(outside, new byte[8]);
        File.CreateSymbolicLink(Path.Combine(_folder, "link.bin"), outside);
        Assert.Contains("link", Assert.Throws<ModelException>(() => Load(("location", "link.bin"))).Message, StringComparison.Ordinal);
    }

    private Graph Load(params (string Key, string Value)[] entries)
    {
        var sketch = new OnnxSketch().Input("x", 2).Floats("w", [0, 0], 2).Node("Add", "x w", "y").Output("y");
        var constant = sketch.Model.Graph.Initializer[0];
        constant.RawData = ByteString.Empty;
        constant.DataLocation = TensorProto.Types.DataLocation.External;
        constant.ExternalData.AddRange(entries.Select(entry => new StringStringEntryProto { Key = entry.Key, Value = entry.Value }));
        var path = Path.Combine(_folder, "model.onnx");
        File.WriteAllBytes(path, sketch.Serialised());
        return OnnxImporter.Load(path);
    }
}
