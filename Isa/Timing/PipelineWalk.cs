using NpuSim.Isa.Instructions;
using NpuSim.Isa.Machine;

namespace NpuSim.Isa.Timing;

/// <summary>Walks hardware layers through the pipeline, kernel group by kernel group and stripe by stripe. What one layer leaves behind is what the next finds:
/// the port, the rooms of the buffer, the multipliers, the accumulator.</summary>
/// <remarks>Loops: kernel group, stripe of output pixels, channel block, kernel row, kernel column; the innermost is a stripe operation, one pixel and one
/// channel block of all kernels of the group a cycle. Operations begin when all features and the first group's weights are in the buffer. Weights of
/// further groups come meanwhile as far as there is room; a group's room is free when its last operation begins. The last operation of a stripe needs a
/// place in the accumulator for each of its pixels. With two register groups the loads of the next layer begin when those of this one have ended, as
/// far as there is room beside it, if nothing that it reads is still to be written.</remarks>
public sealed class PipelineWalk
{
    // From the moment that room is free to the request that uses it.
    private const int RoomCycles = 1;

    private readonly MachineSpec _machine;
    private readonly ConvolutionPipelineSpec _pipeline;
    private readonly ArraySpec _array;
    private readonly int _readLatency;
    private readonly int _writeLatency;
    private readonly double _beatCycles;
    private readonly long _stageCycles;
    private readonly Queue<(long Cycle, double Beat)> _freed = [];
    private ReadStreams _reads;
    private OutputPipe _output;
    private HardwareLayerShape? _previous;
    private double _room;
    private long _now;
    private long _interrupt;
    private long _earlierInterrupt;

    /// <param name="machine">A machine with a convolution pipeline.</param>
    public PipelineWalk(MachineSpec machine)
    {
        _machine = machine;
        _pipeline = machine.Core.ConvolutionPipeline ?? throw new ArgumentException("the machine has no convolution pipeline", nameof(machine));
        _array = machine.Core.Array;
        _readLatency = TransferTiming.LatencyCycles(machine, MemorySpace.Dram, write: false);
        _writeLatency = TransferTiming.LatencyCycles(machine, MemorySpace.Dram, write: true);
        _beatCycles = ConvolutionPipelineTiming.BeatCycles(_pipeline, machine, write: false);
        // A place of the accumulator holds one pixel of a group's kernels, which leave in whole atoms.
        _stageCycles = _pipeline.OutputCyclesPerAtom * ConvolutionBuffer.Surfaces(_pipeline, _array.Columns);
    }

    /// <summary>The cost of a layer.</summary>
    /// <param name="shape">The layer; it fits its banks.</param>
    /// <param name="overlaps">Whether it may begin while the one before it is at work: it is programmed already and reads nothing that the other
    /// writes.</param>
    public HardwareLayerCost Next(in HardwareLayerShape shape, bool overlaps)
    {
        bool beside = overlaps && _pipeline.RegisterGroups > 1 && _previous is { } other && SameBanks(other, shape);
        if (!beside)
            Restart(shape);
        var layer = new LayerState(_pipeline, _array, shape, beside ? _reads.Weights : 0);
        long origin = beside ? _interrupt : 0, free = beside ? _now + _pipeline.SwitchCycles : 0;
        BeginReads(shape, beside);
        long first = 0, stalls = 0, operations = 0;
        for (long group = 0; group < layer.Groups; group++)
        {
            long loaded = Load(layer, group, shape);
            stalls += group == 0 ? 0 : Math.Max(0, loaded - free);
            _now = Math.Max(free, loaded);
            first = group == 0 ? _now : first;
            operations += Stripes(layer, out long lastOperation);
            _freed.Enqueue((lastOperation, layer.EndBeat(group)));
            free = _now;
        }

        (_earlierInterrupt, _interrupt, _previous) = (origin, _output.LastWrite + _writeLatency + _pipeline.InterruptCycles, shape);
        long features = ConvolutionBuffer.FeatureBytes(_pipeline, shape);
        long reads = features + ConvolutionBuffer.WeightBytes(_pipeline, shape) + shape.ParameterBytes;
        return new HardwareLayerCost(
            _interrupt - origin, first - origin, _now - origin, _output.Last - origin, stalls, operations, shape.Pixels * layer.Groups * _stageCycles,
            (long)Math.Ceiling(reads * _beatCycles / _pipeline.BeatBytes), features, reads, ConvolutionBuffer.ResultBytes(_pipeline, shape));
    }

    private static bool SameBanks(in HardwareLayerShape a, in HardwareLayerShape b) => a.DataBanks == b.DataBanks && a.WeightBanks == b.WeightBanks;

    private void Restart(in HardwareLayerShape shape)
    {
        _reads = new ReadStreams(_beatCycles);
        _freed.Clear();
        _room = shape.WeightBanks * BankBeats;
        (_now, _interrupt, _earlierInterrupt, _previous) = (0, 0, 0, null);
        double write = ConvolutionPipelineTiming.BeatCycles(_pipeline, _machine, write: true) * _pipeline.AtomBytes / _pipeline.BeatBytes
            * ConvolutionBuffer.Surfaces(_pipeline, _array.Columns);
        _output = new OutputPipe(
            _pipeline.CreditAtoms, _stageCycles, _stageCycles - 1 - _pipeline.OutputBubbleCycles, _pipeline.WriteQueueAtoms, write, _pipeline.WriteCycles);
    }

    private double BankBeats => _pipeline.BankKiB * 1024.0 / _pipeline.BeatBytes;

    // The first beats come after set-up and the memory's latency; features for which there is no room beside the layer before wait until that has ended.
    private void BeginReads(in HardwareLayerShape shape, bool beside)
    {
        double start = beside ? Math.Max(_reads.Now - _pipeline.ArrivalCycles, _earlierInterrupt) : 0;
        _reads.WaitUntil(start + _machine.Core.Dma.SetupCycles + _readLatency + _pipeline.ArrivalCycles);
        double beats = (double)ConvolutionBuffer.FeatureBytes(_pipeline, shape) / _pipeline.BeatBytes, cycles = FeatureFetch.Cycles(_pipeline, shape);
        // Parameters of the output stage come with the features.
        double parameters = (double)shape.ParameterBytes / _pipeline.BeatBytes, pace = (cycles + parameters) / (beats + parameters);
        double fitting = beats;
        if (beside && _previous is { } other)
        {
            double taken = (double)ConvolutionBuffer.FeatureBytes(_pipeline, other) / _pipeline.BeatBytes;
            fitting = Math.Clamp((shape.DataBanks * BankBeats) - taken, 0, beats);
        }

        if (fitting < beats)
        {
            _reads.AskFeatures(fitting, pace);
            _reads.TakeFeatures(_reads.Weights);
            _reads.WaitUntil(_now + RoomCycles + _readLatency);
        }

        _reads.AskFeatures(beats - (fitting < beats ? fitting : 0) + parameters, pace);
    }

    // The cycle from which a group's operations find their operands; groups before it give their room back, in order.
    private long Load(in LayerState layer, long group, in HardwareLayerShape shape)
    {
        double end = layer.EndBeat(group), capacity = shape.WeightBanks * BankBeats;
        while (end > _room)
        {
            // What fits comes before the room of an earlier group is free.
            _reads.TakeWeights(_room);
            var (cycle, beat) = _freed.Dequeue();
            _room = beat + capacity;
            _reads.WaitUntil(cycle + RoomCycles + _readLatency);
        }

        _reads.TakeWeights(end);
        if (group == 0)
        {
            while (_freed.TryPeek(out var next) && next.Cycle + RoomCycles + _readLatency <= _reads.Now)
                _room = _freed.Dequeue().Beat + capacity;
            _reads.TakeFeatures(Math.Min(layer.LastBeat, _room));
        }

        return (long)Math.Ceiling(_reads.Now) + _pipeline.FirstOperationCycles;
    }

    // One group's stripes from now on; gives the cycles that their operations occupy and the cycle at which the last operation begins.
    private long Stripes(in LayerState layer, out long lastOperation)
    {
        long occupied = 0;
        lastOperation = _now;
        for (long remaining = layer.Pixels; remaining > 0;)
        {
            int length = ConvolutionPipelineTiming.StripeLength(_pipeline, remaining);
            long operation = Math.Max(_array.MinimumCyclesPerTap, length);
            lastOperation = Math.Max(_now + ((layer.Operations - 1) * operation), _output.FreedFor(length) + _pipeline.CreditReturnCycles);
            _output.Add(lastOperation + _array.PipelineCycles, length);
            _now = lastOperation + operation;
            occupied += layer.Operations * operation;
            remaining -= length;
        }

        return occupied;
    }

    private readonly struct LayerState(ConvolutionPipelineSpec pipeline, ArraySpec array, HardwareLayerShape shape, double firstBeat)
    {
        /// <summary>Groups of kernels.</summary>
        public long Groups { get; } = ArrayTiming.CeilingDivide(shape.Kernels, array.Columns);

        /// <summary>Stripe operations of a stripe.</summary>
        public long Operations { get; } = ArrayTiming.CeilingDivide(shape.Channels, array.Rows) * shape.KernelHeight * shape.KernelWidth;

        public long Pixels { get; } = shape.Pixels;

        /// <summary>Beat behind the layer's last weights; beats count on from layer to layer.</summary>
        public double LastBeat { get; } = firstBeat + ((double)ConvolutionBuffer.WeightBytes(pipeline, shape) / pipeline.BeatBytes);

        /// <summary>Beat behind a group's weights.</summary>
        public double EndBeat(long group) => group == Groups - 1
            ? LastBeat
            : firstBeat + ((double)((group + 1) * array.Columns * shape.KernelBytes) / pipeline.BeatBytes);
    }
}
