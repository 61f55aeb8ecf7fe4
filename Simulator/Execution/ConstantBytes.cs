using NpuSim.Isa.Instructions;
using NpuSim.Isa.Program;

namespace NpuSim.Simulator.Execution;

/// <summary>The constants of one shared memory. They stay where the program has them, because megabytes of weights are read once a sample and written
/// never, until someone asks for bytes that may be written: then those constants are copied into the memory's block.</summary>
/// <remarks>Several threads may ask. What one of them writes and another one reads is ordered by their instructions; a copy made meanwhile
/// changes no byte.</remarks>
internal sealed class ConstantBytes
{
    private readonly ConstantBlock[] _constants;
    private readonly bool[] _copied;
    private readonly MemoryBlock _block;
    private readonly Lock _lock = new();

    /// <param name="constants">Those of the program; they do not overlap.</param>
    /// <param name="space">The memory.</param>
    /// <param name="block">Its contents.</param>
    /// <exception cref="SimulationException">A constant does not lie within the memory.</exception>
    public ConstantBytes(IReadOnlyList<ConstantBlock> constants, MemorySpace space, MemoryBlock block)
    {
        _constants = [.. constants.Where(constant => constant.Address.Space == space && constant.Data.Length > 0)];
        Array.Sort(_constants, (a, b) => a.Address.Offset.CompareTo(b.Address.Offset));
        if (Array.Find(_constants, constant => !block.Contains(constant.Address.Offset, constant.Data.Length)) is { } outside)
        {
            throw new SimulationException(FormattableString.Invariant(
                $"constant at {outside.Address}: found {outside.Data.Length} bytes, expected an end within the {block.Bytes} bytes planned for the memory"));
        }

        _copied = new bool[_constants.Length];
        _block = block;
    }

    /// <summary>The bytes at an offset of the memory, if they lie in one constant that has not been copied.</summary>
    /// <remarks>Constants that hold only some of them are copied, so that the block has all of them.</remarks>
    public bool TryRead(long offset, long bytes, out ReadOnlySpan<byte> found)
    {
        int place = FirstBehind(offset);
        if (place < _constants.Length && !Volatile.Read(ref _copied[place]))
        {
            long start = offset - _constants[place].Address.Offset;
            if (start >= 0 && start + bytes <= _constants[place].Data.Length)
            {
                found = _constants[place].Data.Span.Slice((int)start, (int)bytes);
                return true;
            }
        }

        Copy(place, offset + bytes);
        found = default;
        return false;
    }

    /// <summary>Sees to it that the block has the bytes at an offset.</summary>
    public void Copy(long offset, long bytes) => Copy(FirstBehind(offset), offset + bytes);

    /// <summary>Forgets what was copied and clears the bytes beside the constants.</summary>
    public void Reset()
    {
        Array.Clear(_copied);
        long from = 0;
        foreach (var constant in _constants)
        {
            _block.Clear(from, Math.Max(0, constant.Address.Offset - from));
            from = End(constant);
        }

        _block.Clear(from, _block.Bytes - from);
    }

    private static long End(ConstantBlock constant) => constant.Address.Offset + (long)constant.Data.Length;

    private void Copy(int place, long end)
    {
        for (; place < _constants.Length && _constants[place].Address.Offset < end; place++)
        {
            if (Volatile.Read(ref _copied[place]))
            {
                continue;
            }

            lock (_lock)
            {
                var constant = _constants[place];
                if (!_copied[place])
                {
                    constant.Data.Span.CopyTo(_block.Span(constant.Address.Offset, constant.Data.Length));
                    Volatile.Write(ref _copied[place], true);
                }
            }
        }
    }

    // The first constant that ends behind the offset: it may hold the byte there.
    private int FirstBehind(long offset)
    {
        int low = 0, high = _constants.Length;
        if (high == 0 || offset >= End(_constants[^1]))
        {
            return high;
        }

        while (low < high)
        {
            int middle = (low + high) / 2;
            (low, high) = End(_constants[middle]) <= offset ? (middle + 1, high) : (low, middle);
        }

        return low;
    }
}
