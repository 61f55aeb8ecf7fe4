using NpuSim.Isa.Program;
using NpuSim.Tests.Workloads.Data;
using NpuSim.Workloads.Export;

namespace NpuSim.Tests.Cli.Malformed;

/// <summary>Good files that cases start from.</summary>
internal static class MalformedFiles
{
    private static readonly Lazy<byte[]> ProgramBytes = new(() => ProgramFile.Encode(SmallModels.Program()));

    private static readonly Lazy<byte[]> OnnxBytes = new(() =>
    {
        using var stream = new MemoryStream();
        OnnxExporter.Save(SmallModels.Classifier(), stream);
        return stream.ToArray();
    });

    /// <summary>Bytes of a good program file for the machine edge.</summary>
    public static byte[] Program => ProgramBytes.Value;

    /// <summary>Bytes of a good ONNX file of the same model.</summary>
    public static byte[] Onnx => OnnxBytes.Value;

    /// <summary>Writes a good ONNX file.</summary>
    public static string GoodOnnx(ScratchFolder folder) => folder.Write("good.onnx", Onnx);

    /// <summary>Writes a good program file.</summary>
    public static string GoodProgram(ScratchFolder folder) => folder.Write("good.npu", Program);

    /// <summary>Positions spread over a file, its ends left out.</summary>
    public static IEnumerable<int> Positions(int length, int count) => Enumerable.Range(1, count).Select(index => (int)((long)length * index / (count + 1))).Distinct();
}
