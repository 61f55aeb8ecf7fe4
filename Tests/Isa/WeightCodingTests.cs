using NpuSim.Isa.Machine;
using NpuSim.Isa.Timing;
using Xunit;

namespace NpuSim.Tests.Isa;

/// <summary>How large coded weights are.</summary>
public sealed class WeightCodingTests
{
    [Fact]
    public void Entropy_is_what_the_frequencies_say()
    {
        Assert.Equal(0, WeightCoding.EntropyBits([]));
        Assert.Equal(0, WeightCoding.EntropyBits(new byte[100]));
        Assert.Equal(1, WeightCoding.EntropyBits([3, 7, 3, 7]), 12);
        Assert.Equal(8, WeightCoding.EntropyBits([.. Enumerable.Range(0, 512).Select(i => (byte)i)]), 12);
        // 3/4 zeros and a quarter of one other value: 0.8113 bits.
        Assert.Equal(0.811278124459, WeightCoding.EntropyBits([0, 0, 0, 9]), 11);
    }

    [Fact]
    public void Coded_bytes_are_the_entropy_by_the_codes_ratio_in_whole_granules()
    {
        var coding = new WeightCodingSpec { SizeRatio = 1.5, GranuleBytes = 16 };
        Assert.Equal(96, WeightCoding.CodedBytes(coding, 100, 5));
        Assert.Equal(0, WeightCoding.CodedBytes(coding, 100, 0));
        Assert.Equal(160, WeightCoding.CodedBytes(coding, 100, 8));
    }
}
