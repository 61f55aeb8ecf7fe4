using NpuSim.Kernels;

namespace NpuSim.Cli.Bench;

/// <summary>What a kernel is measured against.</summary>
public enum BenchCeiling
{
    /// <summary>Integer multiply-adds on registers.</summary>
    Integer,

    /// <summary>float32 multiply-adds on registers.</summary>
    Float,

    /// <summary>Comparing bits and counting them on registers.</summary>
    Binary,

    /// <summary>Integer multiply-adds on registers, or reading the kernel's bytes from the second-level cache: whichever takes
    /// longer.</summary>
    IntegerOrL2,

    /// <summary>Integer multiply-adds on registers, or reading the kernel's bytes from the cache that holds as many: whichever takes
    /// longer.</summary>
    IntegerOrRead,

    /// <summary>A copy of as many bytes as the kernel touches, or its arithmetic on registers where the case names it: whichever takes
    /// longer.</summary>
    Copy,
}

/// <summary>One kernel in one format on one shape.</summary>
/// <param name="Kernel">Name of the kernel.</param>
/// <param name="Format">Format of its operands.</param>
/// <param name="Shape">The shape, as text.</param>
/// <param name="Ceiling">What it is measured against.</param>
/// <param name="Macs">Multiply-accumulates of a call; 0 for a kernel that is measured in bytes.</param>
/// <param name="Bytes">Bytes that a call reads and writes, each counted once.</param>
/// <param name="ScalarMacs">Multiply-accumulates of a call of the scalar definition, where that does only part of the shape.</param>
/// <param name="Prepare">Makes operands and returns the call at a level.</param>
public sealed record BenchCase(string Kernel, string Format, string Shape, BenchCeiling Ceiling, long Macs, long Bytes,
    long ScalarMacs, Func<SimdLevel, Action> Prepare)
{
    /// <summary>The arithmetic that may bind a kernel more than its bytes do.</summary>
    public VectorArithmetic? Arithmetic { get; init; }

    /// <summary>Elements of the result of a call, where there is an arithmetic.</summary>
    public long Elements { get; init; }

    /// <summary>What a call at a level does: multiply-accumulates, or bytes.</summary>
    public long Work(SimdLevel level) => Macs == 0 ? Bytes : level == SimdLevel.Scalar ? ScalarMacs : Macs;

    /// <summary>Unit of work per nanosecond.</summary>
    public string Unit => Macs > 0 ? "GMAC/s" : "GB/s";
}
