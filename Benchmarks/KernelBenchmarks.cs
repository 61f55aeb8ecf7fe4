using BenchmarkDotNet.Attributes;
using NpuSim.Cli.Bench;
using NpuSim.Kernels;

namespace NpuSim.Benchmarks;

/// <summary>The kernels of <c>npusim bench</c>, on the same shapes, at every level of the host but the scalar one.</summary>
[MemoryDiagnoser]
public class KernelBenchmarks
{
    private Action _call = () => { };

    /// <summary>Kernel, format and shape, as <c>npusim bench</c> names them.</summary>
    [ParamsSource(nameof(CaseNames))]
    public string Case { get; set; } = "";

    /// <summary>The level.</summary>
    [ParamsSource(nameof(Levels))]
    public SimdLevel Level { get; set; }

    /// <summary>All cases.</summary>
    public static IEnumerable<string> CaseNames => BenchRun.Cases.Select(Name);

    /// <summary>All levels of this host above scalar.</summary>
    public static IEnumerable<SimdLevel> Levels => Simd.Supported.Skip(1);

    /// <summary>Makes the operands.</summary>
    [GlobalSetup]
    public void Prepare() => _call = BenchRun.Cases.Single(item => Name(item) == Case).Prepare(Level);

    /// <summary>One call of the kernel.</summary>
    [Benchmark]
    public void Run() => _call();

    private static string Name(BenchCase item) => $"{item.Kernel} {item.Format} {item.Shape}";
}
