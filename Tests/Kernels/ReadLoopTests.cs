using NpuSim.Kernels;
using Xunit;

namespace NpuSim.Tests.Kernels;

public sealed class ReadLoopTests
{
    [Fact]
    public void Every_step_is_read_whole()
    {
        foreach (var level in Simd.Supported)
        {
            // The first eight bytes of every vector are summed up, whatever its width; they cover the first eight of every step.
            for (int step = 0; step < 3; step++)
            {
                var memory = new byte[3 * ReadLoops.StepBytes];
                memory[step * ReadLoops.StepBytes] = 1;
                Assert.Equal(1, ReadLoops.Read(level, memory));
            }

            Assert.Equal(0, ReadLoops.Read(level, new byte[] { 1, 2, 3 }));
        }
    }
}
