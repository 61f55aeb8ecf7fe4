namespace NpuSim.Simulator.Checking;

/// <summary>What happened to a byte last.</summary>
/// <param name="Writer">Who wrote it: <see cref="Never"/>, <see cref="Given"/>, or an instruction's number plus <see cref="FirstInstruction"/>.</param>
/// <param name="Readers">Who has read it since; see <see cref="ReaderSets"/>.</param>
internal readonly record struct ShadowState(int Writer, int Readers)
{
    /// <summary>Nobody has written it.</summary>
    public const int Never = 0;

    /// <summary>It had its value before the program started.</summary>
    public const int Given = 1;

    /// <summary>Writers from here on are instructions.</summary>
    public const int FirstInstruction = 2;
}
