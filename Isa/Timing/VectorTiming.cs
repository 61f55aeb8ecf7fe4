using NpuSim.Isa.Instructions;
using NpuSim.Isa.Machine;

namespace NpuSim.Isa.Timing;

/// <summary>Uncontended cycles of the vector unit.</summary>
public static class VectorTiming
{
    /// <summary>StartupCycles + ⌈work · cycles per element of the class / lanes⌉.</summary>
    /// <param name="vector">The unit.</param>
    /// <param name="timing">A vector class; anything else is an error of the caller.</param>
    /// <param name="work">Elements, or window taps for pooling; at least 0.</param>
    public static long Cycles(VectorSpec vector, TimingClass timing, long work) =>
        vector.StartupCycles + (long)Math.Ceiling(work * CyclesPerElement(vector, timing) / vector.Lanes);

    private static double CyclesPerElement(VectorSpec vector, TimingClass timing) => timing switch
    {
        TimingClass.VectorSimple => vector.SimpleCycles,
        TimingClass.VectorMultiply => vector.MultiplyCycles,
        TimingClass.VectorSpecial => vector.SpecialCycles,
        TimingClass.VectorLookup => vector.LookupCycles,
        TimingClass.VectorPool => vector.PoolCycles,
        TimingClass.VectorReduce => vector.ReduceCycles,
        TimingClass.Control or TimingClass.Configuration or TimingClass.Transfer or TimingClass.ArrayPass or TimingClass.LayerPass
            or TimingClass.Host =>
            throw new ArgumentOutOfRangeException(nameof(timing), timing, "not a class of the vector unit"),
    };
}
