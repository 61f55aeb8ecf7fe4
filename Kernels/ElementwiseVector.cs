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
                VectorTile<TLanes, TVector>.Run(product, sizeof(byte), t, a, b, output);
                return true;
            case ElementFormat.Int8Fixed:
                return TrySum<ExactWidening<TLanes, TVector>, RoundedWidening<TLanes, TVector>>(t, a, b, output, q)
                    || TrySum<RoundedWidening<TLanes, TVector>, ExactWidening<TLanes, TVector>>(t, a, b, output, q)
                    || TrySum<ExactWidening<TLanes, TVector>, ExactWidening<TLanes, TVector>>(t, a, b, output, q)
                    || TrySum<RoundedWidening<TLanes, TVector>, RoundedWidening<TLanes, TVector>>(t, a, b, output, q);
            case ElementFormat.Int8Float:
                if (!FloatPairStep<TOperation, TLanes, TVector>.TryPrepare(q, out var pair)) return false;
                VectorTile<TLanes, TVector>.Run(pair, sizeof(byte), t, a, b, output);
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
        VectorTile<TLanes, TVector>.Run(sum, sizeof(byte), t, a, b, output);
        return true;
    }

    private static bool IsExtremum => typeof(TOperation) == typeof(MinimumOperation) || typeof(TOperation) == typeof(MaximumOperation);
}
