using System.Runtime.CompilerServices;

namespace NpuSim.Kernels;

/// <summary>Arithmetic of a kernel that measures in bytes, as <see cref="ArithmeticLoops"/> runs it without memory.</summary>
public enum VectorArithmetic : byte
{
    RequantiseDouble,
    RequantiseSingle,
    RequantiseFloat,
    AddFixed,
    AddFloat,
    MultiplyFixed,
    MultiplyFloat,
}

/// <summary>What happens between the loads and the store of a kernel.</summary>
internal interface IVectorArithmetic<TVector>
    where TVector : struct
{
    /// <summary>Vectors that are read, 2 or 4.</summary>
    static abstract int Operands { get; }

    /// <summary>A vector of int8 results, and whether they are certain.</summary>
    bool TryOf(TVector a, TVector b, TVector c, TVector d, out TVector result);
}

/// <summary>Requantisation of accumulators in float32.</summary>
internal readonly struct RequantiseArithmetic<TLanes, TVector> : IVectorArithmetic<TVector>
    where TLanes : struct, ILanes<TVector>
    where TVector : struct
{
    private readonly TVector factor;
    private readonly RequantiseTail<TLanes, TVector> tail;

    internal RequantiseArithmetic(float factor)
    {
        this.factor = TLanes.Fill(BitConverter.SingleToInt32Bits(factor));
        tail = new RequantiseTail<TLanes, TVector>(new RequantiseTarget(3, -128, 127), halve: false);
    }

    public static int Operands => 4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryOf(TVector a, TVector b, TVector c, TVector d, out TVector result)
    {
        result = tail.Finish(Scale(a), Scale(b), Scale(c), Scale(d));
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private TVector Scale(TVector value) => FloatRounding.Scale<TLanes, TVector>(value, factor, factor, factor);
}

/// <summary>Requantisation of accumulators in fixed point.</summary>
internal readonly struct GuardedRequantiseArithmetic<TLanes, TVector> : IVectorArithmetic<TVector>
    where TLanes : struct, ILanes<TVector>
    where TVector : struct
{
    private const int Bits = 4, Zero = 3, Shift = 9;
    private readonly TVector slope, offset, raised, zero;
    private readonly RequantiseGuarded<TLanes, TVector> scale;

    internal GuardedRequantiseArithmetic(bool twice)
    {
        int less = twice ? GuardBand.One >> Shift : 0;
        slope = TLanes.Fill(BitConverter.SingleToInt32Bits(0.001f * GuardBand.One));
        float constant = Zero * GuardBand.One + GuardBand.One / 2 + (1 << (Bits - 1));
        offset = TLanes.Fill(BitConverter.SingleToInt32Bits(constant - less / 2));
        raised = TLanes.Fill(BitConverter.SingleToInt32Bits(constant + less / 2));
        zero = TLanes.Fill(-10);
        scale = new(Bits, new RequantiseTarget(Zero, sbyte.MinValue, sbyte.MaxValue), twice);
    }

    public static int Operands => 4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryOf(TVector a, TVector b, TVector c, TVector d, out TVector result)
    {
        TVector v0 = Scale(a), v1 = Scale(b), v2 = Scale(c), v3 = Scale(d);
        result = scale.ToBytes(v0, v1, v2, v3);
        return scale.Band.IsCertain(v0, v1, v2, v3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private TVector Scale(TVector value) => scale.Scale(value, slope, offset, raised, zero);
}
