namespace NpuSim.Kernels;

/// <summary>The widened weights of the last pass of a thread: passes over one tile after the other take the same weights.</summary>
internal sealed class KeptWeights
{
    // Beyond a part of the second-level cache they would come from further away than the packed ones.
    private const int LargestElements = 1 << 17;

    [ThreadStatic]
    private static KeptWeights? ofThread;

    private Key _key;
    private short[] _elements = [];

    /// <summary>[block][run][pair][16][2] once they are filled; at least as many as were asked for.</summary>
    internal short[] Elements => _elements;

    /// <summary>Whether <see cref="Elements"/> holds the weights of the pass.</summary>
    internal bool IsFilled { get; set; }

    /// <summary>What the thread keeps for a pass; null where nothing is known of its weights, or they are too many.</summary>
    /// <param name="mark">Of its weights.</param>
    /// <param name="g">Its geometry.</param>
    /// <param name="weightBytes">Bytes of a weight.</param>
    /// <param name="elements">Elements of all blocks.</param>
    internal static KeptWeights? Of(in WeightsMark mark, in PassGeometry g, int weightBytes, long elements)
    {
        if (!mark.IsKnown || elements > LargestElements) return null;
        var kept = ofThread ??= new KeptWeights();
        kept.Turn(new Key(mark, g, weightBytes));
        if (kept._elements.Length < elements) kept._elements = GC.AllocateUninitializedArray<short>((int)elements);
        return kept;
    }

    /// <summary>Whether the pass before this one on this thread had the same weights.</summary>
    internal static bool Repeats(in WeightsMark mark, in PassGeometry g, int weightBytes)
    {
        if (!mark.IsKnown) return false;
        var kept = ofThread ??= new KeptWeights();
        return !kept.Turn(new Key(mark, g, weightBytes));
    }

    // True where the weights are others than before.
    private bool Turn(in Key key)
    {
        if (key == _key) return false;
        (_key, IsFilled) = (key, false);
        return true;
    }

    /// <summary>All that widened weights follow from.</summary>
    private readonly struct Key(in WeightsMark mark, in PassGeometry g, int weightBytes)
    {
        private readonly long _version = mark.Version;
        private readonly long _place = mark.Place;
        private readonly int _inChannels = g.InChannels;
        private readonly int _outChannels = g.OutChannels;
        private readonly int _kernelHeight = g.KernelHeight;
        private readonly int _kernelWidth = g.KernelWidth;
        private readonly int _weightZero = g.WeightZero;
        private readonly int _weightBytes = weightBytes;
        private readonly bool _isDilated = g.DilationX != 1;

        public static bool operator ==(in Key a, in Key b) =>
            a._version == b._version && a._place == b._place && a._inChannels == b._inChannels && a._outChannels == b._outChannels
            && a._kernelHeight == b._kernelHeight && a._kernelWidth == b._kernelWidth && a._weightZero == b._weightZero
            && a._weightBytes == b._weightBytes && a._isDilated == b._isDilated;

        public static bool operator !=(in Key a, in Key b) => !(a == b);

        public override bool Equals(object? obj) => obj is Key other && this == other;

        public override int GetHashCode() => HashCode.Combine(_version, _place);
    }
}
