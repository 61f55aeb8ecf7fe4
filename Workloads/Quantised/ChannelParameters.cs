using NpuSim.Isa.Instructions;

namespace NpuSim.Workloads.Quantised;

/// <summary>How the int32 accumulators of a node become its int8 outputs.</summary>
/// <param name="Table"><see cref="Requantise.ParameterBytes"/> little-endian bytes per output channel: int32 bias, then int32 multiplier
/// and
/// int32 shift, or a float32 scale and 4 zero bytes where <paramref name="Rounding"/> is Float.</param>
/// <param name="Rounding">Rounding of the product.</param>
/// <param name="OutZero">Zero point added after it.</param>
/// <param name="ClampMin">Smallest output, −128…127.</param>
/// <param name="ClampMax">Largest output, −128…127.</param>
/// <param name="InputZero">Zero point subtracted from the first operand before it is multiplied; 0 for reductions, whose bias holds
/// it.</param>
/// <param name="WeightZero">Zero point subtracted from the second operand.</param>
public sealed record ChannelParameters(
    byte[] Table, Rounding Rounding, int OutZero, int ClampMin, int ClampMax, int InputZero, int WeightZero)
{
    public int Channels => Table.Length / Requantise.ParameterBytes;
}
