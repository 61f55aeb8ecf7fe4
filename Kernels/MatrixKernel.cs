namespace NpuSim.Kernels;

/// <summary>Product of int8 matrices into int32 accumulators that wrap.</summary>
public static class MatrixKernel
{
    /// <summary>acc[m,n] (+)= Σ_k (a[m,k] − inputZero)·(w[n,k] − weightZero), modulo 2^32.</summary>
    /// <param name="rows">Rows M of a.</param>
    /// <param name="columns">Columns N of the result.</param>
    /// <param name="depth">Reduction length K.</param>
    /// <param name="pitchA">Bytes from row to row of a.</param>
    /// <param name="a">[rows × depth] int8.</param>
    /// <param name="w">Second matrix in dense order with R = S = 1 (<see cref="WeightLayout"/>).</param>
    /// <param name="acc">[rows × columns] int32.</param>
    /// <param name="accPitch">int32 elements from row to row of acc.</param>
    /// <param name="inputZero">Zero point of a, −128 … 127.</param>
    /// <param name="weightZero">Zero point of w, −128 … 127.</param>
    /// <param name="accumulate">Add to the accumulators instead of overwriting them.</param>
    /// <exception cref="ArgumentException">An extent is below 1, or a span is too short.</exception>
    public static void Multiply(int rows, int columns, int depth, int pitchA, ReadOnlySpan<sbyte> a, ReadOnlySpan<sbyte> w, Span<int> acc,
        int accPitch, int inputZero, int weightZero, bool accumulate) =>
        Multiply(Simd.Active, rows, columns, depth, pitchA, a, w, acc, accPitch, inputZero, weightZero, accumulate);

    /// <summary>The same at a chosen level; all levels give the same accumulators.</summary>
    /// <inheritdoc cref="Multiply(int, int, int, int, ReadOnlySpan{sbyte}, ReadOnlySpan{sbyte}, Span{int}, int, int, int, bool)"/>
    public static void Multiply(SimdLevel level, int rows, int columns, int depth, int pitchA, ReadOnlySpan<sbyte> a, ReadOnlySpan<sbyte> w,
        Span<int> acc, int accPitch, int inputZero, int weightZero, bool accumulate)
    {
        // A matrix is an image of one row whose pixels are the matrix' rows.
        var geometry = new PassGeometry(InHeight: 1, InWidth: rows, InChannels: depth, InRowPitch: 0, InPixelPitch: pitchA,
            KernelHeight: 1, KernelWidth: 1, StrideY: 1, StrideX: 1, DilationY: 1, DilationX: 1, PadTop: 0, PadLeft: 0,
            OutRows: 1, OutCols: rows, OutChannels: columns, OutPixelPitch: accPitch, InputZero: inputZero, WeightZero: weightZero);
        ConvolutionKernel.Dense(level, geometry, a, w, acc, accumulate);
    }
}
