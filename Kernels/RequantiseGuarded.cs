using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace NpuSim.Kernels;

/// <summary>Requantisation of regular columns in float32, exact where <see cref="GuardBand{TLanes, TVector}"/> says so, which is nearly
/// everywhere; the rest by <typeparamref name="TRounding"/>. Four rows and two vectors of columns at a time.</summary>
/// <remarks>
/// The exact result is ⌊v + 1/2⌋ + zero in single rounding, where v = (acc + bias)·m·2^(−31−e); in double rounding it is
/// ⌊v + 1/2 + 2^(−e−1)⌋ + zero for v ≥ 0 and ⌊v + 1/2 − 2^(−e−1)⌋ + zero below (an integer summand goes through the first rounding down).
/// <see cref="RequantiseGuard"/> bounds what float32 makes of 2^16 times that.
/// </remarks>
internal static class RequantiseGuarded<TRounding, TLanes, TVector>
    where TRounding : struct, IRequantiseRounding
    where TLanes : struct, ILanes<TVector>
    where TVector : struct
{
    private const int BandRows = 4;

    private static int Columns => 2 * TLanes.Count;

    /// <summary>Does all rows and columns.</summary>
    internal static void Run(in RequantiseTile tile, in RequantiseColumns columns, in RequantiseTarget target)
    {
        var guard = new RequantiseGuarded<TLanes, TVector>(columns.GuardBits, target, isSigned: TRounding.RoundsTwice);
        var tail = new RequantiseTail<TLanes, TVector>(target, TRounding.IsFixedPoint);
        for (int r = 0; r < tile.Rows; r += BandRows)
        {
            // A band that would end below the tile repeats its last row.
            int last = tile.Rows - 1;
            var (r1, r2, r3) = (Math.Min(r + 1, last), Math.Min(r + 2, last), Math.Min(r + 3, last));
            ref readonly int acc0 = ref tile.Acc[r * tile.AccPitch], acc2 = ref tile.Acc[r2 * tile.AccPitch];
            ref readonly int acc1 = ref tile.Acc[r1 * tile.AccPitch], acc3 = ref tile.Acc[r3 * tile.AccPitch];
            ref sbyte out0 = ref tile.Output[r * tile.OutPitch], out2 = ref tile.Output[r2 * tile.OutPitch];
            ref sbyte out1 = ref tile.Output[r1 * tile.OutPitch], out3 = ref tile.Output[r3 * tile.OutPitch];
            if (Band(columns, guard, in acc0, in acc1, in acc2, in acc3, ref out0, ref out1, ref out2, ref out3)) continue;
            nuint end = (nuint)(columns.Bias.Length - Columns);
            for (nuint i = 0, c = 0; ; c = nuint.Min(c + (nuint)Columns, end))
            {
                if (!columns.Certain[(int)i++]) Exact(columns, tail, c, in acc0, in acc1, ref out0, ref out1);
                if (!columns.Certain[(int)i++]) Exact(columns, tail, c, in acc2, in acc3, ref out2, ref out3);
                if (c == end) break;
            }
        }
    }

    /// <summary>Does four rows; notes whether the former and the latter two rows of each step are certain, and says whether all
    /// are.</summary>
    /// <remarks>What is not is done later, as a call within the loop would take the registers away.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static bool Band(in RequantiseColumns columns, in RequantiseGuarded<TLanes, TVector> guard, ref readonly int acc0,
        ref readonly int acc1, ref readonly int acc2, ref readonly int acc3, ref sbyte out0, ref sbyte out1, ref sbyte out2, ref sbyte out3)
    {
        ref int slopes = ref MemoryMarshal.GetReference(columns.Slope);
        ref int offsets = ref MemoryMarshal.GetReference(columns.Offset);
        ref int raised = ref MemoryMarshal.GetReference(columns.Raised);
        ref int biases = ref MemoryMarshal.GetReference(columns.Bias);
        ref bool noted = ref MemoryMarshal.GetReference(columns.Certain);
        nuint last = (nuint)(columns.Bias.Length - Columns);
        bool all = true;
        var finish = guard;
        // The last step ends with the row and may do columns again.
        for (nuint c = 0; ; c = nuint.Min(c + (nuint)Columns, last))
        {
            nuint d = c + (nuint)TLanes.Count;
            TVector slopeC = TLanes.Load(ref slopes, c), slopeD = TLanes.Load(ref slopes, d);
            TVector offsetC = TLanes.Load(ref offsets, c), offsetD = TLanes.Load(ref offsets, d);
            TVector raisedC = TLanes.Load(ref raised, c), raisedD = TLanes.Load(ref raised, d);
            TVector zeroC = TLanes.Subtract(default, TLanes.Load(ref biases, c));
            TVector zeroD = TLanes.Subtract(default, TLanes.Load(ref biases, d));
            var v0 = finish.Scale(TLanes.Load(in acc0, c), slopeC, offsetC, raisedC, zeroC);
            var v1 = finish.Scale(TLanes.Load(in acc0, d), slopeD, offsetD, raisedD, zeroD);
            var v2 = finish.Scale(TLanes.Load(in acc1, c), slopeC, offsetC, raisedC, zeroC);
            var v3 = finish.Scale(TLanes.Load(in acc1, d), slopeD, offsetD, raisedD, zeroD);
            bool certain = finish.Band.IsCertain(v0, v1, v2, v3);
            noted = certain;
            all &= certain;
            TLanes.StoreHalves(finish.ToBytes(v0, v1, v2, v3), ref Unsafe.Add(ref out0, c), ref Unsafe.Add(ref out1, c));
            v0 = finish.Scale(TLanes.Load(in acc2, c), slopeC, offsetC, raisedC, zeroC);
            v1 = finish.Scale(TLanes.Load(in acc2, d), slopeD, offsetD, raisedD, zeroD);
            v2 = finish.Scale(TLanes.Load(in acc3, c), slopeC, offsetC, raisedC, zeroC);
            v3 = finish.Scale(TLanes.Load(in acc3, d), slopeD, offsetD, raisedD, zeroD);
            certain = finish.Band.IsCertain(v0, v1, v2, v3);
            Unsafe.Add(ref noted, 1) = certain;
            noted = ref Unsafe.Add(ref noted, 2);
            all &= certain;
            TLanes.StoreHalves(finish.ToBytes(v0, v1, v2, v3), ref Unsafe.Add(ref out2, c), ref Unsafe.Add(ref out3, c));
            if (c == last) return all;
        }
    }

    /// <summary>Two vectors of columns of two rows.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Exact(in RequantiseColumns columns, in RequantiseTail<TLanes, TVector> tail, nuint c, ref readonly int acc0,
        ref readonly int acc1, ref sbyte out0, ref sbyte out1)
    {
        ref int biases = ref MemoryMarshal.GetReference(columns.Bias);
        ref int factors = ref MemoryMarshal.GetReference(columns.Factor);
        ref int counts = ref MemoryMarshal.GetReference(columns.Count);
        nuint d = c + (nuint)TLanes.Count;
        TVector biasC = TLanes.Load(ref biases, c), biasD = TLanes.Load(ref biases, d);
        TVector factorC = TLanes.Load(ref factors, c), factorD = TLanes.Load(ref factors, d);
        TVector countC = TLanes.Load(ref counts, c), countD = TLanes.Load(ref counts, d);
        var bytes = tail.Finish(
            TRounding.Scale<TLanes, TVector>(TLanes.Add(biasC, TLanes.Load(in acc0, c)), factorC, TLanes.Odd(factorC), countC),
            TRounding.Scale<TLanes, TVector>(TLanes.Add(biasD, TLanes.Load(in acc0, d)), factorD, TLanes.Odd(factorD), countD),
            TRounding.Scale<TLanes, TVector>(TLanes.Add(biasC, TLanes.Load(in acc1, c)), factorC, TLanes.Odd(factorC), countC),
            TRounding.Scale<TLanes, TVector>(TLanes.Add(biasD, TLanes.Load(in acc1, d)), factorD, TLanes.Odd(factorD), countD));
        TLanes.StoreHalves(bytes, ref Unsafe.Add(ref out0, c), ref Unsafe.Add(ref out1, c));
    }
}

/// <summary>What happens to an accumulator in <see cref="RequantiseGuarded{TRounding, TLanes, TVector}"/>.</summary>
internal readonly struct RequantiseGuarded<TLanes, TVector>
    where TLanes : struct, ILanes<TVector>
    where TVector : struct
{
    internal readonly GuardBand<TLanes, TVector> Band;
    private readonly bool isSigned;

    /// <param name="bits">Binary logarithm of the band's width.</param>
    /// <param name="target">Zero point and clamp.</param>
    /// <param name="isSigned">Positive and negative values are rounded differently. Where the clamp leaves no negative ones it does not
    /// matter.</param>
    internal RequantiseGuarded(int bits, in RequantiseTarget target, bool isSigned)
    {
        Band = new(bits, target.ClampMin, target.ClampMax);
        this.isSigned = isSigned && target.ClampMin < target.Zero;
    }

    /// <summary>2^16 times the result, and half the band's width.</summary>
    /// <param name="acc">Accumulators.</param>
    /// <param name="slope">float32 factors.</param>
    /// <param name="offset">float32 summands of negative values.</param>
    /// <param name="raised">float32 summands of positive values.</param>
    /// <param name="zero">Accumulators whose value is 0.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal TVector Scale(TVector acc, TVector slope, TVector offset, TVector raised, TVector zero) => TLanes.Nearest(
        TLanes.MultiplyAddFloat(TLanes.ToFloat(acc), slope, isSigned ? TLanes.ChooseWhereGreater(acc, zero, raised, offset) : raised));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal TVector ToBytes(TVector a, TVector b, TVector c, TVector d) => Band.Bound(TLanes.HighBytes(a, b, c, d));
}
