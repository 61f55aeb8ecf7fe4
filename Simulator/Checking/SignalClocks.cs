namespace NpuSim.Simulator.Checking;

/// <summary>What whoever takes a signal learns.</summary>
/// <param name="Unit">Unit of the giver.</param>
/// <param name="Position">The giver's position in its queue.</param>
/// <param name="Early">Whether the giver may still be at work: its taker streams behind it.</param>
/// <param name="Start">What has finished for certain when the giver starts; for an early signal, what the taker knows when it starts itself.</param>
/// <param name="End">The same when the giver ends; for an early signal, what the taker knows when it ends itself.</param>
internal sealed record SignalClocks(int Unit, int Position, bool Early, int[] Start, int[] End);
