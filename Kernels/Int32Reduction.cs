using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace NpuSim.Kernels;

/// <summary>What an int32 reduction does with its elements; <see cref="Join{TLanes, TVector}"/> may be done in any order.</summary>
internal interface IInt32Fold
{
    int Start { get; }

    bool HasVector { get; }

    int Of(int value);

    int Join(int a, int b);

    TVector Of<TLanes, TVector>(TVector value)
        where TLanes : struct, ILanes<TVector>
        where TVector : struct;

    TVector Join<TLanes, TVector>(TVector a, TVector b)
        where TLanes : struct, ILanes<TVector>
        where TVector : struct;
}

/// <summary>Sum after <see cref="FixedPoint.RoundingDivideByPowerOfTwo"/>.</summary>
/// <remarks>⌊(x + 2^(e−1) − s) / 2^e⌋ without overflow: ⌊x / 2^e⌋ plus the same of the e bits that this leaves.</remarks>
internal readonly struct SumFold(int shift) : IInt32Fold
{
    public int Start => 0;

    public bool HasVector => shift <= 30;

    public int Of(int value) => FixedPoint.RoundingDivideByPowerOfTwo(value, shift);

    public int Join(int a, int b) => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Of<TLanes, TVector>(TVector value)
        where TLanes : struct, ILanes<TVector>
        where TVector : struct
    {
        if (shift <= 0) return value;
        var rest = TLanes.Add(TLanes.And(value, TLanes.Fill((1 << shift) - 1)), TLanes.Fill(1 << (shift - 1)));
        return TLanes.Add(TLanes.ShiftRight(value, shift), TLanes.ShiftRight(TLanes.Add(rest, TLanes.Sign(value)), shift));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Join<TLanes, TVector>(TVector a, TVector b)
        where TLanes : struct, ILanes<TVector>
        where TVector : struct => TLanes.Add(a, b);
}

/// <summary>Maximum.</summary>
internal readonly struct MaxFold : IInt32Fold
{
    public int Start => int.MinValue;

    public bool HasVector => true;

    public int Of(int value) => value;

    public int Join(int a, int b) => Math.Max(a, b);

    public TVector Of<TLanes, TVector>(TVector value)
        where TLanes : struct, ILanes<TVector>
        where TVector : struct => value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Join<TLanes, TVector>(TVector a, TVector b)
        where TLanes : struct, ILanes<TVector>
        where TVector : struct => TLanes.Max(a, b);
}

/// <summary>The int32 part of <see cref="ReduceKernel"/> in vectors.</summary>
internal static class Int32Reduction
{
    /// <summary>Folds as many whole vectors of columns as there are into the results; says how many columns that is.</summary>
    internal static int Run<TFold>(SimdLevel level, int rows, int columns, ReadOnlySpan<int> a, int pitch, Span<int> output, FoldAxis axis,
        TFold fold)
        where TFold : struct, IInt32Fold => level switch
        {
            SimdLevel.Scalar => 0,
            SimdLevel.Vector128 => Tile<TFold, Lanes128, Vector128<int>>(rows, columns, a, pitch, output, axis, fold),
            SimdLevel.Vector256 or SimdLevel.AvxVnni => Tile<TFold, Lanes256, Vector256<int>>(rows, columns, a, pitch, output, axis, fold),
            SimdLevel.Vector512 => Tile<TFold, Lanes512, Vector512<int>>(rows, columns, a, pitch, output, axis, fold),
        };

    private static int Tile<TFold, TLanes, TVector>(int rows, int columns, ReadOnlySpan<int> a, int pitch, Span<int> output, FoldAxis axis,
        TFold fold)
        where TFold : struct, IInt32Fold
        where TLanes : struct, ILanes<TVector>
        where TVector : struct
    {
        int whole = columns / TLanes.Count * TLanes.Count;
        for (int r = 0; r < rows && whole > 0; r++)
        {
            var row = a.Slice(r * pitch, whole);
            if (axis == FoldAxis.Columns) output[r] = Row<TFold, TLanes, TVector>(row, fold);
            else Take<TFold, TLanes, TVector>(row, output, fold);
        }

        return whole;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int Row<TFold, TLanes, TVector>(ReadOnlySpan<int> row, TFold fold)
        where TFold : struct, IInt32Fold
        where TLanes : struct, ILanes<TVector>
        where TVector : struct
    {
        ref int from = ref MemoryMarshal.GetReference(row);
        var folded = TLanes.Fill(fold.Start);
        for (int c = 0; c < row.Length; c += TLanes.Count)
            folded = fold.Join<TLanes, TVector>(folded, fold.Of<TLanes, TVector>(TLanes.Load(ref from, (nuint)c)));
        Span<int> lanes = stackalloc int[Vector512<int>.Count];
        TLanes.Store(folded, ref lanes[0], 0);
        int result = fold.Start;
        foreach (int lane in lanes[..TLanes.Count]) result = fold.Join(result, lane);
        return result;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Take<TFold, TLanes, TVector>(ReadOnlySpan<int> row, Span<int> output, TFold fold)
        where TFold : struct, IInt32Fold
        where TLanes : struct, ILanes<TVector>
        where TVector : struct
    {
        ref int from = ref MemoryMarshal.GetReference(row);
        ref int to = ref MemoryMarshal.GetReference(output);
        for (nuint c = 0; c < (nuint)row.Length; c += (nuint)TLanes.Count)
            TLanes.Store(fold.Join<TLanes, TVector>(TLanes.Load(ref to, c), fold.Of<TLanes, TVector>(TLanes.Load(ref from, c))), ref to, c);
    }
}
