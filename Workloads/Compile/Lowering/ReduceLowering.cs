using NpuSim.Isa.Instructions;
using NpuSim.Isa.Machine;
using NpuSim.Isa.Timing;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Quantised;

namespace NpuSim.Workloads.Compile.Lowering;

/// <summary>Mean and sum of int8 tensors over neighbouring dimensions: int32 sums, then one requantisation.</summary>
internal static class ReduceLowering
{
    /// <summary>The tensor as [Outer × Folded × Inner]; Inner is 1 or the channels.</summary>
    private sealed record Work(long Outer, int Folded, int Inner, ChannelParameters Parameters);

    public static LayerPlan Lower(LoweringContext context, Node node)
    {
        var parameters = context.Parameters(node, out string reason);
        if (parameters is null)
        {
            return new HostPlan(reason);
        }

        var work = Describe(node, parameters);
        if (work is null)
        {
            return new HostPlan($"folds dimensions {string.Join(',', ((ReduceAttributes)node.Attributes).Axes)} of "
                + $"[{string.Join('x', node.Input(0).Shape)}]; the vector unit folds neighbouring ones, with the channels or none left inside");
        }

        var core = context.Machine.Core;
        int channels = TileSizes.Parts(work.Inner, ArrayOrder.OutputBlock).FirstOrDefault(size => Fits(context, work, size));
        return channels == 0
            ? new HostPlan($"{work.Folded} x {Math.Min(work.Inner, ArrayOrder.OutputBlock)} B and their sums do not fit the buffers twice "
                + $"({context.ActivationBytes} B of activations, {core.Accumulator.AddressedBytes} B of accumulators, {core.Weight.SizeBytes} B of weights)")
            : Plan(context, node, work, channels);
    }

    private static bool Fits(LoweringContext context, Work work, int channels)
    {
        var core = context.Machine.Core;
        long tiles = work.Outer * ((work.Inner + channels - 1) / channels);
        int slots = ConvolutionTiling.Slots(tiles);
        return slots * (SlotAllocator.Rounded((long)work.Folded * channels) + SlotAllocator.Rounded(channels)) <= context.ActivationBytes
            && slots * SlotAllocator.Rounded((long)channels * sizeof(int)) <= core.Accumulator.AddressedBytes
            && slots * SlotAllocator.Rounded((long)channels * Requantise.ParameterBytes) <= core.Weight.SizeBytes;
    }

    private static Work? Describe(Node node, ChannelParameters parameters)
    {
        var shape = node.Input(0).Shape;
        var axes = ((ReduceAttributes)node.Attributes).Axes;
        int first = axes[0], end = axes[^1] + 1;
        bool neighbours = axes.Select((axis, i) => axis - i).All(start => start == first);
        long inner = shape.Skip(end).Aggregate(1L, (product, extent) => product * extent);
        long folded = shape.Skip(first).Take(end - first).Aggregate(1L, (product, extent) => product * extent);
        long outer = shape.Take(first).Aggregate(1L, (product, extent) => product * extent);
        return neighbours && inner == parameters.Channels && folded <= int.MaxValue ? new Work(outer, (int)folded, (int)inner, parameters) : null;
    }

    private static TiledPlan Plan(LoweringContext context, Node node, Work work, int channels)
    {
        var table = context.Constants.Add($"{node.Name}.requant", work.Parameters.Table, context.Layer);
        Address input = context.Home(node.Input(0)), output = context.Home(node.Output);
        var tiles = new List<(long Outer, int Channel, int Channels)>();
        for (long outer = 0; outer < work.Outer; outer++)
        {
            for (int channel = 0; channel < work.Inner; channel += channels)
            {
                tiles.Add((outer, channel, Math.Min(channels, work.Inner - channel)));
            }
        }

        var steps = Enumerable.Range(0, context.Cores).Select(Steps).ToList();
        return new TiledPlan(Engine.Vector, 0, work.Parameters.Table.Length, $"{tiles.Count} tiles of {channels} channels", steps);

        List<TileStep> Steps(int core)
        {
            var activation = context.Slots(MemorySpace.Activation);
            var accumulator = context.Slots(MemorySpace.Accumulator);
            var weight = context.Slots(MemorySpace.Weight);
            int slots = ConvolutionTiling.Slots(tiles.Count);
            bool inPlaceIn = LoweringContext.InPlace(input), inPlaceOut = LoweringContext.InPlace(output);
            SlotRing ringIn = activation.Ring(slots, inPlaceIn ? 0 : (long)work.Folded * channels), ringOut = activation.Ring(slots, inPlaceOut ? 0 : channels);
            SlotRing sums = accumulator.Ring(slots, channels * sizeof(int)), parameters = weight.Ring(slots, (long)channels * Requantise.ParameterBytes);
            var steps = new List<TileStep>();
            foreach (var (outer, channel, count) in context.Share(tiles, core))
            {
                Address from = input + (outer * work.Folded * work.Inner + channel), to = output + (outer * work.Inner + channel);
                Address x = inPlaceIn ? from : ringIn.Next(), y = inPlaceOut ? to : ringOut.Next(), sum = sums.Next(), rows = parameters.Next();
                uint pitch = (uint)(inPlaceIn ? work.Inner : count);
                steps.Add(new PhasedStep(
                    stream => stream.Transfer(DmaRole.Weights, rows, table + (long)channel * Requantise.ParameterBytes, (long)count * Requantise.ParameterBytes),
                    inPlaceIn ? null : stream => stream.Transfer(DmaRole.Activations, x, new TransferStrides(count), from,
                        new TransferStrides(work.Inner), new TransferBlock((uint)count, (uint)work.Folded)),
                    stream => Compute(stream, work, count, pitch, x, sum, rows, y),
                    inPlaceOut ? null : stream => stream.Transfer(DmaRole.Store, to, y, count)));
            }

            return steps;
        }
    }

    private static void Compute(CoreStream stream, Work work, int channels, uint pitch, Address x, Address sum, Address parameters, Address y)
    {
        uint count = (uint)channels;
        var p = work.Parameters;
        stream.Configure(new VectorScaleOut((short)p.OutZero, 0, 0, 0, (short)p.ClampMin, (short)p.ClampMax));
        stream.Configure(new VectorShape((uint)work.Folded, count, pitch, 0, count * sizeof(int)));
        stream.Emit(new ReduceSum(x, sum, VectorFormat.Int8Fixed, ReduceAxis.Rows, 0));
        stream.Configure(new VectorShape(1, count, count * sizeof(int), 0, count));
        stream.Emit(new Requantise(sum, parameters, y, p.Rounding));
    }
}
