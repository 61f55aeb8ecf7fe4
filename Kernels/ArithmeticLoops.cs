using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace NpuSim.Kernels;

/// <summary>The arithmetic of vector kernels on values that stay in registers: what a kernel would reach if memory cost nothing.</summary>
/// <remarks>One addition to each operand stands for its load, so that no step can be left out; folding the result into a sum stands for
/// its store. Uncertain results are counted, not worked out anew.</remarks>
public static class ArithmeticLoops
{
    private static readonly ElementwiseQuantisation Sum = new(new(3, 1_431_655_765, -1, 0.02f), new(-5, 1 << 30, 0, 0.03f),
        new(1, 1_288_490_189, -19, 0.05f), -128, 127);

    private static readonly ElementwiseQuantisation Product = Sum with { Out = new(1, 1_649_267_442, -6, 0.05f) };

    /// <summary>Elements of the result that a step makes at a level; 0 where the level has no vectors of that arithmetic.</summary>
    public static int ElementsPerStep(SimdLevel level, VectorArithmetic arithmetic) => level switch
    {
        SimdLevel.Scalar => 0,
        SimdLevel.Vector128 => Lanes128.HasGuardBand || arithmetic == VectorArithmetic.RequantiseFloat ? 4 * Lanes128.Count : 0,
        SimdLevel.Vector256 or SimdLevel.AvxVnni => 4 * Lanes256.Count,
        SimdLevel.Vector512 => 4 * Lanes512.Count,
    };

    /// <summary>Runs some steps at a level that has vectors of that arithmetic.</summary>
    /// <returns>A sum of everything, so that nothing can be left out.</returns>
    public static int Run(SimdLevel level, VectorArithmetic arithmetic, int steps)
    {
        Simd.Require(level);
        return level switch
        {
            SimdLevel.Scalar => 0,
            SimdLevel.Vector128 => Run<Lanes128, Vector128<int>>(arithmetic, steps),
            SimdLevel.Vector256 or SimdLevel.AvxVnni => Run<Lanes256, Vector256<int>>(arithmetic, steps),
            SimdLevel.Vector512 => Run<Lanes512, Vector512<int>>(arithmetic, steps),
        };
    }

    private static int Run<TLanes, TVector>(VectorArithmetic arithmetic, int steps)
        where TLanes : struct, ILanes<TVector>
        where TVector : struct
    {
        switch (arithmetic)
        {
            case VectorArithmetic.RequantiseDouble:
                return Loop<GuardedRequantiseArithmetic<TLanes, TVector>, TLanes, TVector>(new(twice: true), steps);
            case VectorArithmetic.RequantiseSingle:
                return Loop<GuardedRequantiseArithmetic<TLanes, TVector>, TLanes, TVector>(new(twice: false), steps);
            case VectorArithmetic.RequantiseFloat:
                return Loop<RequantiseArithmetic<TLanes, TVector>, TLanes, TVector>(new(0.001f), steps);
            case VectorArithmetic.AddFixed or VectorArithmetic.AddFloat:
                PairGuard.TryPrepare(Sum, arithmetic == VectorArithmetic.AddFixed, isDifference: false, out var guard);
                return Loop<GuardedSumStep<FloatPairStep<AddOperation, TLanes, TVector>, TLanes, TVector>, TLanes, TVector>(
                    new(default, guard, Sum), steps);
            case VectorArithmetic.MultiplyFixed or VectorArithmetic.MultiplyFloat:
                GuardedProductStep<FixedProductStep<TLanes, TVector>, TLanes, TVector>.TryPrepare(default, Product,
                    arithmetic == VectorArithmetic.MultiplyFixed, out var product);
                return Loop<GuardedProductStep<FixedProductStep<TLanes, TVector>, TLanes, TVector>, TLanes, TVector>(product, steps);
            default: throw new ArgumentOutOfRangeException(nameof(arithmetic), arithmetic, "unknown arithmetic");
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int Loop<TArithmetic, TLanes, TVector>(TArithmetic arithmetic, int steps)
        where TArithmetic : struct, IVectorArithmetic<TVector>
        where TLanes : struct, ILanes<TVector>
        where TVector : struct
    {
        TVector a0 = TLanes.Fill(1), a1 = TLanes.Fill(2), a2 = TLanes.Fill(3), a3 = TLanes.Fill(4), folded = default;
        var load = TLanes.Fill(7);
        int uncertain = 0;
        for (int i = 0; i < steps; i++)
        {
            (a0, a1) = (TLanes.Add(a0, load), TLanes.Add(a1, load));
            if (TArithmetic.Operands > 2) (a2, a3) = (TLanes.Add(a2, load), TLanes.Add(a3, load));
            uncertain += arithmetic.TryOf(a0, a1, a2, a3, out var result) ? 0 : 1;
            folded = TLanes.Add(folded, result);
        }

        return TLanes.Sum(folded) + uncertain;
    }
}
