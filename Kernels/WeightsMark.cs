namespace NpuSim.Kernels;

/// <summary>Says that weights are those of an earlier pass, so that what a kernel prepared of them holds still. The default says nothing.</summary>
/// <param name="Version">Of the memory that holds them, not 0: two memories, or one before and after somebody wrote to it, have different versions.</param>
/// <param name="Place">First byte of the weights in the memory.</param>
public readonly record struct WeightsMark(long Version, long Place)
{
    internal bool IsKnown => Version != 0;
}
