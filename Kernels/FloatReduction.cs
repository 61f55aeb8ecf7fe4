using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace NpuSim.Kernels;

/// <summary>The float32 part of <see cref="ReduceKernel"/>: 16 interleaved partial results.</summary>
internal static class FloatReduction<TOperation, TLanes, TVector>
    where TOperation : struct, IElementwiseOperation
    where TLanes : struct, ILanes<TVector>
    where TVector : struct
{
    private const int Partials = ReduceKernel.Lanes;

    internal static void Run(bool vector, int rows, int columns, ReadOnlySpan<float> a, int pitch, Span<float> output, FoldAxis axis,
        float start)
    {
        if (axis == FoldAxis.Columns)
        {
            Span<float> partial = stackalloc float[Partials];
            for (int r = 0; r < rows; r++) output[r] = Row(vector, a.Slice(r * pitch, columns), partial, start);
            return;
        }

        float[] pooled = ArrayPool<float>.Shared.Rent(Partials * columns);
        var partials = pooled.AsSpan(0, Partials * columns);
        partials.Fill(start);
        for (int r = 0; r < rows; r++) Take(vector, partials.Slice(r % Partials * columns, columns), a.Slice(r * pitch, columns));
        Fold(vector, partials, columns).CopyTo(output);
        ArrayPool<float>.Shared.Return(pooled);
    }

    private static float Row(bool vector, ReadOnlySpan<float> row, Span<float> partial, float start)
    {
        partial.Fill(start);
        int whole = row.Length / Partials * Partials;
        if (vector)
        {
            for (int group = 0; group < Partials; group += TLanes.Count) Group(row[..whole], partial, group);
        }
        else
        {
            for (int c = 0; c < whole; c += Partials) Take(vector, partial, row.Slice(c, Partials));
        }

        Take(vector, partial[..(row.Length - whole)], row[whole..]);
        return vector ? Last(partial) : Fold(vector, partial, 1)[0];
    }

    /// <summary><see cref="Fold"/> of 16 partial results into one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Last(ReadOnlySpan<float> partial)
    {
        ref int from = ref Unsafe.As<float, int>(ref MemoryMarshal.GetReference(partial));
        var lower = TOperation.Float32<Lanes128, Vector128<int>>(Lanes128.Load(ref from, 0), Lanes128.Load(ref from, 8));
        var upper = TOperation.Float32<Lanes128, Vector128<int>>(Lanes128.Load(ref from, 4), Lanes128.Load(ref from, 12));
        var four = TOperation.Float32<Lanes128, Vector128<int>>(lower, upper).AsSingle();
        return TOperation.Float32(TOperation.Float32(four[0], four[2]), TOperation.Float32(four[1], four[3]));
    }

    /// <summary>A vector of partial results takes in its elements of a row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Group(ReadOnlySpan<float> row, Span<float> partial, int group)
    {
        ref int from = ref Unsafe.As<float, int>(ref MemoryMarshal.GetReference(row));
        ref int to = ref Unsafe.As<float, int>(ref MemoryMarshal.GetReference(partial));
        var sum = TLanes.Load(ref to, (nuint)group);
        for (int c = group; c < row.Length; c += Partials) sum = TOperation.Float32<TLanes, TVector>(sum, TLanes.Load(ref from, (nuint)c));
        TLanes.Store(sum, ref to, (nuint)group);
    }

    /// <summary>Folds 16 partial results of the given width into the first: 8, 4, 2, 1.</summary>
    private static Span<float> Fold(bool vector, Span<float> partial, int width)
    {
        for (int half = Partials / 2; half >= 1; half /= 2)
            Take(vector, partial[..(half * width)], partial.Slice(half * width, half * width));
        return partial[..width];
    }

    /// <summary>partial[i] = operation(partial[i], values[i]).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Take(bool vector, Span<float> partial, ReadOnlySpan<float> values)
    {
        ref int to = ref Unsafe.As<float, int>(ref MemoryMarshal.GetReference(partial));
        ref int from = ref Unsafe.As<float, int>(ref MemoryMarshal.GetReference(values[..partial.Length]));
        int i = 0;
        for (; vector && i <= partial.Length - TLanes.Count; i += TLanes.Count)
        {
            var taken = TOperation.Float32<TLanes, TVector>(TLanes.Load(ref to, (nuint)i), TLanes.Load(ref from, (nuint)i));
            TLanes.Store(taken, ref to, (nuint)i);
        }

        for (; i < partial.Length; i++) partial[i] = TOperation.Float32(partial[i], values[i]);
    }
}
