using NpuSim.Isa.Configuration;

namespace NpuSim.Isa.Machine;

/// <summary>The JSON schema of machine files, generated from <see cref="MachineSpec"/>.</summary>
public static class MachineSchema
{
    /// <summary>JSON schema draft 2020-12, indented, line feeds.</summary>
    public static string Generate() => RecordSchema.Generate(typeof(MachineSpec), "NpuSim machine");
}
