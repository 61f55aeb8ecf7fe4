using NpuSim.Isa.Program;
using NpuSim.Tests.Workloads.Data;

namespace NpuSim.Tests.Cli.Malformed;

/// <summary>Good files that cases start from.</summary>
internal static class MalformedFiles
{
    private static readonly Lazy<byte[]> ProgramBytes = new(() => ProgramFile.Encode(SmallModels.Program()));

    /// <summary>Bytes of a good program file for the machine edge.</summary>
    public static byte[] Program => ProgramBytes.Value;

    /// <summary>Writes a good program file.</summary>
    public static string GoodProgram(ScratchFolder folder) => folder.Write("good.npu", Program);

    /// <summary>Positions spread over a file, its ends left out.</summary>
    public static IEnumerable<int> Positions(int length, int count) => Enumerable.Range(1, count).Select(index => (int)((long)length * index / (count + 1))).Distinct();
}
