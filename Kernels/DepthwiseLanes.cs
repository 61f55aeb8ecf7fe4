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

    /// <summary>The bytes of three rows at a pixel.</summary>
    static abstract TColumn Load(sbyte* top, nint middle, nint bottom);

    /// <summary>The weights of a column of the kernel, from where they start in <see cref="DepthwiseWeights"/>.</summary>
    static abstract TColumn Weights(short* w);

    /// <summary>Sums from memory.</summary>
    static abstract TSums Load(int* sums);

    /// <summary>sums + Σ of the column's three products, channel by channel.</summary>
    static abstract TSums Add(TSums sums, TColumn x, TColumn w);

    /// <summary>Writes sums, or adds them to what is there.</summary>
    static abstract void Store(TSums sums, int* acc, bool accumulate);
}
