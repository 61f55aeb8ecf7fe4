namespace NpuSim.Kernels;

/// <summary>Scratch memory whose vectors lie within cache lines: one that does not costs two accesses.</summary>
internal static unsafe class CacheLine
{
    /// <summary>Bytes of a line; pooled arrays are rented longer by as many.</summary>
    internal const int Bytes = 64;

    /// <summary>The first line from a place on.</summary>
    internal static void* Next(void* place) => (void*)(((nuint)place + Bytes - 1) / Bytes * Bytes);
}
