using NpuSim.Isa.Instructions;
using NpuSim.Kernels;

namespace NpuSim.Simulator.Execution;

/// <summary>The output stage of int32 sums, whoever makes it: <c>v.requant</c> and hardware layers.</summary>
/// <param name="Rounding">How the scaled sum is rounded.</param>
/// <param name="Zero">Zero point of the result.</param>
/// <param name="ClampMin">Smallest result.</param>
/// <param name="ClampMax">Largest result.</param>
internal readonly record struct RequantiseTile(Rounding Rounding, int Zero, int ClampMin, int ClampMax)
{
    /// <summary>Requantises a tile.</summary>
    /// <param name="acc">[rows × pitch] int32 sums.</param>
    /// <param name="pitch">Elements from row to row of the sums.</param>
    /// <param name="parameters">One for each column, as for <c>v.requant</c>.</param>
    /// <param name="result">[rows × resultPitch] int8 results.</param>
    /// <param name="resultPitch">Elements from row to row of the results.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="columns">Columns.</param>
    public void Run(ReadOnlySpan<int> acc, int pitch, ReadOnlySpan<byte> parameters, Span<sbyte> result, int resultPitch, int rows, int columns)
    {
        switch (Rounding)
        {
            case Rounding.Double:
                RequantiseKernel.Double(acc, pitch, parameters, result, resultPitch, rows, columns, Zero, ClampMin, ClampMax);
                break;
            case Rounding.Single:
                RequantiseKernel.Single(acc, pitch, parameters, result, resultPitch, rows, columns, Zero, ClampMin, ClampMax);
                break;
            case Rounding.Float:
                RequantiseKernel.Float(acc, pitch, parameters, result, resultPitch, rows, columns, Zero, ClampMin, ClampMax);
                break;
        }
    }
}
