using System.Runtime.CompilerServices;

namespace NpuSim.Kernels;

/// <summary>One element-wise operation in every format for one pair, which is the definition, and in the formats that need no rescaling for
/// vectors.</summary>
internal interface IElementwiseOperation
{
    static abstract int Int8Fixed(int a, int b, in ElementwiseQuantisation q);

    static abstract int Int8Float(int a, int b, in ElementwiseQuantisation q);

    static abstract int Int32(int a, int b);

    static abstract float Float32(float a, float b);

    static abstract TVector Int32<TLanes, TVector>(TVector a, TVector b)
        where TLanes : struct, ILanes<TVector>
        where TVector : struct;

    static abstract TVector Float32<TLanes, TVector>(TVector a, TVector b)
        where TLanes : struct, ILanes<TVector>
        where TVector : struct;
}

internal readonly struct AddOperation : IElementwiseOperation
{
    public static int Int8Fixed(int a, int b, in ElementwiseQuantisation q) =>
        ElementwiseRescale.Fixed(ElementwiseRescale.Widen(a, q.A) + ElementwiseRescale.Widen(b, q.B), q);

    public static int Int8Float(int a, int b, in ElementwiseQuantisation q) =>
        ElementwiseRescale.Float(FloatKernel.ToFloat(a, q.A) + FloatKernel.ToFloat(b, q.B), q);

    public static int Int32(int a, int b) => a + b;

    public static float Float32(float a, float b) => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Int32<TLanes, TVector>(TVector a, TVector b)
        where TLanes : struct, ILanes<TVector>
        where TVector : struct => TLanes.Add(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Float32<TLanes, TVector>(TVector a, TVector b)
        where TLanes : struct, ILanes<TVector>
        where TVector : struct => TLanes.AddFloat(a, b);
}

internal readonly struct SubtractOperation : IElementwiseOperation
{
    public static int Int8Fixed(int a, int b, in ElementwiseQuantisation q) =>
        ElementwiseRescale.Fixed(ElementwiseRescale.Widen(a, q.A) - ElementwiseRescale.Widen(b, q.B), q);

    public static int Int8Float(int a, int b, in ElementwiseQuantisation q) =>
        ElementwiseRescale.Float(FloatKernel.ToFloat(a, q.A) - FloatKernel.ToFloat(b, q.B), q);

    public static int Int32(int a, int b) => a - b;

    public static float Float32(float a, float b) => a - b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Int32<TLanes, TVector>(TVector a, TVector b)
        where TLanes : struct, ILanes<TVector>
        where TVector : struct => TLanes.Subtract(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Float32<TLanes, TVector>(TVector a, TVector b)
        where TLanes : struct, ILanes<TVector>
        where TVector : struct => TLanes.SubtractFloat(a, b);
}

internal readonly struct MultiplyOperation : IElementwiseOperation
{
    public static int Int8Fixed(int a, int b, in ElementwiseQuantisation q) => ElementwiseRescale.Fixed((a - q.A.Zero) * (b - q.B.Zero), q);

    public static int Int8Float(int a, int b, in ElementwiseQuantisation q) =>
        ElementwiseRescale.Float(FloatKernel.ToFloat(a, q.A) * FloatKernel.ToFloat(b, q.B), q);

    public static int Int32(int a, int b) => a * b;

    public static float Float32(float a, float b) => a * b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Int32<TLanes, TVector>(TVector a, TVector b)
        where TLanes : struct, ILanes<TVector>
        where TVector : struct => TLanes.Multiply(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Float32<TLanes, TVector>(TVector a, TVector b)
        where TLanes : struct, ILanes<TVector>
        where TVector : struct => TLanes.MultiplyFloat(a, b);
}

internal readonly struct MinimumOperation : IElementwiseOperation
{
    public static int Int8Fixed(int a, int b, in ElementwiseQuantisation q) => Math.Min(a, b);

    public static int Int8Float(int a, int b, in ElementwiseQuantisation q) => Math.Min(a, b);

    public static int Int32(int a, int b) => Math.Min(a, b);

    public static float Float32(float a, float b) => a < b ? a : b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Int32<TLanes, TVector>(TVector a, TVector b)
        where TLanes : struct, ILanes<TVector>
        where TVector : struct => TLanes.Min(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Float32<TLanes, TVector>(TVector a, TVector b)
        where TLanes : struct, ILanes<TVector>
        where TVector : struct => TLanes.SmallerFloat(a, b);
}

internal readonly struct MaximumOperation : IElementwiseOperation
{
    public static int Int8Fixed(int a, int b, in ElementwiseQuantisation q) => Math.Max(a, b);

    public static int Int8Float(int a, int b, in ElementwiseQuantisation q) => Math.Max(a, b);

    public static int Int32(int a, int b) => Math.Max(a, b);

    public static float Float32(float a, float b) => a > b ? a : b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Int32<TLanes, TVector>(TVector a, TVector b)
        where TLanes : struct, ILanes<TVector>
        where TVector : struct => TLanes.Max(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Float32<TLanes, TVector>(TVector a, TVector b)
        where TLanes : struct, ILanes<TVector>
        where TVector : struct => TLanes.LargerFloat(a, b);
}
