using NpuSim.Isa.Machine;
using NpuSim.Isa.Timing;
using Xunit;

namespace NpuSim.Tests.Isa;

/// <summary>Arrays that walk a pass in blocks: which block they choose, and what it costs.</summary>
public sealed class BlockTests
{
    // Blocks that Vela 3.12 chose for layers of MLPerf Tiny's networks, and its estimate of the operator.
    [Theory]
    [InlineData("ethos-u55-32", 8, 64, 64, 3, false, 7, 8, 16)]
    [InlineData("ethos-u55-32", 12, 64, 64, 3, true, 8, 8, 16)]
    [InlineData("ethos-u55-128", 6, 128, 128, 1, false, 6, 6, 48)]
    [InlineData("ethos-u55-128", 3, 128, 256, 1, false, 3, 4, 128)]
    [InlineData("ethos-u65-256", 6, 128, 128, 3, true, 6, 6, 48)]
    public void The_block_is_the_one_that_the_vendors_compiler_chooses(
        string preset, int extent, int channels, int outputs, int kernel, bool depthwise, int height, int width, int blockChannels)
    {
        var block = BlockChoice.Choose(MachineFile.Load(preset, []).Core.Array, Layer(extent, channels, outputs, kernel, depthwise));
        Assert.Equal((height, width, blockChannels), (block.Height, block.Width, block.Channels));
    }

    [Fact]
    public void Every_block_counts_whole_and_takes_the_slower_of_array_and_output_stage()
    {
        var core = MachineFile.Load("ethos-u55-32", []).Core;
        // 4 blocks of 8 x 8 x 16 cover 12 x 12, in 4 slices of channels: 64 micro-blocks, 4 of them in channels, 3 steps of 4 cycles.
        var cost = BlockTiming.Cost(core, Layer(12, 64, 64, 3, depthwise: true), accumulate: false);
        Assert.Equal(4 * 4 * 64 * 4 * 3 * 4, cost.Cycles);
        // The output stage takes 2 cycles an element, so 2048 behind a block; the array 3072.
        Assert.Equal(2048, cost.Results.EarliestEnd(cost.Cycles, 16 * 2048, 0) - cost.Cycles);
        Assert.Equal(16, cost.Results.Groups);
    }

    [Fact]
    public void A_slow_output_stage_holds_the_array_up()
    {
        var core = MachineFile.Load("ethos-u55-32", ["core.vector.multiplyCycles=8"]).Core;
        var cost = BlockTiming.Cost(core, Layer(12, 64, 64, 3, depthwise: true), accumulate: false);
        Assert.Equal(16 * 8192, cost.Cycles);
        Assert.Equal(16 * 8192 + 3072, cost.Results.EarliestEnd(cost.Cycles, 16 * 8192, 0));
    }

    [Theory]
    [InlineData("core.array.blocks.unitHeight=3", "expected a divisor of core.array.pixels")]
    [InlineData("core.array.blocks.engines=3", "expected a divisor of core.array.columns")]
    [InlineData("core.array.blocks.sharedKiB=15", "expected at least reserved and both granules, 16")]
    [InlineData("core.array.minimumCyclesPerTap=2", "expected 1 with core.array.blocks")]
    [InlineData("core.array.depthwiseTaps=2", "expected 1 with core.array.blocks")]
    [InlineData("core.weight.holdsTensors=true", "expected false for weight and accumulator")]
    [InlineData("core.activation.addressedKiB=8", "expected 0 for activation and weight")]
    [InlineData("cores=2", "expected 1, because core.activation.holdsTensors is private to a core")]
    public void What_no_machine_can_be_is_refused(string set, string message) => Assert.Contains(
        message, Assert.Throws<MachineException>(() => MachineFile.Load("ethos-u55-128", [set])).Message, StringComparison.Ordinal);

    [Fact]
    public void Few_channels_take_several_taps_in_a_step()
    {
        var array = MachineFile.Load("ethos-u55-128", []).Core.Array;
        Assert.True(BlockChoice.Choose(array, Layer(32, 3, 16, 3, depthwise: false)).PacksTaps);
        Assert.False(BlockChoice.Choose(array, Layer(32, 64, 16, 3, depthwise: false)).PacksTaps);
    }

    [Fact]
    public void Every_block_fits_the_shared_buffer_and_reads_no_more_than_there_is()
    {
        foreach (string preset in MachineFile.PresetNames().Where(name => name.StartsWith("ethos", StringComparison.Ordinal)))
        {
            var core = MachineFile.Load(preset, []).Core;
            var random = new Random(5);
            for (int i = 0; i < 100; i++)
            {
                var shape = Layer(1 + random.Next(60), 1 + random.Next(300), 1 + random.Next(300), 1 + (2 * random.Next(5)), random.Next(2) == 0);
                var block = BlockChoice.Choose(core.Array, shape);
                var blocks = core.Array.Blocks!;
                long input = 2L * block.InHeight * block.InWidth * block.InChannels, sums = 8L * block.Height * block.Width * block.Channels;
                Assert.True(input + sums <= (blocks.SharedKiB - blocks.ReservedKiB) * 1024L, $"{preset}: {shape} {block}");
                Assert.True(BlockTiming.Cost(core, shape, false).Cycles * core.Array.PeakMacsPerCycle >= shape.Macs, $"{preset}: {shape}");
            }
        }
    }

    private static PassShape Layer(int extent, int channels, int outputs, int kernel, bool depthwise) =>
        new((long)extent * extent, depthwise ? channels : outputs, depthwise ? 1 : channels, kernel * kernel, depthwise)
        {
            Plane = new PassPlane(extent, extent, extent, extent, kernel, kernel, 1, 1, 1, 1, Product: false),
        };
}
