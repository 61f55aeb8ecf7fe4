using NpuSim.Isa.Instructions;

namespace NpuSim.Workloads.Quantised;

/// <summary>Quantisation of one operand of a vector operation, as the registers v.scalea, v.scaleb and v.scaleout hold it.</summary>
/// <param name="Zero">Zero point (fixed-point softmax: smallest difference whose exponential is not 0).</param>
/// <param name="Multiplier">Q0.31; 0 in the float format.</param>
/// <param name="Shift">Power of two of the multiplier, positive left.</param>
/// <param name="Scale">Real value of one step.</param>
public readonly record struct ScaleParameters(int Zero, int Multiplier, int Shift, float Scale);

/// <summary>Parameters of an int8 vector operation.</summary>
/// <param name="A">First operand.</param>
/// <param name="B">Second operand; default where there is one only.</param>
/// <param name="Out">Result.</param>
/// <param name="ClampMin">Smallest output, −128…127.</param>
/// <param name="ClampMax">Largest output, −128…127.</param>
/// <param name="Format">Int8Fixed or Int8Float.</param>
public sealed record ElementwiseParameters(
    ScaleParameters A, ScaleParameters B, ScaleParameters Out, int ClampMin, int ClampMax, VectorFormat Format);
