using System.Runtime.CompilerServices;

namespace NpuSim.Kernels;

/// <summary>Where vectors lie in memory. A collection may move the memory at any time, so results must not depend on it.</summary>
internal static class Alignment
{
    /// <summary>Bytes from a place to the next multiple of a vector's bytes; 0 where whole int32 do not lead there.</summary>
    internal static unsafe nuint BytesToVector(ref byte place, int vectorBytes)
    {
        nuint bytes = (nuint)(-(nint)Unsafe.AsPointer(ref place)) & (nuint)(vectorBytes - 1);
        return bytes % sizeof(int) == 0 ? bytes : 0;
    }
}
