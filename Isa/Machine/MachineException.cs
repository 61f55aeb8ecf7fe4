namespace NpuSim.Isa.Machine;

/// <summary>A machine, energy or override that is refused. The message is one or two lines: file, key, what was found, what is allowed.</summary>
public sealed class MachineException(string message) : Exception(message);
