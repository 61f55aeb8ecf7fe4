using NpuSim.Isa.Machine;

namespace NpuSim.Cli.Validation.Suites;

/// <summary>The machine of a reference row: an Ethos-U preset in one of the system configurations of Arm's vela.ini.</summary>
internal static class EthosUSystem
{
    /// <summary>Clock and the members that the rest of the system sets.</summary>
    private static readonly Dictionary<string, string[]> Configurations = new(StringComparer.Ordinal)
    {
        ["Ethos_U55_High_End_Embedded"] = ["clockMHz=500", "memory.flash.bandwidthMBps=500"],
        ["Ethos_U55_Deep_Embedded"] = ["clockMHz=200", "memory.flash.bandwidthMBps=100"],
        ["Ethos_U65_High_End"] = ["clockMHz=1000", "memory.dram.bandwidthMBps=3750"],
        ["Ethos_U65_Mid_End"] = ["clockMHz=500", "memory.dram.bandwidthMBps=3750"],
        ["Ethos_U65_Client_Server"] = ["clockMHz=1000", "memory.dram.bandwidthMBps=12000"],
    };

    /// <summary>The machine, or null where no preset stands for the accelerator, its system or its placement of tensors.</summary>
    public static MachineSpec? For(ReferenceRow row, params string[] overrides)
    {
        string accelerator = row.Text("accelerator"), mode = row.Text("memory_mode");
        bool placed = mode == (accelerator.StartsWith("ethos-u55", StringComparison.Ordinal) ? "Shared_Sram" : "Dedicated_Sram");
        return placed && MachineFile.PresetNames().Contains(accelerator) && Configurations.TryGetValue(row.Text("system_config"), out string[]? system)
            ? MachineFile.Load(accelerator, [.. system, .. overrides])
            : null;
    }
}
