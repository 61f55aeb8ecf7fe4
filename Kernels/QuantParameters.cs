namespace NpuSim.Kernels;

/// <summary>Quantisation of an operand of a vector operation: a fixed-point factor for the integer dialects, a float32 scale for the
/// other.</summary>
/// <param name="Zero">Zero point.</param>
/// <param name="Multiplier">Q0.31 multiplier (<see cref="FixedPoint"/>).</param>
/// <param name="Shift">Shift of the multiplier, positive left.</param>
/// <param name="Scale">float32 scale.</param>
public readonly record struct QuantParameters(int Zero, int Multiplier, int Shift, float Scale);

/// <summary>Quantisation of both operands and the result of an element-wise operation, and the clamp of the result.</summary>
/// <param name="A">First operand.</param>
/// <param name="B">Second operand.</param>
/// <param name="Out">Result.</param>
/// <param name="ClampMin">Smallest result, −128 … 127.</param>
/// <param name="ClampMax">Largest result, −128 … 127.</param>
public readonly record struct ElementwiseQuantisation(QuantParameters A, QuantParameters B, QuantParameters Out, int ClampMin,
    int ClampMax);
