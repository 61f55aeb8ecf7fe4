namespace NpuSim.Cli.Validation;

/// <summary>The page of docs on which a suite is shown.</summary>
internal enum AccuracyPage
{
    /// <summary>docs/Accuracy.md.</summary>
    Cycles,

    /// <summary>docs/Energy.md.</summary>
    Energy,
}
