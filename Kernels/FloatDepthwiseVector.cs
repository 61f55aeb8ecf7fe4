using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace NpuSim.Kernels;

/// <summary>float32 depthwise convolution over channels, for any vector width: every lane does what the scalar does.</summary>
internal static class FloatDepthwiseVector
{
    internal static void Run(in FloatConvolutionGeometry g, ReadOnlySpan<float> x, ReadOnlySpan<float> w, ReadOnlySpan<float> bias,
        Span<float> output)
    {
        int multiplier = g.OutChannels / g.InChannels;
        Span<float> absent = g.InChannels <= 1024 ? stackalloc float[g.InChannels] : new float[g.InChannels];
        for (int pixel = 0; pixel < g.OutRows * g.OutCols; pixel++)
        {
            var target = output.Slice(pixel * g.OutChannels, g.OutChannels);
            if (bias.IsEmpty) target.Clear();
            else bias[..g.OutChannels].CopyTo(target);
            for (int tap = 0; tap < g.KernelHeight * g.KernelWidth; tap++)
            {
                int iy = g.InputRow(pixel / g.OutCols, tap / g.KernelWidth);
                int ix = g.InputColumn(pixel % g.OutCols, tap % g.KernelWidth);
                bool inside = (uint)iy < (uint)g.InHeight && (uint)ix < (uint)g.InWidth;
                ReadOnlySpan<float> source = inside ? x.Slice((iy * g.InWidth + ix) * g.InChannels, g.InChannels) : absent;
                var weights = w.Slice(tap * g.OutChannels, g.OutChannels);
                if (multiplier == 1) Accumulate(source, weights, target);
                else AccumulateRepeated(source, weights, target, multiplier);
            }
        }
    }

    private static void Accumulate(ReadOnlySpan<float> x, ReadOnlySpan<float> w, Span<float> sums)
    {
        ref float source = ref MemoryMarshal.GetReference(x);
        ref float weight = ref MemoryMarshal.GetReference(w);
        ref float target = ref MemoryMarshal.GetReference(sums);
        int i = 0;
        for (; i <= sums.Length - Vector256<float>.Count; i += Vector256<float>.Count)
        {
            var (value, factor) = (Vector256.LoadUnsafe(ref source, (nuint)i), Vector256.LoadUnsafe(ref weight, (nuint)i));
            var sum = Vector256.FusedMultiplyAdd(value, factor, Vector256.LoadUnsafe(ref target, (nuint)i));
            sum.StoreUnsafe(ref target, (nuint)i);
        }

        for (; i < sums.Length; i++) sums[i] = MathF.FusedMultiplyAdd(x[i], w[i], sums[i]);
    }

    private static void AccumulateRepeated(ReadOnlySpan<float> x, ReadOnlySpan<float> w, Span<float> sums, int multiplier)
    {
        for (int k = 0; k < sums.Length; k++) sums[k] = MathF.FusedMultiplyAdd(x[k / multiplier], w[k], sums[k]);
    }
}
