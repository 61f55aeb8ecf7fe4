namespace NpuSim.Workloads.Tilings;

/// <summary>The loops of a product, by the letters of Timeloop: P and R run along the width, Q and S along the height; a matrix product of M rows
/// has its rows in P, its depth in C and its columns in K.</summary>
public enum TileDimension : byte
{
    /// <summary>Kernel columns.</summary>
    R,

    /// <summary>Kernel rows.</summary>
    S,

    /// <summary>Output columns; rows of a matrix product.</summary>
    P,

    /// <summary>Output rows.</summary>
    Q,

    /// <summary>Input channels; depth of a matrix product.</summary>
    C,

    /// <summary>Output channels; columns of a matrix product.</summary>
    K,

    /// <summary>Images.</summary>
    N,
}
