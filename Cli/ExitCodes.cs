namespace NpuSim.Cli;

/// <summary>What the process returns; scripts rely on it.</summary>
public static class ExitCodes
{
    /// <summary>Done.</summary>
    public const int Done = 0;

    /// <summary>The run failed: deadlock, accuracy below the wanted one, a defect.</summary>
    public const int Failed = 1;

    /// <summary>Bad usage or input.</summary>
    public const int BadInput = 2;

    /// <summary>Interrupted; finished work is kept.</summary>
    public const int Interrupted = 130;
}
