namespace NpuSim.Kernels;

/// <summary>One element-wise operation in every format: the definition that all loops and levels agree with.</summary>
internal interface IElementwiseOperation
{
    static abstract int Int8Fixed(int a, int b, in ElementwiseQuantisation q);

    static abstract int Int8Float(int a, int b, in ElementwiseQuantisation q);

    static abstract int Int32(int a, int b);

    static abstract float Float32(float a, float b);
}

internal readonly struct AddOperation : IElementwiseOperation
{
    public static int Int8Fixed(int a, int b, in ElementwiseQuantisation q) =>
        ElementwiseRescale.Fixed(ElementwiseRescale.Widen(a, q.A) + ElementwiseRescale.Widen(b, q.B), q);

    public static int Int8Float(int a, int b, in ElementwiseQuantisation q) =>
        ElementwiseRescale.Float(FloatKernel.ToFloat(a, q.A) + FloatKernel.ToFloat(b, q.B), q);

    public static int Int32(int a, int b) => a + b;

    public static float Float32(float a, float b) => a + b;
}

internal readonly struct SubtractOperation : IElementwiseOperation
{
    public static int Int8Fixed(int a, int b, in ElementwiseQuantisation q) =>
        ElementwiseRescale.Fixed(ElementwiseRescale.Widen(a, q.A) - ElementwiseRescale.Widen(b, q.B), q);

    public static int Int8Float(int a, int b, in ElementwiseQuantisation q) =>
        ElementwiseRescale.Float(FloatKernel.ToFloat(a, q.A) - FloatKernel.ToFloat(b, q.B), q);

    public static int Int32(int a, int b) => a - b;

    public static float Float32(float a, float b) => a - b;
}

internal readonly struct MultiplyOperation : IElementwiseOperation
{
    public static int Int8Fixed(int a, int b, in ElementwiseQuantisation q) => ElementwiseRescale.Fixed((a - q.A.Zero) * (b - q.B.Zero), q);

    public static int Int8Float(int a, int b, in ElementwiseQuantisation q) =>
        ElementwiseRescale.Float(FloatKernel.ToFloat(a, q.A) * FloatKernel.ToFloat(b, q.B), q);

    public static int Int32(int a, int b) => a * b;

    public static float Float32(float a, float b) => a * b;
}

internal readonly struct MinimumOperation : IElementwiseOperation
{
    public static int Int8Fixed(int a, int b, in ElementwiseQuantisation q) => Math.Min(a, b);

    public static int Int8Float(int a, int b, in ElementwiseQuantisation q) => Math.Min(a, b);

    public static int Int32(int a, int b) => Math.Min(a, b);

    public static float Float32(float a, float b) => a < b ? a : b;
}

internal readonly struct MaximumOperation : IElementwiseOperation
{
    public static int Int8Fixed(int a, int b, in ElementwiseQuantisation q) => Math.Max(a, b);

    public static int Int8Float(int a, int b, in ElementwiseQuantisation q) => Math.Max(a, b);

    public static int Int32(int a, int b) => Math.Max(a, b);

    public static float Float32(float a, float b) => a > b ? a : b;
}

/// <summary>The steps before and after an int8 operation.</summary>
internal static class ElementwiseRescale
{
    /// <summary>Left shift of both operands of a fixed-point sum, so that rescaling loses nothing.</summary>
    internal const int SumLeftShift = 20;

    internal static int Widen(int value, in QuantParameters p) => FixedPoint.MultiplyDouble((value - p.Zero) << SumLeftShift, p.Multiplier, p.Shift);

    internal static int Fixed(int value, in ElementwiseQuantisation q) =>
        FixedPoint.Bound(FixedPoint.MultiplyDouble(value, q.Out.Multiplier, q.Out.Shift) + q.Out.Zero, q.ClampMin, q.ClampMax);

    internal static int Float(float value, in ElementwiseQuantisation q) =>
        FloatKernel.ToInt8(value / q.Out.Scale, q.Out.Zero, q.ClampMin, q.ClampMax);
}
