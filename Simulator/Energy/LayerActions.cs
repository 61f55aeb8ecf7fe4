using NpuSim.Isa.Instructions;
using NpuSim.Isa.Machine;
using NpuSim.Isa.Timing;
using NpuSim.Simulator.Memory;
using NpuSim.Simulator.Streams;

namespace NpuSim.Simulator.Energy;

/// <summary>What the instructions of one layer do, on all cores together: the countable actions that cost time and energy. None depends on when they
/// happen.</summary>
internal sealed class LayerActions(int cores, int units)
{
    private static readonly int Spaces = Enum.GetValues<MemorySpace>().Length;
    private static readonly int Formats = Enum.GetValues<VectorFormat>().Length;
    private static readonly int ArrayFormats = Enum.GetValues<ArrayFormat>().Length;
    private static readonly int Classes = Enum.GetValues<TimingClass>().Length;

    private readonly long[] _insideMacs = new long[ArrayFormats];
    private readonly long[] _paddingMacs = new long[ArrayFormats];
    private readonly long[] _reads = new long[Spaces];
    private readonly long[] _writes = new long[Spaces];
    private readonly long[] _moved = new long[Spaces];
    private readonly long[] _vector = new long[Classes * Formats];
    private readonly long[] _unitCycles = new long[cores * units];
    private readonly PortBytes[] _portBytes = new PortBytes[cores];

    /// <summary>Forgets everything, so that one object serves instruction after instruction.</summary>
    public void Clear()
    {
        foreach (long[] counts in (ReadOnlySpan<long[]>)[_insideMacs, _paddingMacs, _reads, _writes, _moved, _vector, _unitCycles, MemoryCycles])
        {
            Array.Clear(counts);
        }

        Array.Clear(_portBytes);
        Cached = default;
        (ActivationOperandBytes, WeightOperandBytes, DeviceReadBytes, DeviceWriteBytes, OpenedRows) = (0, 0, 0, 0, 0);
        (DmaBytes, WeightBytes, InstructionBytes, Instructions) = (0, 0, 0, 0);
        (HostOperations, HostBytes, HostCycles) = (0, 0, 0);
    }

    /// <summary>Multiply-accumulates of a format whose operands exist.</summary>
    public long InsideMacs(ArrayFormat format) => _insideMacs[(int)format];

    /// <summary>Multiply-accumulates of a format whose kernel tap lies in padding.</summary>
    public long PaddingMacs(ArrayFormat format) => _paddingMacs[(int)format];

    /// <summary>Multiply-accumulates of all formats: those whose operands exist, and those whose kernel tap lies in padding.</summary>
    public (long Inside, long Padding) Products => (_insideMacs.Sum(), _paddingMacs.Sum());

    /// <summary>Bytes of activations that the array takes from their buffer.</summary>
    public long ActivationOperandBytes { get; set; }

    /// <summary>Bytes of weights that the array takes from their buffer.</summary>
    public long WeightOperandBytes { get; set; }

    /// <summary>What caches between DMA engines and main memory do.</summary>
    public CacheTraffic Cached { get; private set; }

    /// <summary>Bytes that the devices of main memory give: what was asked for, but for what a cache had, with the lines that it fetched.</summary>
    public double DeviceReadBytes { get; set; }

    /// <summary>Bytes that the devices of main memory take.</summary>
    public double DeviceWriteBytes { get; set; }

    /// <summary>Rows that are opened in single devices of main memory.</summary>
    public double OpenedRows { get; set; }

    /// <summary>Bytes that DMA engines move.</summary>
    public long DmaBytes { get; set; }

    /// <summary>Bytes of weights and parameters that come on chip.</summary>
    public long WeightBytes { get; set; }

    /// <summary>Bytes of instructions fetched, as encoded.</summary>
    public long InstructionBytes { get; set; }

    /// <summary>Instructions dispatched.</summary>
    public long Instructions { get; set; }

    public long HostOperations { get; set; }

    public long HostBytes { get; set; }

    /// <summary>Cycles in which the host works.</summary>
    public long HostCycles { get; set; }

    /// <summary>Cycles in which each shared memory moves data for the layer.</summary>
    public long[] MemoryCycles { get; } = new long[(int)MemorySpace.Global + 1];

    /// <summary>Bytes that a memory gave, rounded up to its accesses.</summary>
    public long ReadBytes(MemorySpace space) => _reads[(int)space];

    /// <summary>Bytes that DMA engines and instruction fetch take from a memory or bring to it.</summary>
    public long MovedBytes(MemorySpace space) => _moved[(int)space];

    /// <summary>Bytes that a memory took, rounded up to its accesses.</summary>
    public long WrittenBytes(MemorySpace space) => _writes[(int)space];

    /// <summary>Elements of a class and format of vector operation; window taps for pooling.</summary>
    public long Elements(TimingClass timing, VectorFormat format) => _vector[((int)timing * Formats) + (int)format];

    /// <summary>Elements of all classes and formats of vector operation.</summary>
    public long VectorElements => _vector.Sum();

    /// <summary>Cycles a unit of a core needs for the layer by its own formula, memories aside.</summary>
    public long UnitCycles(int core, int unit) => _unitCycles[(core * units) + unit];

    /// <summary>What a unit needs on all cores together.</summary>
    public long TotalCycles(int unit)
    {
        long sum = 0;
        for (int core = 0; core < cores; core++)
        {
            sum += UnitCycles(core, unit);
        }

        return sum;
    }

    /// <summary>The most that any core's units in a range need.</summary>
    public long BusiestCycles(int firstUnit, int endUnit)
    {
        long most = 0;
        for (int core = 0; core < cores; core++)
        {
            for (int unit = firstUnit; unit < endUnit; unit++)
            {
                most = Math.Max(most, UnitCycles(core, unit));
            }
        }

        return most;
    }

    /// <summary>The most cycles that any port of any core's private buffers needs for the layer; 0 where they are not contended.</summary>
    public long BusiestPortCycles(CoreSpec core)
    {
        long most = 0;
        var capacity = BufferPorts.BytesPerCycle(core);
        foreach (ref readonly var bytes in _portBytes.AsSpan())
        {
            for (int port = 0; port < BufferPorts.Count; port++)
            {
                most = bytes[port] == 0 ? most : Math.Max(most, ArrayTiming.CeilingDivide(bytes[port], capacity[port]));
            }
        }

        return most;
    }

    /// <summary>Counts bytes at the ports of a core's private buffers.</summary>
    public void AddPortBytes(int core, in PortBytes bytes)
    {
        for (int port = 0; port < BufferPorts.Count; port++)
        {
            _portBytes[core][port] += bytes[port];
        }
    }

    public void AddMacs(ArrayFormat format, long inside, long padding)
    {
        _insideMacs[(int)format] += inside;
        _paddingMacs[(int)format] += padding;
    }

    public void AddRead(MemorySpace space, long bytes)
    {
        _reads[(int)space] += bytes;
        DeviceReadBytes += space == MemorySpace.Dram ? bytes : 0;
    }

    public void AddWrite(MemorySpace space, long bytes)
    {
        _writes[(int)space] += bytes;
        DeviceWriteBytes += space == MemorySpace.Dram ? bytes : 0;
    }

    /// <summary>Counts bytes that come over the network from a memory, or go to it.</summary>
    public void AddMoved(MemorySpace space, long bytes) => _moved[(int)space] += bytes;

    /// <summary>Counts the requests of a transfer through caches, whose demands are added beside. A line that is fetched for a write is written back
    /// once; what becomes of it until then is not known.</summary>
    public void AddCached(in RequestCost reads, in RequestCost writes)
    {
        long nearMissed = reads.NearMissedBytes + writes.NearMissedBytes, missed = reads.MissedBytes + writes.MissedBytes;
        Cached += new CacheTraffic(reads.Bytes, writes.Bytes, nearMissed, nearMissed - missed, missed);
        DeviceReadBytes += missed - reads.Bytes;
        DeviceWriteBytes += writes.MissedBytes - writes.Bytes;
    }

    /// <summary>Adds what one requester asks of a shared memory.</summary>
    public void Add(in MemoryDemand demand)
    {
        if (demand.Chunks == 0)
        {
            return;
        }

        MemoryCycles[(int)demand.Space] += demand.BusyCycles;
        AddMoved(demand.Space, demand.MovedBytes);
        OpenedRows += demand.Rows;
        if (demand.Write)
        {
            AddWrite(demand.Space, demand.MovedBytes);
        }
        else
        {
            AddRead(demand.Space, demand.MovedBytes);
        }
    }

    public void AddVector(TimingClass timing, VectorFormat format, long elements) => _vector[((int)timing * Formats) + (int)format] += elements;

    public void AddUnitCycles(int core, int unit, long cycles) => _unitCycles[(core * units) + unit] += cycles;

    /// <summary>Bytes between private or global buffers and what uses them.</summary>
    public long SramReadBytes => Sram(_reads);

    /// <inheritdoc cref="SramReadBytes"/>
    public long SramWriteBytes => Sram(_writes);

    /// <summary>Bytes that external memories gave.</summary>
    public long ExternalReadBytes => ReadBytes(MemorySpace.Dram) + ReadBytes(MemorySpace.Flash);

    /// <summary>Bytes that external memories took.</summary>
    public long ExternalWriteBytes => WrittenBytes(MemorySpace.Dram) + WrittenBytes(MemorySpace.Flash);

    /// <summary>Cycles of all external memories together.</summary>
    public long ExternalCycles => MemoryCycles[(int)MemorySpace.Dram] + MemoryCycles[(int)MemorySpace.Flash];

    private static long Sram(long[] bytes) =>
        bytes[(int)MemorySpace.Activation] + bytes[(int)MemorySpace.Weight] + bytes[(int)MemorySpace.Accumulator] + bytes[(int)MemorySpace.Global];
}
