using System.Buffers;

namespace NpuSim.Kernels;

/// <summary>How often a pass takes the columns of its input, ready to count the zeros of one row after the other.</summary>
internal readonly struct ColumnUses : IDisposable
{
    // In narrower runs the bytes are weighted one by one.
    private const int LeastRunBytes = 32;

    private readonly SimdLevel _level;
    private readonly ZeroPattern _pattern;
    private readonly int _pitch;
    private readonly int _bytes;
    private readonly int _width;
    private readonly int[] _uses;
    // Columns from a first one on that are taken as often: the column behind each run.
    private readonly int[] _ends;
    private readonly int _runs;
    // Uses of each byte where runs are short; else null.
    private readonly byte[]? _weights;

    /// <param name="level">Level.</param>
    /// <param name="g">Geometry of the pass.</param>
    /// <param name="pattern">What a zero looks like.</param>
    /// <param name="pixelBytes">Bytes of a pixel that count.</param>
    internal ColumnUses(SimdLevel level, in PassGeometry g, ZeroPattern pattern, int pixelBytes)
    {
        (_level, _pattern, _pitch, _bytes, _width) = (level, pattern, g.InPixelPitch, pixelBytes, g.InWidth);
        _uses = ArrayPool<int>.Shared.Rent(g.InWidth);
        _ends = ArrayPool<int>.Shared.Rent(g.InWidth);
        var uses = _uses.AsSpan(0, g.InWidth);
        OperandUses.Count(g.OutCols, g.KernelWidth, g.StrideX, g.DilationX, g.PadLeft, uses);
        for (int column = 1; column <= uses.Length; column++)
        {
            if (column == uses.Length || uses[column] != uses[column - 1]) _ends[_runs++] = column;
        }

        bool isShort = (long)uses.Length * pixelBytes < (long)_runs * LeastRunBytes;
        if (isShort && _pitch == pixelBytes && pattern.ElementBytes == 1 && !uses.ContainsAnyExceptInRange(0, byte.MaxValue))
        {
            _weights = ArrayPool<byte>.Shared.Rent(uses.Length * pixelBytes);
            for (int column = 0; column < uses.Length; column++) _weights.AsSpan(column * pixelBytes, pixelBytes).Fill((byte)uses[column]);
        }
    }

    /// <summary>Zeros of a row of pixels, each as often as its column is taken.</summary>
    internal long Zeros(ReadOnlySpan<byte> line)
    {
        if (_bytes == 0) return 0;
        int all = _width * _bytes;
        if (_weights is not null) return ZeroKernel.Weighted(_level, line[..all], _weights.AsSpan(0, all), (byte)_pattern.Flip);
        long zeros = 0;
        for (int run = 0, column = 0; run < _runs; column = _ends[run++])
        {
            if (_uses[column] > 0) zeros += _uses[column] * Pixels(line[(column * _pitch)..], _ends[run] - column);
        }

        return zeros;
    }

    public void Dispose()
    {
        ArrayPool<int>.Shared.Return(_uses);
        ArrayPool<int>.Shared.Return(_ends);
        if (_weights is not null) ArrayPool<byte>.Shared.Return(_weights);
    }

    private long Pixels(ReadOnlySpan<byte> pixels, int count)
    {
        if (_pitch == _bytes) return ZeroKernel.Count(_level, pixels[..(count * _bytes)], _pattern);
        long zeros = 0;
        for (int pixel = 0; pixel < count; pixel++) zeros += ZeroKernel.Count(_level, pixels.Slice(pixel * _pitch, _bytes), _pattern);
        return zeros;
    }
}
