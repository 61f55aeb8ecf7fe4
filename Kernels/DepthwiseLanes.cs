namespace NpuSim.Kernels;

/// <summary>What <see cref="DepthwiseSlide{TLanes,TPairs,TSums}"/> does to some channels at once: loads, products and stores of one vector
/// width.</summary>
/// <typeparam name="TPairs">A pair of taps of every channel as int16, or their weights.</typeparam>
/// <typeparam name="TSums">An int32 sum of every channel.</typeparam>
internal unsafe interface IDepthwiseLanes<TPairs, TSums>
    where TPairs : struct
    where TSums : struct
{
    /// <summary>Channels handled at once.</summary>
    static abstract int Channels { get; }

    /// <summary>Widens and interleaves the bytes of two taps; reads no more than the channels.</summary>
    static abstract TPairs Load(sbyte* first, sbyte* second);

    /// <summary>The weights of a pair of taps, from where they start in <see cref="DepthwiseWeights"/>.</summary>
    static abstract TPairs Weights(short* w);

    /// <summary>Sums from memory.</summary>
    static abstract TSums Sums(int* sums);

    /// <summary>sums + the two products of every channel.</summary>
    static abstract TSums Add(TSums sums, TPairs x, TPairs w);

    /// <summary>Writes sums, or adds them to what is there.</summary>
    static abstract void Store(TSums sums, int* acc, bool accumulate);
}
