using BenchmarkDotNet.Running;

namespace NpuSim.Benchmarks;

/// <summary>Runs the benchmarks that the arguments choose, as BenchmarkDotNet reads them.</summary>
internal static class Entry
{
    private static void Main(string[] args) => BenchmarkSwitcher.FromAssembly(typeof(Entry).Assembly).Run(args);
}
