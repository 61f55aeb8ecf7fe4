namespace NpuSim.Isa.Timing;

/// <summary>How the pixels of a pass lie, for arrays that cut it into blocks.</summary>
/// <param name="OutHeight">Output rows.</param>
/// <param name="OutWidth">Output columns.</param>
/// <param name="InHeight">Input rows that exist.</param>
/// <param name="InWidth">Input columns that exist.</param>
/// <param name="KernelHeight">Kernel rows.</param>
/// <param name="KernelWidth">Kernel columns.</param>
/// <param name="StrideY">Rows between windows.</param>
/// <param name="StrideX">Columns between windows.</param>
/// <param name="DilationY">Rows between taps.</param>
/// <param name="DilationX">Columns between taps.</param>
/// <param name="Product">A product of matrices, which has no kernel.</param>
public readonly record struct PassPlane(
    int OutHeight, int OutWidth, int InHeight, int InWidth, int KernelHeight, int KernelWidth, int StrideY, int StrideX, int DilationY, int DilationX,
    bool Product)
{
    /// <summary>One row of as many columns as a product of matrices has rows.</summary>
    public static PassPlane Row(int rows) => new(1, rows, 1, rows, 1, 1, 1, 1, 1, 1, Product: true);
}
