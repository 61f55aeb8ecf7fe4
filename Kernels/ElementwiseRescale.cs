namespace NpuSim.Kernels;

/// <summary>The steps before and after an int8 operation, for one value.</summary>
internal static class ElementwiseRescale
{
    /// <summary>Left shift of both operands of a fixed-point sum, so that rescaling loses nothing.</summary>
    internal const int SumLeftShift = 20;

    internal static int Widen(int value, in QuantParameters p) =>
        FixedPoint.MultiplyDouble((value - p.Zero) << SumLeftShift, p.Multiplier, p.Shift);

    internal static int Fixed(int value, in ElementwiseQuantisation q) =>
        FixedPoint.Bound(FixedPoint.MultiplyDouble(value, q.Out.Multiplier, q.Out.Shift) + q.Out.Zero, q.ClampMin, q.ClampMax);

    internal static int Float(float value, in ElementwiseQuantisation q) =>
        FloatKernel.ToInt8(value / q.Out.Scale, q.Out.Zero, q.ClampMin, q.ClampMax);
}
