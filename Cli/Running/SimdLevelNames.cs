using NpuSim.Kernels;

namespace NpuSim.Cli.Running;

/// <summary>Names of SIMD levels on the command line and in reports.</summary>
internal static class SimdLevelNames
{
    public static IReadOnlyList<string> All { get; } = [.. Enum.GetValues<SimdLevel>().Select(Of)];

    public static string Of(SimdLevel level) => level switch
    {
        SimdLevel.Scalar => "scalar",
        SimdLevel.Vector128 => "vector128",
        SimdLevel.Vector256 => "vector256",
        SimdLevel.Vector512 => "vector512",
        SimdLevel.AvxVnni => "avx-vnni",
    };

    /// <summary>The level of a name in <see cref="All"/>.</summary>
    /// <exception cref="UsageException">This host cannot run it.</exception>
    public static SimdLevel Parse(string option, string name)
    {
        var level = Enum.GetValues<SimdLevel>().Single(level => Of(level) == name);
        return Simd.IsSupported(level) ? level : throw new UsageException(
            $"{option}: found '{name}', which this processor cannot run, expected {string.Join(" or ", Simd.Supported.Select(Of))}");
    }
}
