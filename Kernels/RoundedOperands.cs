using System.Buffers;
using System.Runtime.InteropServices;

namespace NpuSim.Kernels;

/// <summary>The float32 operands of a pass as the array takes them: every element rounded to bfloat16, places and order kept.</summary>
internal readonly ref struct RoundedOperands : IDisposable
{
    private readonly byte[] _x;
    private readonly byte[] _weights;

    /// <param name="x">float32 activations.</param>
    /// <param name="weights">float32 weights.</param>
    public RoundedOperands(ReadOnlySpan<byte> x, ReadOnlySpan<byte> weights)
    {
        _x = ArrayPool<byte>.Shared.Rent(x.Length / 2);
        _weights = ArrayPool<byte>.Shared.Rent(weights.Length / 2);
        X = Round(x, _x);
        Weights = Round(weights, _weights);
    }

    public ReadOnlySpan<byte> X { get; }

    public ReadOnlySpan<byte> Weights { get; }

    /// <summary>The geometry over elements of half the size.</summary>
    public static PassGeometry Geometry(in PassGeometry g) => g with { InRowPitch = g.InRowPitch / 2, InPixelPitch = g.InPixelPitch / 2 };

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_x);
        ArrayPool<byte>.Shared.Return(_weights);
    }

    private static ReadOnlySpan<byte> Round(ReadOnlySpan<byte> source, byte[] target)
    {
        var bits = MemoryMarshal.Cast<byte, uint>(source);
        var rounded = MemoryMarshal.Cast<byte, ushort>(target.AsSpan(0, source.Length / 2));
        for (int i = 0; i < rounded.Length; i++) rounded[i] = BrainFloat.Rounded(bits[i]);
        return target.AsSpan(0, source.Length / 2);
    }
}
