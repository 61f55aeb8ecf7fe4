namespace NpuSim.Kernels;

/// <summary>How the taps of a dense convolution lie in a widened band: runs of consecutive int16 values, the same for every
/// pixel.</summary>
/// <remarks>Without horizontal dilation a kernel row is one run of S·C values, else every tap is a run of C. A run is read in pairs; the
/// odd value past its end is multiplied with a zero weight.</remarks>
internal readonly unsafe struct DenseRuns(int* offsets, int count, int length)
{
    /// <summary>Elements from a pixel's first tap to the first of each run.</summary>
    internal int* Offsets { get; } = offsets;

    internal int Count { get; } = count;

    /// <summary>Values of a run.</summary>
    internal int Length { get; } = length;

    /// <summary>Pairs of a run, the last filled up.</summary>
    internal int Pairs => (Length + 1) / 2;

    /// <summary>Elements of a block of 16 output channels in widened weights: [run][pair][16][2].</summary>
    internal int BlockElements => Count * Pairs * WeightLayout.OutputBlock * 2;
}

/// <summary>The innermost loops of a dense convolution on int16 operands, for a group of pixels and one or two blocks of 16
/// outputs.</summary>
internal unsafe interface IDenseMicroKernel
{
    /// <summary>Pixels of a group.</summary>
    static abstract int Pixels { get; }

    /// <summary>Blocks of 16 output channels that <see cref="Run"/> computes at once.</summary>
    static abstract int Blocks { get; }

    /// <summary>acc[p][0 … 16·Blocks) (+)= Σ over runs and pairs of x[p]·w.</summary>
    static abstract void Run(in DenseRuns runs, short** x, short* w, int** acc, bool accumulate);

    /// <summary>The same for one block.</summary>
    static abstract void RunBlock(in DenseRuns runs, short** x, short* w, int** acc, bool accumulate);

    /// <summary>The same for one pixel and one block.</summary>
    static abstract void RunPixel(in DenseRuns runs, short* x, short* w, int* acc, bool accumulate);
}
