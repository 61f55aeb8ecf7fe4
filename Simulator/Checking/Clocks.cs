namespace NpuSim.Simulator.Checking;

/// <summary>A vector clock of one core: for each unit, how many instructions of its queue have finished for certain.</summary>
internal static class Clocks
{
    /// <summary>Raises a clock to at least another; true where that changes it.</summary>
    public static bool Raise(int[] clock, ReadOnlySpan<int> other)
    {
        bool raised = false;
        for (int unit = 0; unit < clock.Length; unit++)
        {
            if (other[unit] > clock[unit])
            {
                (clock[unit], raised) = (other[unit], true);
            }
        }

        return raised;
    }
}
