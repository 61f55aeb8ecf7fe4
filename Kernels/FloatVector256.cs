using System.Runtime.Intrinsics;

namespace NpuSim.Kernels;

/// <summary>6 rows × 16 columns in 12 registers of 8 float32.</summary>
/// <remarks>Registers are written out one by one: the compiler does not keep arrays of vectors in registers.</remarks>
internal readonly unsafe struct FloatVector256 : IFloatMicroKernel
{
    public static int Rows => 6;

    public static int Columns => 2 * Vector256<float>.Count;

    public static void Run(in FloatRuns runs, float** x, float* panel, float** start, float** output)
    {
        Vector256<float> a0 = Vector256.Load(start[0]), a1 = Vector256.Load(start[1]), a2 = Vector256.Load(start[2]);
        Vector256<float> a3 = Vector256.Load(start[3]), a4 = Vector256.Load(start[4]), a5 = Vector256.Load(start[5]);
        Vector256<float> b0 = Vector256.Load(start[0] + Vector256<float>.Count), b1 = Vector256.Load(start[1] + Vector256<float>.Count), b2 = Vector256.Load(start[2] + Vector256<float>.Count);
        Vector256<float> b3 = Vector256.Load(start[3] + Vector256<float>.Count), b4 = Vector256.Load(start[4] + Vector256<float>.Count), b5 = Vector256.Load(start[5] + Vector256<float>.Count);
        for (int run = 0; run < runs.Count; run++)
        {
            int offset = runs.Offsets[run];
            float* x0 = x[0] + offset, x1 = x[1] + offset, x2 = x[2] + offset, x3 = x[3] + offset, x4 = x[4] + offset, x5 = x[5] + offset;
            for (int k = 0; k < runs.Length; k++, panel += 2 * Vector256<float>.Count)
            {
                var w0 = Vector256.Load(panel);
                var w1 = Vector256.Load(panel + Vector256<float>.Count);
                var v0 = Vector256.Create(x0[k]);
                a0 = Vector256.FusedMultiplyAdd(v0, w0, a0);
                b0 = Vector256.FusedMultiplyAdd(v0, w1, b0);
                var v1 = Vector256.Create(x1[k]);
                a1 = Vector256.FusedMultiplyAdd(v1, w0, a1);
                b1 = Vector256.FusedMultiplyAdd(v1, w1, b1);
                var v2 = Vector256.Create(x2[k]);
                a2 = Vector256.FusedMultiplyAdd(v2, w0, a2);
                b2 = Vector256.FusedMultiplyAdd(v2, w1, b2);
                var v3 = Vector256.Create(x3[k]);
                a3 = Vector256.FusedMultiplyAdd(v3, w0, a3);
                b3 = Vector256.FusedMultiplyAdd(v3, w1, b3);
                var v4 = Vector256.Create(x4[k]);
                a4 = Vector256.FusedMultiplyAdd(v4, w0, a4);
                b4 = Vector256.FusedMultiplyAdd(v4, w1, b4);
                var v5 = Vector256.Create(x5[k]);
                a5 = Vector256.FusedMultiplyAdd(v5, w0, a5);
                b5 = Vector256.FusedMultiplyAdd(v5, w1, b5);
            }
        }

        a0.Store(output[0]);
        b0.Store(output[0] + Vector256<float>.Count);
        a1.Store(output[1]);
        b1.Store(output[1] + Vector256<float>.Count);
        a2.Store(output[2]);
        b2.Store(output[2] + Vector256<float>.Count);
        a3.Store(output[3]);
        b3.Store(output[3] + Vector256<float>.Count);
        a4.Store(output[4]);
        b4.Store(output[4] + Vector256<float>.Count);
        a5.Store(output[5]);
        b5.Store(output[5] + Vector256<float>.Count);
    }
}
