using System.Runtime.InteropServices;

namespace NpuSim.Simulator.Execution;

/// <summary>The contents of one memory: zeroed native bytes that begin on a cache line.</summary>
internal sealed unsafe class MemoryBlock : IDisposable
{
    private const int Alignment = 64;

    private readonly void* _allocation;
    private readonly byte* _start;
    private bool _disposed;

    public MemoryBlock(long bytes)
    {
        Bytes = bytes;
        // Zeroed pages come from the system untouched, so memory that nobody uses costs nothing.
        _allocation = NativeMemory.AllocZeroed((nuint)(bytes + Alignment));
        _start = (byte*)(((nuint)_allocation + Alignment - 1) / Alignment * Alignment);
    }

    ~MemoryBlock() => Dispose();

    public long Bytes { get; }

    public bool Contains(long offset, long bytes) => offset >= 0 && bytes >= 0 && offset <= Bytes - bytes;

    public Span<byte> Span(long offset, int bytes) => new(_start + offset, bytes);

    public void Clear(long offset, long bytes) => NativeMemory.Clear(_start + offset, (nuint)bytes);

    public void Dispose()
    {
        if (!_disposed)
        {
            _disposed = true;
            NativeMemory.Free(_allocation);
        }

        GC.SuppressFinalize(this);
    }
}
