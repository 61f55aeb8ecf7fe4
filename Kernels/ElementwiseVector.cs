namespace NpuSim.Kernels;

/// <summary>Element-wise operations on a vector of bytes at a time, whatever the format.</summary>
internal static class ElementwiseVector<TOperation, TLanes, TVector>
    where TOperation : struct, IElementwiseOperation
    where TLanes : struct, ILanes<TVector>
    where TVector : struct
{
    /// <summary>Does the whole tile, or nothing where there is no vector form for these parameters.</summary>
    internal static bool TryRun(ElementFormat format, in TileGeometry t, ReadOnlySpan<byte> a, ReadOnlySpan<byte> b, Span<byte> output,
        in ElementwiseQuantisation q)
    {
        switch (format)
        {
            case ElementFormat.Int8Fixed or ElementFormat.Int8Float when IsExtremum:
                VectorTile<TLanes, TVector>.Run(default(ExtremumStep<TOperation, TLanes, TVector>), sizeof(byte), t, a, b, output);
                return true;
            case ElementFormat.Int8Fixed when typeof(TOperation) == typeof(MultiplyOperation):
                if (!FixedProductStep<TLanes, TVector>.TryPrepare(q, out var product)) return false;
                RunProduct(product, isFixed: true, t, a, b, output, q);
                return true;
            case ElementFormat.Int8Fixed:
                return TrySum<ExactWidening<TLanes, TVector>, RoundedWidening<TLanes, TVector>>(t, a, b, output, q)
                    || TrySum<RoundedWidening<TLanes, TVector>, ExactWidening<TLanes, TVector>>(t, a, b, output, q)
                    || TrySum<ExactWidening<TLanes, TVector>, ExactWidening<TLanes, TVector>>(t, a, b, output, q)
                    || TrySum<RoundedWidening<TLanes, TVector>, RoundedWidening<TLanes, TVector>>(t, a, b, output, q);
            case ElementFormat.Int8Float:
                if (!FloatPairStep<TOperation, TLanes, TVector>.TryPrepare(q, out var pair)) return false;
                if (typeof(TOperation) == typeof(MultiplyOperation)) RunProduct(pair, isFixed: false, t, a, b, output, q);
                else RunSum(pair, isFixed: false, t, a, b, output, q);
                return true;
            case ElementFormat.Int32:
                VectorTile<TLanes, TVector>.Run(default(Int32Step<TOperation, TLanes, TVector>), sizeof(int), t, a, b, output);
                return true;
            case ElementFormat.Float32:
                VectorTile<TLanes, TVector>.Run(default(Float32Step<TOperation, TLanes, TVector>), sizeof(float), t, a, b, output);
                return true;
            default: throw new ArgumentOutOfRangeException(nameof(format), format, "unknown format");
        }
    }

    private static bool TrySum<TLeft, TRight>(in TileGeometry t, ReadOnlySpan<byte> a, ReadOnlySpan<byte> b, Span<byte> output,
        in ElementwiseQuantisation q)
        where TLeft : struct, IWidening<TLeft, TVector>
        where TRight : struct, IWidening<TRight, TVector>
    {
        if (!FixedSumStep<TOperation, TLeft, TRight, TLanes, TVector>.TryPrepare(q, out var sum)) return false;
        RunSum(sum, isFixed: true, t, a, b, output, q);
        return true;
    }

    private static void RunSum<TExact>(in TExact exact, bool isFixed, in TileGeometry t, ReadOnlySpan<byte> a, ReadOnlySpan<byte> b,
        Span<byte> output, in ElementwiseQuantisation q)
        where TExact : struct, IElementwiseStep<TVector>
    {
        bool isDifference = typeof(TOperation) == typeof(SubtractOperation);
        if (PaysGuard(t) && PairGuard.TryPrepare(q, isFixed, isDifference, out var guard))
            VectorTile<TLanes, TVector>.Run(new GuardedSumStep<TExact, TLanes, TVector>(exact, guard, q), sizeof(byte), t, a, b, output);
        else
            VectorTile<TLanes, TVector>.Run(exact, sizeof(byte), t, a, b, output);
    }

    private static void RunProduct<TExact>(in TExact exact, bool isFixed, in TileGeometry t, ReadOnlySpan<byte> a, ReadOnlySpan<byte> b,
        Span<byte> output, in ElementwiseQuantisation q)
        where TExact : struct, IElementwiseStep<TVector>
    {
        if (PaysGuard(t) && GuardedProductStep<TExact, TLanes, TVector>.TryPrepare(exact, q, isFixed, out var guarded))
            VectorTile<TLanes, TVector>.Run(guarded, sizeof(byte), t, a, b, output);
        else
            VectorTile<TLanes, TVector>.Run(exact, sizeof(byte), t, a, b, output);
    }

    private static bool PaysGuard(in TileGeometry t) => TLanes.HasGuardBand && t.Rows * t.Columns >= PairGuard.FewestElements;

    private static bool IsExtremum => typeof(TOperation) == typeof(MinimumOperation) || typeof(TOperation) == typeof(MaximumOperation);
}
