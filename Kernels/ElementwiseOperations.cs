using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace NpuSim.Kernels;

/// <summary>One element-wise operation in every format, for one pair and for eight; the scalar form is the definition.</summary>
internal interface IElementwiseOperation
{
    /// <summary>The host has the instructions of the Int8Fixed vector form.</summary>
    static abstract bool IsInt8FixedVectorSupported { get; }

    static abstract int Int8Fixed(int a, int b, in ElementwiseQuantisation q);

    static abstract int Int8Float(int a, int b, in ElementwiseQuantisation q);

    static abstract int Int32(int a, int b);

    static abstract float Float32(float a, float b);

    static abstract Vector256<int> Int8Fixed(Vector256<int> a, Vector256<int> b, in ElementwiseQuantisation q);

    static abstract Vector256<int> Int8Float(Vector256<int> a, Vector256<int> b, in ElementwiseQuantisation q);

    static abstract Vector256<int> Int32(Vector256<int> a, Vector256<int> b);

    static abstract Vector256<float> Float32(Vector256<float> a, Vector256<float> b);
}

internal readonly struct AddOperation : IElementwiseOperation
{
    public static bool IsInt8FixedVectorSupported => Avx2.IsSupported;

    public static int Int8Fixed(int a, int b, in ElementwiseQuantisation q) =>
        ElementwiseRescale.Fixed(ElementwiseRescale.Widen(a, q.A) + ElementwiseRescale.Widen(b, q.B), q);

    public static int Int8Float(int a, int b, in ElementwiseQuantisation q) =>
        ElementwiseRescale.Float(FloatKernel.ToFloat(a, q.A) + FloatKernel.ToFloat(b, q.B), q);

    public static int Int32(int a, int b) => a + b;

    public static float Float32(float a, float b) => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Int8Fixed(Vector256<int> a, Vector256<int> b, in ElementwiseQuantisation q) =>
        ElementwiseRescale.Fixed(ElementwiseRescale.Widen(a, q.A) + ElementwiseRescale.Widen(b, q.B), q);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Int8Float(Vector256<int> a, Vector256<int> b, in ElementwiseQuantisation q) =>
        ElementwiseRescale.Float(ElementwiseRescale.ToFloat(a, q.A) + ElementwiseRescale.ToFloat(b, q.B), q);

    public static Vector256<int> Int32(Vector256<int> a, Vector256<int> b) => a + b;

    public static Vector256<float> Float32(Vector256<float> a, Vector256<float> b) => a + b;
}

internal readonly struct SubtractOperation : IElementwiseOperation
{
    public static bool IsInt8FixedVectorSupported => Avx2.IsSupported;

    public static int Int8Fixed(int a, int b, in ElementwiseQuantisation q) =>
        ElementwiseRescale.Fixed(ElementwiseRescale.Widen(a, q.A) - ElementwiseRescale.Widen(b, q.B), q);

    public static int Int8Float(int a, int b, in ElementwiseQuantisation q) =>
        ElementwiseRescale.Float(FloatKernel.ToFloat(a, q.A) - FloatKernel.ToFloat(b, q.B), q);

    public static int Int32(int a, int b) => a - b;

    public static float Float32(float a, float b) => a - b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Int8Fixed(Vector256<int> a, Vector256<int> b, in ElementwiseQuantisation q) =>
        ElementwiseRescale.Fixed(ElementwiseRescale.Widen(a, q.A) - ElementwiseRescale.Widen(b, q.B), q);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Int8Float(Vector256<int> a, Vector256<int> b, in ElementwiseQuantisation q) =>
        ElementwiseRescale.Float(ElementwiseRescale.ToFloat(a, q.A) - ElementwiseRescale.ToFloat(b, q.B), q);

    public static Vector256<int> Int32(Vector256<int> a, Vector256<int> b) => a - b;

    public static Vector256<float> Float32(Vector256<float> a, Vector256<float> b) => a - b;
}

internal readonly struct MultiplyOperation : IElementwiseOperation
{
    public static bool IsInt8FixedVectorSupported => Avx2.IsSupported;

    public static int Int8Fixed(int a, int b, in ElementwiseQuantisation q) => ElementwiseRescale.Fixed((a - q.A.Zero) * (b - q.B.Zero), q);

    public static int Int8Float(int a, int b, in ElementwiseQuantisation q) =>
        ElementwiseRescale.Float(FloatKernel.ToFloat(a, q.A) * FloatKernel.ToFloat(b, q.B), q);

    public static int Int32(int a, int b) => a * b;

    public static float Float32(float a, float b) => a * b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Int8Fixed(Vector256<int> a, Vector256<int> b, in ElementwiseQuantisation q) =>
        ElementwiseRescale.Fixed((a - Vector256.Create(q.A.Zero)) * (b - Vector256.Create(q.B.Zero)), q);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Int8Float(Vector256<int> a, Vector256<int> b, in ElementwiseQuantisation q) =>
        ElementwiseRescale.Float(ElementwiseRescale.ToFloat(a, q.A) * ElementwiseRescale.ToFloat(b, q.B), q);

    public static Vector256<int> Int32(Vector256<int> a, Vector256<int> b) => a * b;

    public static Vector256<float> Float32(Vector256<float> a, Vector256<float> b) => a * b;
}

internal readonly struct MinimumOperation : IElementwiseOperation
{
    public static bool IsInt8FixedVectorSupported => true;

    public static int Int8Fixed(int a, int b, in ElementwiseQuantisation q) => Math.Min(a, b);

    public static int Int8Float(int a, int b, in ElementwiseQuantisation q) => Math.Min(a, b);

    public static int Int32(int a, int b) => Math.Min(a, b);

    public static float Float32(float a, float b) => a < b ? a : b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Int8Fixed(Vector256<int> a, Vector256<int> b, in ElementwiseQuantisation q) => Vector256.Min(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Int8Float(Vector256<int> a, Vector256<int> b, in ElementwiseQuantisation q) => Vector256.Min(a, b);

    public static Vector256<int> Int32(Vector256<int> a, Vector256<int> b) => Vector256.Min(a, b);

    public static Vector256<float> Float32(Vector256<float> a, Vector256<float> b) =>
        Vector256.ConditionalSelect(Vector256.LessThan(a, b), a, b);
}

internal readonly struct MaximumOperation : IElementwiseOperation
{
    public static bool IsInt8FixedVectorSupported => true;

    public static int Int8Fixed(int a, int b, in ElementwiseQuantisation q) => Math.Max(a, b);

    public static int Int8Float(int a, int b, in ElementwiseQuantisation q) => Math.Max(a, b);

    public static int Int32(int a, int b) => Math.Max(a, b);

    public static float Float32(float a, float b) => a > b ? a : b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Int8Fixed(Vector256<int> a, Vector256<int> b, in ElementwiseQuantisation q) => Vector256.Max(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Int8Float(Vector256<int> a, Vector256<int> b, in ElementwiseQuantisation q) => Vector256.Max(a, b);

    public static Vector256<int> Int32(Vector256<int> a, Vector256<int> b) => Vector256.Max(a, b);

    public static Vector256<float> Float32(Vector256<float> a, Vector256<float> b) =>
        Vector256.ConditionalSelect(Vector256.GreaterThan(a, b), a, b);
}
