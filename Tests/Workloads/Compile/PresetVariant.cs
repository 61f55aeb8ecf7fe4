using NpuSim.Isa.Machine;

namespace NpuSim.Tests.Workloads.Compile;

/// <summary>A preset with overrides that are meant for all presets: those that it has no use for are left out.</summary>
internal static class PresetVariant
{
    public static MachineSpec Load(string preset, IEnumerable<string> overrides)
    {
        var plain = MachineFile.Load(preset, []);
        bool spills = plain is { GlobalBuffer: not null, Memory.Dram: not null }, holdsTensors = plain.Core.Activation.HoldsTensors;
        bool Applies(string key) => !(key.StartsWith("globalBuffer", StringComparison.Ordinal) && !spills)
            && !(holdsTensors && (key.StartsWith("cores", StringComparison.Ordinal) || key.StartsWith("core.activation.sizeKiB", StringComparison.Ordinal)));
        return MachineFile.Load(preset, [.. overrides.Where(Applies)]);
    }
}
