using NpuSim.Isa.Instructions;
using NpuSim.Isa.Machine;

namespace NpuSim.Isa.Timing;

/// <summary>What a hardware layer costs alone.</summary>
/// <param name="Cycles">From enable to interrupt.</param>
/// <param name="FirstOperation">From enable to the first stripe operation.</param>
/// <param name="LastOperation">From enable to the end of the last stripe operation.</param>
/// <param name="LastOutput">From enable to the last beat of the output stage.</param>
/// <param name="WeightStalls">Cycles between them in which operations wait for weights.</param>
/// <param name="ArrayCycles">Cycles that stripe operations occupy.</param>
/// <param name="OutputCycles">Cycles that the output stage needs alone.</param>
/// <param name="ReadCycles">Cycles that the port needs for what is read.</param>
/// <param name="FeatureBytes">Bytes of features read from memory.</param>
/// <param name="ReadBytes">All bytes read from memory.</param>
/// <param name="WriteBytes">Bytes written to memory.</param>
public readonly record struct HardwareLayerCost(
    long Cycles, long FirstOperation, long LastOperation, long LastOutput, long WeightStalls, long ArrayCycles, long OutputCycles, long ReadCycles,
    long FeatureBytes, long ReadBytes, long WriteBytes)
{
    /// <summary>Cycles in which operations wait for features or weights.</summary>
    public long LoadStalls => FirstOperation + WeightStalls;

    /// <summary>Cycles in which operations wait for the output stage, and after the last one.</summary>
    public long OutputStalls => Cycles - LoadStalls - ArrayCycles;
}

/// <summary>Timing of a hardware layer: a walk over its kernel groups and stripes, no state beyond it.</summary>
/// <remarks>Loops: kernel group, stripe of output pixels, channel block, kernel row, kernel column; the innermost is a stripe operation, one pixel and one
/// channel block of all kernels of the group a cycle. Operations begin when all features and the first group's weights are in the buffer. Weights of
/// further groups come meanwhile as far as there is room; a group's room is free when its last operation begins. The last operation of a stripe needs a
/// place in the accumulator for each of its atoms.</remarks>
public static class ConvolutionPipelineTiming
{
    // From the moment that room is free to the request that uses it.
    private const int RoomCycles = 1;

    /// <summary>Output pixels of the next stripe.</summary>
    /// <param name="pipeline">The pipeline.</param>
    /// <param name="remaining">Pixels left, at least 1.</param>
    public static int StripeLength(ConvolutionPipelineSpec pipeline, long remaining) =>
        remaining >= 2L * pipeline.StripeAtoms ? pipeline.StripeAtoms
        : remaining <= pipeline.StripeAtoms ? (int)remaining
        : pipeline.StripeAtoms / 2;

    /// <summary>Stripes of so many output pixels.</summary>
    public static long Stripes(ConvolutionPipelineSpec pipeline, long pixels)
    {
        // Whole stripes while two of them are left, then at most two shorter ones.
        long whole = Math.Max(0, (pixels / pipeline.StripeAtoms) - 1), stripes = whole;
        for (long remaining = pixels - (whole * pipeline.StripeAtoms); remaining > 0; stripes++)
            remaining -= StripeLength(pipeline, remaining);
        return stripes;
    }

    /// <summary>Cycles of the port for a read or write beat, at the memory's bandwidth and with the requests that may be under way.</summary>
    public static double BeatCycles(ConvolutionPipelineSpec pipeline, MachineSpec machine, bool write)
    {
        double memory = pipeline.BeatBytes / TransferTiming.BytesPerCycle(machine, MemorySpace.Dram);
        if (write)
            return Math.Max(pipeline.WriteCyclesPerBeat, memory);
        double underWay = (double)machine.Core.Dma.OutstandingBursts * machine.Core.Dma.BurstBytes / pipeline.BeatBytes;
        int latency = TransferTiming.LatencyCycles(machine, MemorySpace.Dram, write: false);
        return Math.Max(Math.Max(pipeline.ReadCyclesPerBeat, memory), (latency + pipeline.BeatOverheadCycles) / underWay);
    }

    /// <summary>Cycles and traffic of a layer alone.</summary>
    /// <param name="machine">A machine with a convolution pipeline.</param>
    /// <param name="shape">The layer; it fits its banks.</param>
    public static HardwareLayerCost Cost(MachineSpec machine, in HardwareLayerShape shape)
    {
        var pipeline = machine.Core.ConvolutionPipeline ?? throw new ArgumentException("the machine has no convolution pipeline", nameof(machine));
        return new Walk(machine, pipeline, shape).Cost();
    }

    private struct Walk
    {
        private readonly ConvolutionPipelineSpec _pipeline;
        private readonly HardwareLayerShape _shape;
        private readonly ArraySpec _array;
        private readonly double _room;
        private readonly double _weightBeats;
        private readonly long _groups;
        private readonly long _operations;
        private readonly int _readLatency;
        private readonly int _writeLatency;
        private ReadStreams _reads;
        private OutputPipe _output;
        private long _arrayCycles;
        private long _weightStalls;
        private readonly long _stageCycles;
        private readonly double _beatCycles;

        public Walk(MachineSpec machine, ConvolutionPipelineSpec pipeline, in HardwareLayerShape shape)
        {
            (_pipeline, _shape, _array) = (pipeline, shape, machine.Core.Array);
            _groups = ArrayTiming.CeilingDivide(shape.Kernels, _array.Columns);
            _operations = ArrayTiming.CeilingDivide(shape.Channels, _array.Rows) * shape.KernelHeight * shape.KernelWidth;
            _weightBeats = (double)ConvolutionBuffer.WeightBytes(pipeline, shape) / pipeline.BeatBytes;
            _room = shape.WeightBanks * pipeline.BankKiB * 1024.0 / pipeline.BeatBytes;
            _readLatency = TransferTiming.LatencyCycles(machine, MemorySpace.Dram, write: false);
            _writeLatency = TransferTiming.LatencyCycles(machine, MemorySpace.Dram, write: true);
            double features = (double)ConvolutionBuffer.FeatureBytes(pipeline, shape) / pipeline.BeatBytes;
            double start = machine.Core.Dma.SetupCycles + _readLatency + pipeline.ArrivalCycles;
            // Parameters of the output stage come with the features.
            double parameters = (double)shape.ParameterBytes / pipeline.BeatBytes;
            _beatCycles = BeatCycles(pipeline, machine, write: false);
            _reads = new ReadStreams(
                start, _beatCycles, features + parameters, FeatureFetch.Cycles(pipeline, shape) + parameters);
            // A place of the accumulator holds one pixel of a group's kernels, which leave in whole atoms.
            long atoms = ConvolutionBuffer.Surfaces(pipeline, _array.Columns);
            _stageCycles = pipeline.OutputCyclesPerAtom * atoms;
            double write = BeatCycles(pipeline, machine, write: true) * pipeline.AtomBytes / pipeline.BeatBytes * atoms;
            _output = new OutputPipe(
                pipeline.CreditAtoms, _stageCycles, _stageCycles - 1 - pipeline.OutputBubbleCycles, pipeline.WriteQueueAtoms, write, pipeline.WriteCycles);
        }

        public HardwareLayerCost Cost()
        {
            // The group whose operations begin needs its weights; groups before it have given their room back, in order.
            long now = 0, first = 0;
            var freed = new Queue<(long Cycle, double Beat)>();
            double room = _room;
            for (long group = 0; group < _groups; group++)
            {
                double end = EndBeat(group);
                while (end > room)
                {
                    // What fits comes before the room of an earlier group is free.
                    _reads.TakeWeights(Math.Min(room, end));
                    var (cycle, beat) = freed.Dequeue();
                    room = beat + _room;
                    _reads.WaitUntil(cycle + RoomCycles + _readLatency);
                }

                _reads.TakeWeights(end);
                if (group == 0)
                    _reads.TakeFeatures(Math.Min(_weightBeats, room));
                long loaded = (long)Math.Ceiling(Math.Max(_reads.Now, 0)) + _pipeline.FirstOperationCycles;
                _weightStalls += group == 0 ? 0 : Math.Max(0, loaded - now);
                first = group == 0 ? loaded : first;
                now = Math.Max(now, loaded);
                now = Stripes(now, out long lastOperation);
                freed.Enqueue((lastOperation, end));
            }

            long cycles = _output.LastWrite + _writeLatency + _pipeline.InterruptCycles;
            long features = ConvolutionBuffer.FeatureBytes(_pipeline, _shape);
            long reads = features + ConvolutionBuffer.WeightBytes(_pipeline, _shape) + _shape.ParameterBytes;
            return new HardwareLayerCost(
                cycles, first, now, _output.Last, _weightStalls, _arrayCycles, _shape.Pixels * _groups * _stageCycles,
                (long)Math.Ceiling(reads * _beatCycles / _pipeline.BeatBytes), features, reads, ConvolutionBuffer.ResultBytes(_pipeline, _shape));
        }

        private readonly double EndBeat(long group) => group == _groups - 1
            ? _weightBeats
            : (double)((group + 1) * _array.Columns * _shape.KernelBytes) / _pipeline.BeatBytes;

        // One group's stripes from a cycle on; gives the cycle behind its last operation and the one at which that operation began.
        private long Stripes(long now, out long lastOperation)
        {
            lastOperation = now;
            for (long remaining = _shape.Pixels; remaining > 0;)
            {
                int length = StripeLength(_pipeline, remaining);
                long operation = Math.Max(_array.MinimumCyclesPerTap, length);
                lastOperation = Math.Max(now + ((_operations - 1) * operation), _output.FreedFor(length) + _pipeline.CreditReturnCycles);
                _output.Add(lastOperation + _array.PipelineCycles, length);
                now = lastOperation + operation;
                _arrayCycles += _operations * operation;
                remaining -= length;
            }

            return now;
        }
    }
}
