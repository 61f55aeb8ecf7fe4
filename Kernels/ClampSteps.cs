using System.Runtime.CompilerServices;

namespace NpuSim.Kernels;

/// <summary>int8 between bounds that are first brought into −128 … 127.</summary>
internal readonly struct ClampInt8Step<TLanes, TVector>(int low, int high) : IElementwiseStep<TVector>
    where TLanes : struct, ILanes<TVector>
    where TVector : struct
{
    private readonly TVector low = TLanes.Fill((sbyte)Math.Clamp(low, -128, 127));
    private readonly TVector high = TLanes.Fill((sbyte)Math.Clamp(high, -128, 127));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryOf(ref readonly byte a, ref readonly byte b, out TVector result)
    {
        result = Of(in a, in b);
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Of(ref readonly byte a, ref readonly byte b) => TLanes.BoundBytes(TLanes.LoadBytes(in a, 0), low, high);
}

/// <summary>int32 between bounds.</summary>
internal readonly struct ClampInt32Step<TLanes, TVector>(int low, int high) : IElementwiseStep<TVector>
    where TLanes : struct, ILanes<TVector>
    where TVector : struct
{
    private readonly TVector low = TLanes.Fill(low);
    private readonly TVector high = TLanes.Fill(high);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryOf(ref readonly byte a, ref readonly byte b, out TVector result)
    {
        result = Of(in a, in b);
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Of(ref readonly byte a, ref readonly byte b) => TLanes.Min(TLanes.Max(TLanes.LoadBytes(in a, 0), low), high);
}

/// <summary>float32 between bounds; a NaN becomes the lower one.</summary>
internal readonly struct ClampFloatStep<TLanes, TVector>(float low, float high) : IElementwiseStep<TVector>
    where TLanes : struct, ILanes<TVector>
    where TVector : struct
{
    private readonly TVector low = TLanes.Fill(BitConverter.SingleToInt32Bits(low));
    private readonly TVector high = TLanes.Fill(BitConverter.SingleToInt32Bits(high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryOf(ref readonly byte a, ref readonly byte b, out TVector result)
    {
        result = Of(in a, in b);
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Of(ref readonly byte a, ref readonly byte b) =>
        TLanes.SmallerFloat(TLanes.LargerFloat(TLanes.LoadBytes(in a, 0), low), high);
}
