using NpuSim.Isa.Energy;
using NpuSim.Isa.Machine;

namespace NpuSim.Isa.Timing;

/// <summary>How large constants are where a machine stores them coded and decodes them on their way to the array.</summary>
/// <remarks>The order-0 entropy of the bytes, times the machine's measure of its code: what an ideal coder of single bytes would need. It
/// is a size, not a code:
/// the simulator moves the plain bytes and counts the coded ones.</remarks>
public static class WeightCoding
{
    private const int BitsPerByte = 8;

    /// <summary>Bits per byte that the data's own frequencies ask for: −Σ p·log₂ p, from 0 to 8; 0 for no data.</summary>
    public static double EntropyBits(ReadOnlySpan<byte> data)
    {
        Span<int> counts = stackalloc int[256];
        counts.Clear();
        foreach (byte value in data)
        {
            counts[value]++;
        }

        double sum = 0;
        foreach (int count in counts)
        {
            sum += count == 0 ? 0 : count * PortableMath.Log(count / (double)data.Length);
        }

        return data.Length == 0 ? 0 : -sum / (data.Length * PortableMath.Log(2));
    }

    /// <summary>Bytes of the coded data: ⌈bytes · entropy / 8 · sizeRatio⌉ rounded up to the code's granule.</summary>
    /// <param name="coding">The machine's code.</param>
    /// <param name="bytes">Plain bytes.</param>
    /// <param name="entropyBits">Their entropy; see <see cref="EntropyBits"/>.</param>
    public static long CodedBytes(WeightCodingSpec coding, long bytes, double entropyBits)
    {
        long coded = (long)Math.Ceiling(bytes * entropyBits / BitsPerByte * coding.SizeRatio);
        return ArrayTiming.CeilingDivide(coded, coding.GranuleBytes) * coding.GranuleBytes;
    }
}
