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
    /// <summary>There are two operands.</summary>
    static abstract bool IsPair { get; }

    /// <summary>One vector of int32 lanes; b counts where there are two operands.</summary>
    TVector Quarter(TVector a, TVector b);

    /// <summary>int8 results of four of them.</summary>
    TVector Finish(TVector a, TVector b, TVector c, TVector d);
}

/// <summary>Requantisation of accumulators.</summary>
internal readonly struct RequantiseArithmetic<TRounding, TLanes, TVector> : IVectorArithmetic<TVector>
    where TRounding : struct, IRequantiseRounding
    where TLanes : struct, ILanes<TVector>
    where TVector : struct
{
    private readonly TVector factor, oddFactor, count;
    private readonly RequantiseTail<TLanes, TVector> tail;

    internal RequantiseArithmetic(int factor, int count)
    {
        (this.factor, oddFactor, this.count) = (TLanes.Fill(factor), TLanes.Odd(TLanes.Fill(factor)), TLanes.Fill(count));
        tail = new RequantiseTail<TLanes, TVector>(new RequantiseTarget(3, -128, 127), TRounding.IsFixedPoint);
    }

    public static bool IsPair => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Quarter(TVector a, TVector b) => TRounding.Scale<TLanes, TVector>(a, factor, oddFactor, count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Finish(TVector a, TVector b, TVector c, TVector d) => tail.Finish(a, b, c, d);
}
