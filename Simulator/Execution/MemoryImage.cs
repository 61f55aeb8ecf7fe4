using System.Globalization;
using System.Runtime.InteropServices;
using NpuSim.Isa.Instructions;
using NpuSim.Isa.Program;

namespace NpuSim.Simulator.Execution;

/// <summary>The contents of every memory of a machine while one sample runs: as large as the program needs, not as the machine has. Constants are read
/// where the program has them; a copy is made of one that somebody may write.</summary>
internal sealed class MemoryImage : IDisposable
{
    private const int LocalSpaces = 3;

    // Versions of all weight buffers of all images.
    private static long versions;

    private readonly MemoryBlock[] _shared;
    private readonly MemoryBlock[] _local;
    private readonly ConstantBytes[] _constants;
    private readonly long[] _weightVersions;

    public MemoryImage(NpuProgram program)
    {
        var plan = program.Plan;
        _shared = [new MemoryBlock(plan.DramBytes), new MemoryBlock(plan.FlashBytes), new MemoryBlock(plan.GlobalBytes)];
        _local = new MemoryBlock[program.Streams.Count * LocalSpaces];
        for (int core = 0; core < program.Streams.Count; core++)
        {
            _local[core * LocalSpaces] = new MemoryBlock(plan.ActivationBytes);
            _local[(core * LocalSpaces) + 1] = new MemoryBlock(plan.WeightBytes);
            _local[(core * LocalSpaces) + 2] = new MemoryBlock(plan.AccumulatorBytes);
        }

        _weightVersions = new long[program.Streams.Count];
        NewVersions();
        _constants = new ConstantBytes[_shared.Length];
        for (int space = 0; space < _shared.Length; space++)
        {
            _constants[space] = new ConstantBytes(program.Constants, (MemorySpace)space, _shared[space]);
        }
    }

    /// <summary>Makes the image what it was when it was new, so that a sample does not see the one before it.</summary>
    public void Reset()
    {
        NewVersions();
        foreach (var block in _local)
        {
            block.Clear(0, block.Bytes);
        }

        foreach (var constants in _constants)
        {
            constants.Reset();
        }
    }

    /// <summary>A number that a core's weight buffer has had since somebody last asked for bytes of it that may be written, and that no other buffer has
    /// ever had. Whoever reads weights finds them as they were when he found this number before.</summary>
    public long WeightVersion(int core) => Volatile.Read(ref _weightVersions[core]);

    /// <summary>The bytes at an address of a core, which may be written.</summary>
    /// <exception cref="SimulationException">They do not lie within what the program planned.</exception>
    public Span<byte> Bytes(int core, Address address, long bytes) => Bytes(core, address.Space, address.Offset, bytes);

    /// <inheritdoc cref="Bytes(int, Address, long)"/>
    public Span<byte> Bytes(int core, MemorySpace space, long offset, long bytes)
    {
        var block = Checked(core, space, offset, bytes);
        if (!MemorySpaces.IsLocal(space))
        {
            _constants[(int)space].Copy(offset, bytes);
        }
        else if (space == MemorySpace.Weight)
        {
            Volatile.Write(ref _weightVersions[core], Interlocked.Increment(ref versions));
        }

        return block.Span(offset, (int)bytes);
    }

    /// <summary>The bytes at an address of a core, to be read only.</summary>
    /// <exception cref="SimulationException">They do not lie within what the program planned.</exception>
    public ReadOnlySpan<byte> Read(int core, MemorySpace space, long offset, long bytes)
    {
        var block = Checked(core, space, offset, bytes);
        return !MemorySpaces.IsLocal(space) && _constants[(int)space].TryRead(offset, bytes, out var constant) ? constant : block.Span(offset, (int)bytes);
    }

    /// <summary>The same bytes as elements of four bytes.</summary>
    public Span<T> Elements<T>(int core, Address address, long elements)
        where T : unmanaged => MemoryMarshal.Cast<byte, T>(Bytes(core, address, elements * Marshal.SizeOf<T>()));

    public void Dispose()
    {
        foreach (var block in _shared)
        {
            block.Dispose();
        }

        foreach (var block in _local)
        {
            block.Dispose();
        }
    }

    private void NewVersions()
    {
        foreach (ref long version in _weightVersions.AsSpan())
        {
            version = Interlocked.Increment(ref versions);
        }
    }

    private MemoryBlock Checked(int core, MemorySpace space, long offset, long bytes)
    {
        var block = Block(core, space);
        return block.Contains(offset, bytes) && bytes <= int.MaxValue ? block : throw Outside(core, space, offset, bytes, block.Bytes);
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
