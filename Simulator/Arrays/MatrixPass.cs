namespace NpuSim.Simulator.Arrays;

/// <summary>One pass as the array sees it: a product of matrices, what convolution becomes when each output pixel is a row.</summary>
/// <param name="Rows">Output pixels M.</param>
/// <param name="Columns">Output channels N.</param>
/// <param name="Channels">Channels that one kernel tap reduces over.</param>
/// <param name="Taps">Kernel taps; the reduction length K is Taps · Channels.</param>
/// <param name="X">[M × K] activations, row-major, the tap outermost in a row.</param>
/// <param name="W">[N × K] weights, row-major, likewise.</param>
public sealed record MatrixPass(int Rows, int Columns, int Channels, int Taps, sbyte[] X, sbyte[] W)
{
    /// <summary>Reduction length K.</summary>
    public int Depth => Channels * Taps;

    /// <summary>x[m, k]; 0 outside.</summary>
    public sbyte Activation(int m, int k) => m < Rows && k < Depth ? X[(m * Depth) + k] : (sbyte)0;

    /// <summary>w[n, k]; 0 outside.</summary>
    public sbyte Weight(int n, int k) => n < Columns && k < Depth ? W[(n * Depth) + k] : (sbyte)0;

    /// <exception cref="ArgumentException">An extent is below 1, or an operand has another size.</exception>
    public void Verify()
    {
        if (Rows < 1 || Columns < 1 || Channels < 1 || Taps < 1) throw new ArgumentException($"extents of a pass are at least 1: {Rows} × {Columns} × {Taps} · {Channels}");
        if (X.Length != Rows * Depth || W.Length != Columns * Depth) throw new ArgumentException($"found {X.Length} activations and {W.Length} weights, expected {Rows * Depth} and {Columns * Depth}");
    }
}
