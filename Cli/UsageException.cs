namespace NpuSim.Cli;

/// <summary>Something the user gave that the command line itself refuses: an option, a value, a file. The message is one or two lines.</summary>
public sealed class UsageException(string message) : Exception(message);

/// <summary>A run that finished but did not reach what was asked of it. The message is one or two lines.</summary>
public sealed class RunFailedException(string message) : Exception(message);
