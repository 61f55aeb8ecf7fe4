using System.Text.Json;
using NpuSim.Isa.Instructions;

namespace NpuSim.Isa.Machine;

/// <summary>Rules between members of a machine, which a single range cannot say.</summary>
internal static class MachineRules
{
    /// <summary>Technology nodes with an energy table, in nm.</summary>
    public static readonly int[] Nodes = [90, 65, 45, 40, 32, 28, 22, 16, 12, 10, 7, 5];

    /// <summary>Smallest private buffer for which the compiler can choose tiles.</summary>
    public const int MinimumBufferKiB = 4;

    /// <summary>Checks every rule.</summary>
    /// <param name="machine">The machine, each member in its range.</param>
    /// <param name="file">Name for messages.</param>
    /// <exception cref="MachineException">The first rule that is broken.</exception>
    public static void Check(MachineSpec machine, string file)
    {
        void Require(bool holds, string key, object found, string expected)
        {
            if (!holds)
                throw new MachineException(FormattableString.Invariant($"{file}: {key}: found {found}, expected {expected}"));
        }

        var core = machine.Core;
        CheckBuffer("core.activation.sizeKiB", core.Activation, Require);
        CheckBuffer("core.weight.sizeKiB", core.Weight, Require);
        CheckBuffer("core.accumulator.sizeKiB", core.Accumulator, Require);
        Require(machine.Memory.Dram is not null || machine.Memory.Flash is not null, "memory", "no memory", "dram, flash or both");
        Require(machine.Memory.Dram is not null || machine.GlobalBuffer is not null || core.Activation.HoldsTensors, "globalBuffer", "none",
            "a global buffer, because without memory.dram and core.activation.holdsTensors activations have nowhere else to go");
        Require(!core.Activation.HoldsTensors || machine.Cores == 1, "cores", machine.Cores, "1, because core.activation.holdsTensors is private to a core");
        Require(!core.Weight.HoldsTensors && !core.Accumulator.HoldsTensors, "core.*.holdsTensors", "true", "false for weight and accumulator");
        Require(core.Weight.AddressedKiB == 0 && core.Activation.AddressedKiB == 0, "core.*.addressedKiB", "a value", "0 for activation and weight");
        CheckEnergy(machine.Energy, Require);
        CheckHost(machine.Host, Require);
        if (machine.Memory.Dram is { } dram)
            CheckDram(machine, dram, file, Require);
        CheckArray(core.Array, Require);
        CheckCaches(machine, Require);
        var host = machine.Host;
        Require(host.TileSearchCycles > 0 == host.TileSearchScratchpadRows > 0, "host.tileSearchScratchpadRows", host.TileSearchScratchpadRows,
            "1 or more with host.tileSearchCycles, 0 without");
        Require(host.TileSearchCycles > 0 == host.TileSearchAccumulatorRows > 0, "host.tileSearchAccumulatorRows", host.TileSearchAccumulatorRows,
            "1 or more with host.tileSearchCycles, 0 without");
        Require(core.Dma.RowCommands || core.KeepsOperands, "core.keepsOperands", "false", "true without core.dma.rowCommands");
        Require(core.Dma.RowCommands || !core.ClearsAccumulators, "core.clearsAccumulators", "true", "false without core.dma.rowCommands");
        Require(!core.Dma.RowCommands || machine.Memory.Cache is not null, "core.dma.rowCommands", "true", "false without memory.cache");
        Require(!core.Dma.RowCommands || core.Dma.WeightCoding is null, "core.dma.weightCoding", "a code", "none with core.dma.rowCommands");
        if (core.Array.Blocks is { } blocks)
            CheckBlocks(core.Array, blocks, Require);
        CheckFormats(core.Array, Require);
        Require(
            core.Vector.Float32 || core.Array.Rate(ArrayFormat.Float32) == 0, "core.array.formats.float32", core.Array.Rate(ArrayFormat.Float32),
            "0 where core.vector.float32 is false, because float32 sums leave through the vector unit");
        Require(
            !core.Activation.HoldsTensors || core.Array.Rate(ArrayFormat.Float32) == 0, "core.activation.holdsTensors", "true",
            "false with core.array.formats.float32, because float32 tensors move by DMA");
        CheckSequencer(core.Sequencer, Require);
        PipelineRules.Check(machine, Require);
    }

    private static void CheckHost(HostSpec host, Action<bool, string, object, string> require)
    {
        double work = host.WorkMilliwatts;
        require(host.IdleMilliwatts is not { } idle || idle <= work, "host.idleMilliwatts", host.IdleMilliwatts ?? 0, FormattableString.Invariant(
            $"at most {work}, which host.megaOperationsPerSecond and host.picojoulesPerOperation make at work"));
    }

    private static void CheckEnergy(EnergySpec energy, Action<bool, string, object, string> require)
    {
        require(Nodes.Contains(energy.TechnologyNm), "energy.technologyNm", energy.TechnologyNm, $"one of {string.Join(", ", Nodes)}");
        if (energy.Rated is { } rated)
            require(energy.ThresholdVoltage < rated.Voltage, "energy.thresholdVoltage", energy.ThresholdVoltage, FormattableString.Invariant($"less than energy.rated.voltage, {rated.Voltage}"));
        else
            require(energy.ThresholdVoltage == RatedPointSpec.UsualThreshold, "energy.thresholdVoltage", energy.ThresholdVoltage, FormattableString.Invariant($"{RatedPointSpec.UsualThreshold} without energy.rated"));
    }

    private static void CheckBuffer(string key, BufferSpec buffer, Action<bool, string, object, string> require) =>
        require(buffer.SizeKiB >= MinimumBufferKiB, key, buffer.SizeKiB, $"at least {MinimumBufferKiB}");

    private static void CheckSequencer(SequencerSpec sequencer, Action<bool, string, object, string> require)
    {
        require(sequencer.FetchBytes is 0 or >= 32, "core.sequencer.fetchBytes", sequencer.FetchBytes, "0, or 32 or more");
        require(
            sequencer.FetchBytes > 0 == sequencer.DispatchCycles > 0, "core.sequencer.dispatchCycles", sequencer.DispatchCycles,
            sequencer.FetchBytes > 0 ? "1 or more" : "0, because with fetchBytes=0 instructions stand in registers");
    }

    private static void CheckDram(MachineSpec machine, DramSpec dram, string file, Action<bool, string, object, string> require)
    {
        if (dram.DeviceSpec is not { } device)
        {
            const string Without = "nothing without memory.dram.device";
            require(dram.Channels == 1, "memory.dram.channels", dram.Channels, "1 without memory.dram.device");
            require(dram.Controller is null, "memory.dram.controller", "a controller", Without);
            require(dram.Organisation is null, "memory.dram.organisation", "an organisation", Without);
            require(dram.Timing is null, "memory.dram.timing", "timing", Without);
            return;
        }

        require(
            machine.Core.ConvolutionPipeline is null, "memory.dram.device", dram.Device!, "none beside core.convolutionPipeline, whose layers are timed with a memory of bandwidth and latency");
        require(machine.Memory.Cache is null, "memory.dram.device", dram.Device!, "none behind memory.cache, whose misses are timed with bandwidth and latency");
        DramRules.Check(device, dram.Controller!, dram.Channels, $"{file}: memory.dram.");
        var family = DramDeviceFile.Standard(dram.Device!);
        require(dram.Standard == family, "memory.dram.standard", dram.Standard, $"{family}, the family of {dram.Device}");
        double peak = DramDeviceFile.PeakMBps(device, dram.Channels);
        bool isPeak = Math.Abs((dram.BandwidthMBps / peak) - 1) <= 0.01;
        require(isPeak, "memory.dram.bandwidthMBps", dram.BandwidthMBps, FormattableString.Invariant($"{peak}, the peak of {dram.Channels} channels of {dram.Device}"));
        int burst = device.Organisation.BurstBytes;
        require(dram.AccessBytes == burst, "memory.dram.accessBytes", dram.AccessBytes, FormattableString.Invariant($"{burst}, the burst of {dram.Device}"));
        long capacity = device.Organisation.ChannelBytes * dram.Channels / (1 << 20);
        require(dram.SizeMiB <= capacity, "memory.dram.sizeMiB", dram.SizeMiB, FormattableString.Invariant($"at most {capacity}, what {dram.Channels} channels of {dram.Device} hold"));
    }

    private static void CheckFormats(ArraySpec array, Action<bool, string, object, string> require)
    {
        foreach (var format in Enum.GetValues<ArrayFormat>())
        {
            double rate = array.Rate(format);
            bool power = rate is >= 1.0 / 16 and <= 64 && double.IsPow2(rate);
            require(rate == 0 || power, $"core.array.formats.{JsonNamingPolicy.CamelCase.ConvertName(format.ToString())}", rate, "0 or a power of two from 0.0625 to 64");
        }
    }

    private static void CheckCaches(MachineSpec machine, Action<bool, string, object, string> require)
    {
        var memory = machine.Memory;
        require(memory.Cache is null || memory.Dram is not null, "memory.cache", "a cache", "none without memory.dram");
        require(memory.Cache is null || memory.Dram?.Controller is null, "memory.cache", "a cache", "none with memory.dram.controller");
        require(memory.Cache is null || machine.Core.Dma.RowCommands, "memory.cache", "a cache", "none without core.dma.rowCommands");
        require(memory.SystemCache is null || memory.Cache is not null, "memory.systemCache", "a cache", "none without memory.cache");
        CheckCache("memory.cache", memory.Cache, require);
        CheckCache("memory.systemCache", memory.SystemCache, require);
        if (memory is { Cache: { } near, SystemCache: { } far })
        {
            require(far.LineBytes == near.LineBytes, "memory.systemCache.lineBytes", far.LineBytes, $"{near.LineBytes} as in memory.cache");
            require(far.SameLineWriteCycles == 1, "memory.systemCache.sameLineWriteCycles", far.SameLineWriteCycles, "1: writes meet memory.cache first");
        }
    }

    private static void CheckCache(string key, CacheSpec? cache, Action<bool, string, object, string> require)
    {
        if (cache is null)
        {
            return;
        }

        require(int.IsPow2(cache.LineBytes), $"{key}.lineBytes", cache.LineBytes, "a power of two");
        long set = (long)cache.Ways * cache.LineBytes;
        require(cache.SizeBytes % set == 0, $"{key}.sizeKiB", cache.SizeKiB, $"a multiple of ways · lineBytes = {set} B");
    }

    // A member that the array's kind does not read must keep its default: nothing in a machine file is ignored.
    private static void CheckArray(ArraySpec array, Action<bool, string, object, string> require)
    {
        switch (array.Kind)
        {
            case ArrayKind.Systolic:
                CheckCommands(array, require);
                CheckNotDotProduct(array, "a systolic array", require);
                if (array.Accounting == ArrayAccounting.ScaleSim)
                    CheckOneArray(array, "an array with SCALE-Sim's account", require);
                require(
                    !array.TapsApart || array.Dataflow != Dataflow.OutputStationary, "core.array.tapsApart", "true",
                    "false for an output-stationary array, which streams taps and channels as one run");
                CheckNotRowStationary(array, "a systolic array", require);
                break;
            case ArrayKind.DotProduct:
                CheckNotSystolic(array, "a dotProduct array", require);
                CheckNotRowStationary(array, "a dotProduct array", require);
                break;
            case ArrayKind.RowStationary:
                CheckNotSystolic(array, "a rowStationary array", require);
                CheckNotDotProduct(array, "a rowStationary array", require);
                require(
                    array.Datapath is not { } format || array.Rate(format) > 0, "core.array.datapath", array.Datapath ?? default, "a format that the array has");
                break;
        }
    }

    private static void CheckNotSystolic(ArraySpec array, string kind, Action<bool, string, object, string> require)
    {
        require(array.Dataflow == Dataflow.WeightStationary, "core.array.dataflow", array.Dataflow, $"weightStationary for {kind}");
        require(array.ShadowRegisters, "core.array.shadowRegisters", "false", $"true for {kind}");
        CheckOneArray(array, kind, require);
        require(array.Accounting == ArrayAccounting.Machine, "core.array.accounting", "scaleSim", $"machine for {kind}");
        require(array.CommandVectors == 0, "core.array.commandVectors", array.CommandVectors, $"0 for {kind}");
        require(array.CommandMinimumCycles == 1, "core.array.commandMinimumCycles", array.CommandMinimumCycles, $"1 for {kind}");
    }

    private static void CheckCommands(ArraySpec array, Action<bool, string, object, string> require)
    {
        bool commands = array is { Dataflow: Dataflow.WeightStationary, ShadowRegisters: true, Accounting: ArrayAccounting.Machine };
        require(
            commands || array.CommandVectors == 0, "core.array.commandVectors", array.CommandVectors,
            "0 unless weightStationary with shadowRegisters and accounting machine");
        require(
            array.CommandVectors > 0 || array.CommandMinimumCycles == 1, "core.array.commandMinimumCycles", array.CommandMinimumCycles,
            "1 without core.array.commandVectors");
    }

    private static void CheckOneArray(ArraySpec array, string kind, Action<bool, string, object, string> require)
    {
        require(array.Arrays == 1, "core.array.arrays", array.Arrays, $"1 for {kind}");
        require(!array.TapsApart, "core.array.tapsApart", "true", $"false for {kind}");
    }

    private static void CheckNotDotProduct(ArraySpec array, string kind, Action<bool, string, object, string> require)
    {
        require(array.Pixels == 1, "core.array.pixels", array.Pixels, $"1 for {kind}");
        require(array.MinimumCyclesPerTap == 1, "core.array.minimumCyclesPerTap", array.MinimumCyclesPerTap, $"1 for {kind}");
        require(array.DepthwiseTaps == 1, "core.array.depthwiseTaps", array.DepthwiseTaps, $"1 for {kind}");
        require(array.Blocks is null, "core.array.blocks", "blocks", $"none for {kind}");
    }

    private static void CheckNotRowStationary(ArraySpec array, string kind, Action<bool, string, object, string> require)
    {
        require(array.ElementWeights == 1, "core.array.elementWeights", array.ElementWeights, $"1 for {kind}");
        require(array.ElementSums == 1, "core.array.elementSums", array.ElementSums, $"1 for {kind}");
        require(array.ElementActivations == 0, "core.array.elementActivations", array.ElementActivations, $"0 for {kind}");
        require(array.Datapath is null, "core.array.datapath", array.Datapath ?? default, $"none for {kind}");
        require(array.ElementSumBits == 32, "core.array.elementSumBits", array.ElementSumBits, $"32 for {kind}");
    }

    // A walk in blocks has its own least cycles and takes its taps in steps.
    private static void CheckBlocks(ArraySpec array, BlockSpec blocks, Action<bool, string, object, string> require)
    {
        require(array.Pixels % blocks.UnitHeight == 0, "core.array.blocks.unitHeight", blocks.UnitHeight, "a divisor of core.array.pixels");
        require(array.Columns % blocks.Engines == 0, "core.array.blocks.engines", blocks.Engines, "a divisor of core.array.columns");
        require(array.MinimumCyclesPerTap == 1, "core.array.minimumCyclesPerTap", array.MinimumCyclesPerTap, "1 with core.array.blocks");
        require(array.DepthwiseTaps == 1, "core.array.depthwiseTaps", array.DepthwiseTaps, "1 with core.array.blocks");
        require(array.Formats is null, "core.array.formats", "formats", "none with core.array.blocks");
        int least = blocks.ReservedKiB + blocks.InputGranuleKiB + blocks.AccumulatorGranuleKiB;
        require(blocks.SharedKiB >= least, "core.array.blocks.sharedKiB", blocks.SharedKiB, $"at least reserved and both granules, {least}");
    }
}
