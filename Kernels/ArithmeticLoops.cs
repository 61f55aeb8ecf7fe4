using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace NpuSim.Kernels;

/// <summary>The arithmetic of vector kernels on values that stay in registers: what a kernel would reach if memory cost nothing.</summary>
/// <remarks>One addition to each operand stands for what its load does (adding the bias, or widening int8), so that no step can be left
/// out; folding the result into a sum stands for its store.</remarks>
public static class ArithmeticLoops
{
    private static readonly ElementwiseQuantisation Sum = new(new(3, 1_431_655_765, -1, 0.02f), new(-5, 1 << 30, 0, 0.03f),
        new(1, 1_288_490_189, -19, 0.05f), -128, 127);

    private static readonly ElementwiseQuantisation Product = Sum with { Out = new(1, 1_649_267_442, -6, 0.05f) };

    /// <summary>Elements of the result that a step makes at a level; 0 where the level has no vectors of that arithmetic.</summary>
    public static int ElementsPerStep(SimdLevel level, VectorArithmetic arithmetic) => level switch
    {
        SimdLevel.Scalar => 0,
        SimdLevel.Vector128 => Lanes128.HasFixedPoint || IsFloat(arithmetic) ? 4 * Lanes128.Count : 0,
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

    private static bool IsFloat(VectorArithmetic arithmetic) =>
        arithmetic is VectorArithmetic.RequantiseFloat or VectorArithmetic.AddFloat or VectorArithmetic.MultiplyFloat;

    private static int Run<TLanes, TVector>(VectorArithmetic arithmetic, int steps)
        where TLanes : struct, ILanes<TVector>
        where TVector : struct
    {
        switch (arithmetic)
        {
            case VectorArithmetic.RequantiseDouble:
                return Loop<RequantiseArithmetic<DoubleRounding, TLanes, TVector>, TLanes, TVector>(new(-1_894_967_296, 8), steps);
            case VectorArithmetic.RequantiseSingle:
                return Loop<RequantiseArithmetic<SingleRounding, TLanes, TVector>, TLanes, TVector>(new(-1_894_967_296, 8), steps);
            case VectorArithmetic.RequantiseFloat:
                return Loop<RequantiseArithmetic<FloatRounding, TLanes, TVector>, TLanes, TVector>(
                    new(BitConverter.SingleToInt32Bits(0.001f), 0), steps);
            case VectorArithmetic.AddFixed:
                FixedSumStep<AddOperation, RoundedWidening<TLanes, TVector>, ExactWidening<TLanes, TVector>, TLanes, TVector>.TryPrepare(
                    Sum, out var sum);
                return Loop<FixedSumStep<AddOperation, RoundedWidening<TLanes, TVector>, ExactWidening<TLanes, TVector>, TLanes, TVector>,
                    TLanes, TVector>(sum, steps);
            case VectorArithmetic.AddFloat:
                FloatPairStep<AddOperation, TLanes, TVector>.TryPrepare(Sum, out var floatSum);
                return Loop<FloatPairStep<AddOperation, TLanes, TVector>, TLanes, TVector>(floatSum, steps);
            case VectorArithmetic.MultiplyFixed:
                FixedProductStep<TLanes, TVector>.TryPrepare(Product, out var product);
                return Loop<FixedProductStep<TLanes, TVector>, TLanes, TVector>(product, steps);
            case VectorArithmetic.MultiplyFloat:
                FloatPairStep<MultiplyOperation, TLanes, TVector>.TryPrepare(Product, out var floatProduct);
                return Loop<FloatPairStep<MultiplyOperation, TLanes, TVector>, TLanes, TVector>(floatProduct, steps);
            default: throw new ArgumentOutOfRangeException(nameof(arithmetic), arithmetic, "unknown arithmetic");
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int Loop<TArithmetic, TLanes, TVector>(TArithmetic arithmetic, int steps)
        where TArithmetic : struct, IVectorArithmetic<TVector>
        where TLanes : struct, ILanes<TVector>
        where TVector : struct
    {
        TVector a0 = TLanes.Fill(1), a1 = TLanes.Fill(2), a2 = TLanes.Fill(3), a3 = TLanes.Fill(4), b = TLanes.Fill(5), folded = default;
        var (load, otherLoad) = (TLanes.Fill(7), TLanes.Fill(TArithmetic.IsPair ? 9 : 0));
        for (int i = 0; i < steps; i++)
        {
            (a0, a1, a2, a3) = (TLanes.Add(a0, load), TLanes.Add(a1, load), TLanes.Add(a2, load), TLanes.Add(a3, load));
            var result = arithmetic.Finish(arithmetic.Quarter(a0, Other(a0)), arithmetic.Quarter(a1, Other(a1)),
                arithmetic.Quarter(a2, Other(a2)), arithmetic.Quarter(a3, Other(a3)));
            folded = TLanes.Add(folded, result);
        }

        return TLanes.Sum(folded);

        TVector Other(TVector a) => TArithmetic.IsPair ? TLanes.Add(a, otherLoad) : b;
    }
}
