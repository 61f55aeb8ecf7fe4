namespace NpuSim.Isa.Timing;

/// <summary>The exact ratio of the core's clock to another one: no period is rounded, so that long runs do not drift.</summary>
/// <param name="CoreMHz">The core's clock.</param>
/// <param name="OtherMHz">The other clock.</param>
public readonly record struct ClockRatio(int CoreMHz, int OtherMHz)
{
    /// <summary>The first core cycle at or behind the end of so many cycles of the other clock: ⌈cycles · core / other⌉.</summary>
    /// <param name="cycles">At least 0; the product with the core's MHz must fit 64 bits.</param>
    public long CoreCycles(long cycles) =>
        CoreMHz == OtherMHz ? cycles : ArrayTiming.CeilingDivide(checked(cycles * CoreMHz), OtherMHz);
}
