using NpuSim.Kernels;
using Xunit;

namespace NpuSim.Tests.Kernels;

public sealed class LookupTests
{
    [Fact]
    public void Every_level_looks_every_length_up()
    {
        var random = new Random(2);
        var table = Samples.Bytes(random, LookupKernel.TableEntries);
        for (int length = 0; length <= 3 * 2 * 64 + 1; length++)
        {
            var a = Samples.Bytes(random, 2 * (length + 1));
            foreach (var level in Simd.Supported)
            {
                var actual = new sbyte[2 * length + 2];
                LookupKernel.Apply(level, 2, length, a, length + 1, table, actual, length + 2);
                var together = new sbyte[2 * length];
                LookupKernel.Apply(level, 2, length, a, length, table, together, length);
                for (int i = 0; i < 2 * length; i++) Assert.Equal(table[a[i] + 128], together[i]);
                for (int i = 0; i < 2 * length; i++)
                    Assert.Equal(table[a[i / length * (length + 1) + i % length] + 128], actual[i / length * (length + 2) + i % length]);
            }
        }
    }
}
