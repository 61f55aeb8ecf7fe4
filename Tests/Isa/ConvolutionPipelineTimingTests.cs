using NpuSim.Isa.Machine;
using NpuSim.Isa.Timing;
using Xunit;

namespace NpuSim.Tests.Isa;

/// <summary>Each mechanism of the convolution pipeline alone, on shapes where the others do not bind. Figures without a formula are those of the RTL.</summary>
public sealed class ConvolutionPipelineTimingTests
{
    private const int Latency = 32;

    private static readonly MachineSpec Machine = MachineFile.Load("nvdla-small", []);
    private static readonly ConvolutionPipelineSpec Pipeline = Machine.Core.ConvolutionPipeline!;

    [Theory]
    [InlineData(1, new[] { 1 })]
    [InlineData(16, new[] { 16 })]
    [InlineData(17, new[] { 8, 9 })]
    [InlineData(24, new[] { 8, 16 })]
    [InlineData(31, new[] { 8, 8, 15 })]
    [InlineData(32, new[] { 16, 16 })]
    [InlineData(49, new[] { 16, 16, 8, 9 })]
    [InlineData(64, new[] { 16, 16, 16, 16 })]
    public void Stripes_are_sixteen_pixels_or_the_rest_or_eight(int pixels, int[] expected)
    {
        var lengths = new List<int>();
        for (long remaining = pixels; remaining > 0; remaining -= lengths[^1])
            lengths.Add(ConvolutionPipelineTiming.StripeLength(Pipeline, remaining));
        Assert.Equal(expected, lengths);
        Assert.Equal(expected.Length, ConvolutionPipelineTiming.Stripes(Pipeline, pixels));
    }

    [Theory]
    [InlineData(1, 182)]
    [InlineData(8, 182)]
    [InlineData(11, 182)]
    [InlineData(12, 192)]
    [InlineData(18, 288)]
    public void A_further_stripe_takes_the_longer_of_its_operations_and_the_way_of_its_credits(int operations, long period)
    {
        long few = Computing(Shape(16, 4, operations * 8, 8)), more = Computing(Shape(16, 6, operations * 8, 8));
        Assert.Equal(2 * period, more - few);
    }

    [Fact]
    public void An_operation_takes_eight_cycles_for_a_single_pixel()
    {
        var cost = Cost(Shape(1, 1, 512, 8));
        Assert.Equal(64 * 8, cost.LastOperation - cost.FirstOperation);
        Assert.Equal(64 * 8, cost.ArrayCycles);
    }

    [Fact]
    public void A_wider_multiplier_takes_as_many_channels_at_once()
    {
        var wide = ConvolutionPipelineTiming.Cost(MachineFile.Load("nvdla-small-256", []), Shape(16, 16, 128, 8, 3));
        Assert.Equal(4 * 9 * 256, wide.ArrayCycles);
        Assert.Equal(16 * 9 * 256, Cost(Shape(16, 16, 128, 8, 3)).ArrayCycles);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(8)]
    public void An_output_atom_takes_nine_cycles_also_where_the_group_of_kernels_is_not_full(int kernels)
    {
        var cost = Cost(Shape(16, 1, 8, kernels));
        Assert.Equal(15 + (16 * 9) - 2, cost.LastOutput - cost.FirstOperation);
        Assert.Equal(16 * 9, cost.OutputCycles);
    }

    [Theory]
    [InlineData(5, 131803)]
    [InlineData(6, 128219)]
    [InlineData(8, 121051)]
    [InlineData(10, 117019)]
    public void Weights_of_the_next_group_come_as_far_as_there_is_room(int banks, long rtl)
    {
        var cost = Cost(Shape(7, 7, 256, 64, 3) with { WeightBanks = banks });
        Assert.InRange(cost.Cycles, rtl * 0.999, rtl * 1.001);
        // A group takes 2304 beats; what has no room beside the group before it follows when that one has ended.
        double late = Math.Max(0, 2304 - ((banks * 512) - 2304)), rounding = 7 * 80;
        Assert.InRange(cost.WeightStalls, 7 * late, (7 * late) + (late > 0 ? rounding : 0));
    }

    [Fact]
    public void Nothing_is_computed_before_all_features_and_the_first_kernels_are_there()
    {
        // One beat of features and 16 of weights (128 bytes), from set-up over memory and arrival to the first operation.
        Assert.Equal(29 + Latency + 17 + 7 + 40, Cost(Shape(1, 1, 8, 8)).FirstOperation);
        long small = Cost(Shape(64, 8, 8, 8)).FirstOperation, large = Cost(Shape(64, 16, 8, 8)).FirstOperation;
        Assert.Equal(8 * (64 + 1), large - small);
    }

    [Fact]
    public void The_end_is_the_last_write_and_the_memorys_answer_behind_the_last_output()
    {
        var cost = Cost(Shape(7, 7, 64, 8));
        Assert.Equal(17 + Latency + 10, cost.Cycles - cost.LastOutput);
        var slow = MachineFile.Apply(Machine, ["memory.dram.readLatencyCycles=132", "memory.dram.writeLatencyCycles=232"]);
        Assert.Equal(100 + 200, ConvolutionPipelineTiming.Cost(slow, Shape(7, 7, 64, 8)).Cycles - cost.Cycles);
    }

    [Theory]
    [InlineData(8, 8 * (16 + 1))]
    [InlineData(16, 8 * ((2 * 16) + 2))]
    [InlineData(24, 8 * ((3.5 * 16) + 2))]
    [InlineData(32, 8 * ((5 * 16) + 2))]
    [InlineData(40, 8 * ((5 * 16) + 2 + 16 + 1))]
    [InlineData(64, 8 * 2 * ((5 * 16) + 2))]
    public void Features_come_in_turns_of_up_to_four_surfaces(int channels, double cycles) =>
        Assert.Equal(cycles, FeatureFetch.Cycles(Pipeline, Shape(16, 8, channels, 8)));

    [Theory]
    [InlineData(8, 1, 3.0)]
    [InlineData(64, 1, 2.125)]
    [InlineData(64, 2, 1.5)]
    public void A_column_of_single_pixels_takes_its_requests_one_by_one(int channels, int grain, double cyclesPerBeat)
    {
        double cycles = FeatureFetch.Cycles(Pipeline, Shape(1, 128, channels, 8) with { Grain = grain });
        Assert.Equal(cyclesPerBeat, cycles / (128.0 * channels / 8));
    }

    [Fact]
    public void A_single_pixel_is_read_packed() => Assert.Equal(1024, FeatureFetch.Cycles(Pipeline, Shape(1, 1, 8192, 8)));

    [Theory]
    [InlineData("memory.dram.readLatencyCycles=252", 1)]
    [InlineData("memory.dram.readLatencyCycles=508", 2)]
    [InlineData("core.convolutionPipeline.readCyclesPerBeat=3", 3)]
    [InlineData("memory.dram.bandwidthMBps=2000", 4)]
    public void A_beat_takes_what_port_memory_and_requests_under_way_allow(string set, double cycles) =>
        Assert.Equal(cycles, ConvolutionPipelineTiming.BeatCycles(Pipeline with { ReadCyclesPerBeat = Changed(set).Core.ConvolutionPipeline!.ReadCyclesPerBeat }, Changed(set), write: false));

    [Theory]
    [InlineData(16)]
    [InlineData(32)]
    public void Slow_writes_become_the_pace(int cyclesPerBeat)
    {
        var slow = ConvolutionPipelineTiming.Cost(Changed($"core.convolutionPipeline.writeCyclesPerBeat={cyclesPerBeat}"), Shape(16, 16, 16, 32));
        long beats = 256 * 4;
        Assert.InRange(slow.Cycles, beats * cyclesPerBeat, (beats * cyclesPerBeat) + 1000);
        Assert.Equal(Cost(Shape(16, 16, 16, 32)).Cycles, ConvolutionPipelineTiming.Cost(Changed("core.convolutionPipeline.writeCyclesPerBeat=8"), Shape(16, 16, 16, 32)).Cycles);
    }

    [Theory]
    [InlineData(13, 3, 9, 17, 1)]
    [InlineData(10, 49, 1, 64, 4)]
    [InlineData(1, 1, 4096, 16, 1)]
    public void Traffic_is_whole_atoms_of_features_and_results_and_padded_weights(int width, int height, int channels, int kernels, int kernel)
    {
        var shape = Shape(width, height, channels, kernels, kernel);
        var cost = Cost(shape);
        Assert.Equal((width * height * ((channels + 7) / 8) * 8) + (((kernel * kernel * channels * kernels) + 127) / 128 * 128), cost.ReadBytes);
        Assert.Equal(shape.Pixels * ((kernels + 7) / 8) * 8, cost.WriteBytes);
    }

    [Theory]
    [InlineData("nvdla-small", 7, 7, 256, 4)]
    [InlineData("nvdla-small", 10, 49, 1, 1)]
    [InlineData("nvdla-small-256", 10, 49, 1, 2)]
    [InlineData("nvdla-small-256", 96, 96, 3, 18)]
    public void Features_fill_banks_entry_by_entry(string machine, int width, int height, int channels, int banks)
    {
        var spec = MachineFile.Load(machine, []);
        Assert.Equal(banks, ConvolutionBuffer.DataBanks(spec.Core.ConvolutionPipeline!, spec, Shape(width, height, channels, 8)));
    }

    [Fact]
    public void What_waits_what_works_and_what_drains_adds_up()
    {
        foreach (var shape in (HardwareLayerShape[])[Shape(14, 14, 64, 64, 3), Shape(1, 1, 512, 512) with { WeightBanks = 2 }, Shape(32, 32, 8, 128)])
        {
            var cost = Cost(shape);
            Assert.Equal(cost.Cycles, cost.LoadStalls + cost.ArrayCycles + cost.OutputStalls);
            Assert.True(cost.OutputStalls > 0 && cost.LoadStalls > 0);
        }
    }

    [Theory]
    [InlineData(8, 2, 37631 - 20116)]
    [InlineData(4, 1, 39117 - 20116)]
    public void The_loads_of_the_next_layer_begin_beside_this_one_as_far_as_there_is_room(int dataBanks, int weightBanks, long rtl)
    {
        var shape = Shape(14, 14, 64, 64) with { DataBanks = dataBanks, WeightBanks = weightBanks };
        var walk = new PipelineWalk(Machine);
        long alone = walk.Next(shape, overlaps: false).Cycles, behind = walk.Next(shape, overlaps: true).Cycles;
        Assert.InRange(alone, 20116 * 0.999, 20116 * 1.001);
        Assert.InRange(behind, rtl * 0.98, rtl * 1.02);
        Assert.Equal(alone, walk.Next(shape, overlaps: false).Cycles);
    }

    [Fact]
    public void Layers_of_other_banks_or_with_one_register_group_do_not_overlap()
    {
        var shape = Shape(14, 14, 64, 64);
        var walk = new PipelineWalk(Machine);
        walk.Next(shape with { DataBanks = 15 }, overlaps: false);
        Assert.Equal(Cost(shape), walk.Next(shape, overlaps: true));
        var single = new PipelineWalk(Changed("core.convolutionPipeline.registerGroups=1"));
        Assert.Equal(single.Next(shape, overlaps: false), single.Next(shape, overlaps: true));
    }

    private static MachineSpec Changed(string set) => MachineFile.Apply(Machine, [set]);

    private static HardwareLayerCost Cost(in HardwareLayerShape shape) => ConvolutionPipelineTiming.Cost(Machine, shape);

    // From the first operation to the last output.
    private static long Computing(in HardwareLayerShape shape)
    {
        var cost = Cost(shape);
        return cost.LastOutput - cost.FirstOperation;
    }

    // A convolution that keeps its extent, in banks that hold it.
    private static HardwareLayerShape Shape(int width, int height, int channels, int kernels, int kernel = 1) =>
        new(width, height, channels, kernels, kernel, kernel, (long)width * height, 16, 16, 1);
}
