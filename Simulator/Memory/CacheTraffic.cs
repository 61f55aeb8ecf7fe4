namespace NpuSim.Simulator.Memory;

/// <summary>Bytes at the caches between DMA engines and main memory.</summary>
/// <param name="NearReads">That the first cache gives.</param>
/// <param name="NearWrites">That it takes from DMA engines.</param>
/// <param name="NearFills">That it takes from what is behind it: whole lines.</param>
/// <param name="FarReads">That the second cache gives to the first.</param>
/// <param name="FarFills">That it takes from main memory: whole lines.</param>
internal readonly record struct CacheTraffic(long NearReads, long NearWrites, long NearFills, long FarReads, long FarFills)
{
    public static CacheTraffic operator +(CacheTraffic a, CacheTraffic b) => new(
        a.NearReads + b.NearReads, a.NearWrites + b.NearWrites, a.NearFills + b.NearFills, a.FarReads + b.FarReads, a.FarFills + b.FarFills);
}
