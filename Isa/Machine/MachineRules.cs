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
        Require(machine.Memory.Dram is not null || machine.GlobalBuffer is not null, "globalBuffer", "none",
            "a global buffer, because without memory.dram activations have nowhere else to go");
        Require(
            Nodes.Contains(machine.Energy.TechnologyNm), "energy.technologyNm", machine.Energy.TechnologyNm, $"one of {string.Join(", ", Nodes)}");
        CheckArray(core.Array, Require);
        CheckCaches(machine, Require);
        Require(core.Dma.RowCommands || core.KeepsOperands, "core.keepsOperands", "false", "true without core.dma.rowCommands");
        Require(core.Dma.RowCommands || !core.ClearsAccumulators, "core.clearsAccumulators", "true", "false without core.dma.rowCommands");
        Require(!core.Dma.RowCommands || machine.Memory.Cache is not null, "core.dma.rowCommands", "true", "false without memory.cache");
        CheckFormats(core.Array, Require);
    }

    private static void CheckBuffer(string key, BufferSpec buffer, Action<bool, string, object, string> require) =>
        require(buffer.SizeKiB >= MinimumBufferKiB, key, buffer.SizeKiB, $"at least {MinimumBufferKiB}");

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
                require(array.Pixels == 1, "core.array.pixels", array.Pixels, "1 for a systolic array");
                require(array.MinimumCyclesPerTap == 1, "core.array.minimumCyclesPerTap", array.MinimumCyclesPerTap, "1 for a systolic array");
                require(array.DepthwiseTaps == 1, "core.array.depthwiseTaps", array.DepthwiseTaps, "1 for a systolic array");
                bool commands = array.Dataflow == Dataflow.WeightStationary && array.ShadowRegisters;
                require(commands || array.CommandVectors == 0, "core.array.commandVectors", array.CommandVectors, "0 unless weightStationary with shadowRegisters");
                require(
                    array.CommandVectors > 0 || array.CommandMinimumCycles == 1, "core.array.commandMinimumCycles", array.CommandMinimumCycles,
                    "1 without core.array.commandVectors");
                break;
            case ArrayKind.DotProduct:
                require(
                    array.Dataflow == Dataflow.WeightStationary, "core.array.dataflow", array.Dataflow, "weightStationary for a dotProduct array");
                require(array.ShadowRegisters, "core.array.shadowRegisters", "false", "true for a dotProduct array");
                require(!array.TapByTap, "core.array.tapByTap", "true", "false for a dotProduct array");
                require(array.CommandVectors == 0, "core.array.commandVectors", array.CommandVectors, "0 for a dotProduct array");
                require(array.CommandMinimumCycles == 1, "core.array.commandMinimumCycles", array.CommandMinimumCycles, "1 for a dotProduct array");
                break;
        }
    }
}
