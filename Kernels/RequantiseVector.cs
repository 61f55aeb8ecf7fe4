using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace NpuSim.Kernels;

/// <summary>Requantisation of regular columns, four rows and two vectors of columns at a time: the parameters are read once for four
/// rows.</summary>
internal static class RequantiseVector<TRounding, TLanes, TVector>
    where TRounding : struct, IRequantiseRounding
    where TLanes : struct, ILanes<TVector>
    where TVector : struct
{
    private const int BandRows = 4;

    /// <summary>Columns taken at once; a tile must have as many.</summary>
    internal static int Columns => 2 * TLanes.Count;

    /// <summary>Does all rows and columns.</summary>
    internal static void Run(in RequantiseTile tile, in RequantiseColumns columns, in RequantiseTarget target)
    {
        var tail = new RequantiseTail<TLanes, TVector>(target, TRounding.IsFixedPoint);
        for (int r = 0; r < tile.Rows; r += BandRows)
        {
            // A band that would end below the tile repeats its last row.
            int last = tile.Rows - 1;
            var (r1, r2, r3) = (Math.Min(r + 1, last), Math.Min(r + 2, last), Math.Min(r + 3, last));
            Band(columns, tail, in tile.Acc[r * tile.AccPitch], in tile.Acc[r1 * tile.AccPitch], in tile.Acc[r2 * tile.AccPitch],
                in tile.Acc[r3 * tile.AccPitch], ref tile.Output[r * tile.OutPitch], ref tile.Output[r1 * tile.OutPitch],
                ref tile.Output[r2 * tile.OutPitch], ref tile.Output[r3 * tile.OutPitch]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Band(in RequantiseColumns columns, in RequantiseTail<TLanes, TVector> tail, ref readonly int acc0,
        ref readonly int acc1, ref readonly int acc2, ref readonly int acc3, ref sbyte out0, ref sbyte out1, ref sbyte out2, ref sbyte out3)
    {
        ref int biases = ref MemoryMarshal.GetReference(columns.Bias);
        ref int factors = ref MemoryMarshal.GetReference(columns.Factor);
        ref int counts = ref MemoryMarshal.GetReference(columns.Count);
        var finish = tail;
        nuint last = (nuint)(columns.Bias.Length - Columns);
        // The last step ends with the row and may do columns again. Parameters are written out: in a struct they would live in memory.
        for (nuint c = 0; ; c = nuint.Min(c + (nuint)Columns, last))
        {
            nuint d = c + (nuint)TLanes.Count;
            TVector biasC = TLanes.Load(ref biases, c), biasD = TLanes.Load(ref biases, d);
            TVector factorC = TLanes.Load(ref factors, c), factorD = TLanes.Load(ref factors, d);
            TVector countC = TLanes.Load(ref counts, c), countD = TLanes.Load(ref counts, d);
            TVector oddC = TLanes.Odd(factorC), oddD = TLanes.Odd(factorD);
            var v0 = Scale(biasC, in acc0, c, factorC, oddC, countC);
            var v1 = Scale(biasD, in acc0, d, factorD, oddD, countD);
            var v2 = Scale(biasC, in acc1, c, factorC, oddC, countC);
            var v3 = Scale(biasD, in acc1, d, factorD, oddD, countD);
            TLanes.StoreHalves(finish.Finish(v0, v1, v2, v3), ref Unsafe.Add(ref out0, c), ref Unsafe.Add(ref out1, c));
            v0 = Scale(biasC, in acc2, c, factorC, oddC, countC);
            v1 = Scale(biasD, in acc2, d, factorD, oddD, countD);
            v2 = Scale(biasC, in acc3, c, factorC, oddC, countC);
            v3 = Scale(biasD, in acc3, d, factorD, oddD, countD);
            TLanes.StoreHalves(finish.Finish(v0, v1, v2, v3), ref Unsafe.Add(ref out2, c), ref Unsafe.Add(ref out3, c));
            if (c == last) return;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Scale(TVector bias, ref readonly int acc, nuint column, TVector factor, TVector oddFactor, TVector count) =>
        TRounding.Scale<TLanes, TVector>(TLanes.Add(bias, TLanes.Load(in acc, column)), factor, oddFactor, count);
}

/// <summary>What comes after scaling: zero point, saturation to int8, clamp.</summary>
/// <remarks>Values beyond int16 are saturated first. The zero point is an int8, so they are beyond int8 in the end, too.</remarks>
internal readonly struct RequantiseTail<TLanes, TVector>
    where TLanes : struct, ILanes<TVector>
    where TVector : struct
{
    private readonly bool halve, bounded;
    private readonly TVector zero, low, high;

    /// <param name="target">Zero point and clamp, all of them int8.</param>
    /// <param name="halve">Values are w, where the result is ⌊(w + 1) / 2⌋ + zero.</param>
    internal RequantiseTail(in RequantiseTarget target, bool halve)
    {
        this.halve = halve;
        bounded = target.ClampMin > sbyte.MinValue || target.ClampMax < sbyte.MaxValue;
        zero = TLanes.Fill((short)(halve ? 2 * target.Zero + 1 : target.Zero));
        (low, high) = (TLanes.Fill((sbyte)target.ClampMin), TLanes.Fill((sbyte)target.ClampMax));
    }

    /// <summary>The int8 results of four vectors, one quarter for each.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal TVector Finish(TVector a, TVector b, TVector c, TVector d)
    {
        var lower = TLanes.AddShorts(TLanes.ToShorts(a, b), zero);
        var upper = TLanes.AddShorts(TLanes.ToShorts(c, d), zero);
        if (halve) (lower, upper) = (TLanes.HalveShorts(lower), TLanes.HalveShorts(upper));
        var bytes = TLanes.ToBytes(lower, upper);
        return bounded ? TLanes.BoundBytes(bytes, low, high) : bytes;
    }
}
