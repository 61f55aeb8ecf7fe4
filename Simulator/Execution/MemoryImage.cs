using System.Globalization;
using System.Runtime.InteropServices;
using NpuSim.Isa.Instructions;
using NpuSim.Isa.Program;

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

/// <summary>The contents of every memory of a machine while one sample runs: as large as the program needs, not as the machine has.</summary>
internal sealed class MemoryImage : IDisposable
{
    private const int LocalSpaces = 3;

    private readonly MemoryBlock[] _shared;
    private readonly MemoryBlock[] _local;
    private readonly NpuProgram _program;

    public MemoryImage(NpuProgram program)
    {
        _program = program;
        var plan = program.Plan;
        _shared = [new MemoryBlock(plan.DramBytes), new MemoryBlock(plan.FlashBytes), new MemoryBlock(plan.GlobalBytes)];
        _local = new MemoryBlock[program.Streams.Count * LocalSpaces];
        for (int core = 0; core < program.Streams.Count; core++)
        {
            _local[core * LocalSpaces] = new MemoryBlock(plan.ActivationBytes);
            _local[(core * LocalSpaces) + 1] = new MemoryBlock(plan.WeightBytes);
            _local[(core * LocalSpaces) + 2] = new MemoryBlock(plan.AccumulatorBytes);
        }

        LoadConstants();
    }

    /// <summary>Makes the image what it was when it was new, so that a sample does not see the one before it.</summary>
    /// <param name="constantsMayHaveChanged">False where the program cannot write them, which saves loading megabytes of weights again.</param>
    public void Reset(bool constantsMayHaveChanged)
    {
        foreach (var block in _local)
        {
            block.Clear(0, block.Bytes);
        }

        for (int space = 0; space < _shared.Length; space++)
        {
            ClearBesideConstants((MemorySpace)space);
        }

        if (constantsMayHaveChanged)
        {
            LoadConstants();
        }
    }

    /// <summary>The bytes at an address of a core.</summary>
    /// <exception cref="SimulationException">They do not lie within what the program planned.</exception>
    public Span<byte> Bytes(int core, Address address, long bytes) => Bytes(core, address.Space, address.Offset, bytes);

    /// <inheritdoc cref="Bytes(int, Address, long)"/>
    public Span<byte> Bytes(int core, MemorySpace space, long offset, long bytes)
    {
        var block = Block(core, space);
        return block.Contains(offset, bytes) && bytes <= int.MaxValue ? block.Span(offset, (int)bytes) : throw Outside(core, space, offset, bytes, block.Bytes);
    }

    /// <summary>The same bytes as elements of four bytes.</summary>
    public Span<T> Elements<T>(int core, Address address, long elements)
        where T : unmanaged => MemoryMarshal.Cast<byte, T>(Bytes(core, address, elements * Marshal.SizeOf<T>()));

    public void Dispose()
    {
        foreach (var block in _shared.Concat(_local))
        {
            block.Dispose();
        }
    }

    private void ClearBesideConstants(MemorySpace space)
    {
        var block = _shared[(int)space];
        long from = 0;
        foreach (var constant in _program.Constants.Where(constant => constant.Address.Space == space).OrderBy(constant => constant.Address.Offset))
        {
            block.Clear(from, Math.Max(0, constant.Address.Offset - from));
            from = Math.Max(from, constant.Address.Offset + (long)constant.Data.Length);
        }

        block.Clear(from, block.Bytes - from);
    }

    private void LoadConstants()
    {
        foreach (var constant in _program.Constants)
        {
            constant.Data.Span.CopyTo(Bytes(0, constant.Address, constant.Data.Length));
        }
    }

    private MemoryBlock Block(int core, MemorySpace space) => space switch
    {
        MemorySpace.Dram or MemorySpace.Flash or MemorySpace.Global => _shared[(int)space],
        MemorySpace.Activation or MemorySpace.Weight or MemorySpace.Accumulator =>
            _local[(core * LocalSpaces) + (int)space - (int)MemorySpace.Activation],
    };

    private static SimulationException Outside(int core, MemorySpace space, long offset, long bytes, long planned) => new(string.Create(
        CultureInfo.InvariantCulture,
        $"core {core}: {bytes} bytes at {MemorySpaces.Name(space)}[0x{offset:x}] do not lie within the {planned} bytes that the program planned for it"));
}
