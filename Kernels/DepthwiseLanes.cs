namespace NpuSim.Kernels;

/// <summary>What <see cref="DepthwiseSlide{TLanes,TColumn,TSums}"/> does to some channels at once: loads, products and stores of one vector
/// width.</summary>
/// <typeparam name="TColumn">Three taps above one another of every channel, or their weights.</typeparam>
/// <typeparam name="TSums">An int32 sum of every channel.</typeparam>
internal unsafe interface IDepthwiseLanes<TColumn, TSums>
    where TColumn : struct
    where TSums : struct
{
    /// <summary>Channels handled at once.</summary>
    static abstract int Channels { get; }

    /// <summary>Loads the outer column of a kernel; reads no more than the channels.</summary>
    /// <param name="x">The upper tap.</param>
    /// <param name="middle">Bytes from there to the middle one.</param>
    /// <param name="bottom">Bytes to the lower one.</param>
    /// <param name="before">Bytes to the tap before the lower one; where there is none, to the lower one.</param>
    static abstract TColumn LoadOuter(sbyte* x, nint middle, nint bottom, nint before);

    /// <summary>Loads the inner column of a kernel.</summary>
    static abstract TColumn LoadInner(sbyte* x, nint middle, nint bottom);

    /// <summary>The weights of channels from k on in a column of the kernel.</summary>
    static abstract TColumn Weights(short* weights, int k, int column);

    /// <summary>Sums from memory.</summary>
    static abstract TSums Sums(int* sums);

    /// <summary>sums + what an outer column contributes: the first or the last one, as its weights say.</summary>
    static abstract TSums AddOuter(TSums sums, TColumn x, TColumn w);

    /// <summary>sums + what the inner column contributes; the column may have been loaded as an outer one.</summary>
    static abstract TSums AddInner(TSums sums, TColumn x, TColumn w);

    /// <summary>Writes sums, or adds them to what is there.</summary>
    static abstract void Store(TSums sums, int* acc, bool accumulate);
}
