namespace NpuSim.Isa.Program;

/// <summary>A program, program file, program text or encoded instruction that is refused. The message is one or two lines: place, what
/// was found, what was expected.</summary>
public sealed class ProgramException(string message) : Exception(message);
