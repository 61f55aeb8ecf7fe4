namespace NpuSim.Kernels;

/// <summary>How often a pass takes the columns of its input, ready to count the zeros of one row after the other. Passes over one tile after the other
/// have few different ones, so that each thread keeps some.</summary>
internal sealed class ColumnUses
{
    // In narrower runs the bytes are weighted one by one.
    private const int LeastRunBytes = 32;

    private const int Kept = 8;

    [ThreadStatic]
    private static ColumnUses?[]? recent;

    private readonly Key _key;
    private readonly int[] _uses;
    // Columns from a first one on that are taken as often: the column behind each run.
    private readonly int[] _ends;
    private readonly int _runs;
    // Uses of each byte where runs are short; else null.
    private readonly byte[]? _weights;

    private ColumnUses(in Key key)
    {
        _key = key;
        _uses = new int[key.Width];
        _ends = new int[key.Width];
        OperandUses.Count(key.OutCols, key.Taps, key.Stride, key.Dilation, key.Padding, _uses);
        int most = 0;
        for (int column = 1; column <= _uses.Length; column++)
        {
            most = Math.Max(most, _uses[column - 1]);
            if (column == _uses.Length || _uses[column] != _uses[column - 1]) _ends[_runs++] = column;
        }

        bool isShort = (long)_uses.Length * key.Bytes < (long)_runs * LeastRunBytes;
        if (isShort && key.Pitch == key.Bytes && key.Pattern.ElementBytes == 1 && most <= byte.MaxValue)
        {
            _weights = new byte[_uses.Length * key.Bytes];
            for (int column = 0; column < _uses.Length; column++) _weights.AsSpan(column * key.Bytes, key.Bytes).Fill((byte)_uses[column]);
        }
    }

    /// <summary>Those of a pass.</summary>
    /// <param name="g">Geometry of the pass.</param>
    /// <param name="pattern">What a zero looks like.</param>
    /// <param name="pixelBytes">Bytes of a pixel that count.</param>
    internal static ColumnUses Of(in PassGeometry g, ZeroPattern pattern, int pixelBytes)
    {
        var key = new Key(g, pattern, pixelBytes);
        ref var place = ref (recent ??= new ColumnUses?[Kept])[(uint)(key.OutCols + (3 * key.Padding) + (5 * key.Width) + key.Taps) % Kept];
        if (place is null || !place._key.Equals(key)) place = new ColumnUses(key);
        return place;
    }

    /// <summary>Zeros of a row of pixels, each as often as its column is taken.</summary>
    internal long Zeros(SimdLevel level, ReadOnlySpan<byte> line)
    {
        if (_key.Bytes == 0) return 0;
        if (_weights is not null) return ZeroKernel.Weighted(level, line[.._weights.Length], _weights, (byte)_key.Pattern.Flip);
        long zeros = 0;
        for (int run = 0, column = 0; run < _runs; column = _ends[run++])
        {
            if (_uses[column] > 0) zeros += _uses[column] * Pixels(level, line[(column * _key.Pitch)..], _ends[run] - column);
        }

        return zeros;
    }

    private long Pixels(SimdLevel level, ReadOnlySpan<byte> pixels, int count)
    {
        int bytes = _key.Bytes;
        if (_key.Pitch == bytes) return ZeroKernel.Count(level, pixels[..(count * bytes)], _key.Pattern);
        long zeros = 0;
        for (int pixel = 0; pixel < count; pixel++) zeros += ZeroKernel.Count(level, pixels.Slice(pixel * _key.Pitch, bytes), _key.Pattern);
        return zeros;
    }

    /// <summary>All that the uses follow from.</summary>
    private readonly struct Key(in PassGeometry g, ZeroPattern pattern, int pixelBytes)
    {
        internal readonly int OutCols = g.OutCols;
        internal readonly int Taps = g.KernelWidth;
        internal readonly int Stride = g.StrideX;
        internal readonly int Dilation = g.DilationX;
        internal readonly int Padding = g.PadLeft;
        internal readonly int Width = g.InWidth;
        internal readonly int Pitch = g.InPixelPitch;
        internal readonly int Bytes = pixelBytes;
        internal readonly ZeroPattern Pattern = pattern;

        internal bool Equals(in Key other) =>
            OutCols == other.OutCols && Taps == other.Taps && Stride == other.Stride && Dilation == other.Dilation && Padding == other.Padding
            && Width == other.Width && Pitch == other.Pitch && Bytes == other.Bytes && Pattern == other.Pattern;
    }
}
