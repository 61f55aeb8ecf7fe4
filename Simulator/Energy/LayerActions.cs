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

    // All counts lie side by side: figure by figure, then tables, then what each core has.
    private static readonly int Inside = Enum.GetValues<Figure>().Length;
    private static readonly int Padding = Inside + ArrayFormats;
    private static readonly int Reads = Padding + ArrayFormats;
    private static readonly int Writes = Reads + Spaces;
    private static readonly int Moved = Writes + Spaces;
    private static readonly int Busy = Moved + Spaces;
    private static readonly int Vector = Busy + (int)MemorySpace.Global + 1;
    private static readonly int Ports = Vector + (Classes * Formats);

    private readonly long[] _counts = new long[Ports + (cores * (BufferPorts.Count + units))];
    private readonly int _unitCycles = Ports + (cores * BufferPorts.Count);
    private double? _deviceReadBytes;
    private double? _deviceWriteBytes;
    private double? _openedRows;

    private enum Figure
    {
        ActivationOperandBytes,
        WeightOperandBytes,
        DeviceReadBytes,
        DeviceWriteBytes,
        OpenedRows,
        DmaBytes,
        WeightBytes,
        InstructionBytes,
        Instructions,
        HostOperations,
        HostBytes,
        HostCycles,
        NearReads,
        NearWrites,
        NearFills,
        FarReads,
        FarFills,
    }

    /// <summary>Every count, in an order of its own.</summary>
    public Span<long> Counts => _counts;

    /// <summary>Forgets everything, so that one object serves instruction after instruction.</summary>
    public void Clear()
    {
        Array.Clear(_counts);
        (_deviceReadBytes, _deviceWriteBytes, _openedRows) = (null, null, null);
    }

    /// <summary>Multiply-accumulates of a format whose operands exist.</summary>
    public long InsideMacs(ArrayFormat format) => _counts[Inside + (int)format];

    /// <summary>Multiply-accumulates of a format whose kernel tap lies in padding.</summary>
    public long PaddingMacs(ArrayFormat format) => _counts[Padding + (int)format];

    /// <summary>Multiply-accumulates of all formats: those whose operands exist, and those whose kernel tap lies in padding.</summary>
    public (long Inside, long Padding) Products => (Sum(Inside, ArrayFormats), Sum(Padding, ArrayFormats));

    /// <summary>Bytes of activations that the array takes from their buffer.</summary>
    public long ActivationOperandBytes { get => Of(Figure.ActivationOperandBytes); set => Of(Figure.ActivationOperandBytes) = value; }

    /// <summary>Bytes of weights that the array takes from their buffer.</summary>
    public long WeightOperandBytes { get => Of(Figure.WeightOperandBytes); set => Of(Figure.WeightOperandBytes) = value; }

    /// <summary>What caches between DMA engines and main memory do.</summary>
    public CacheTraffic Cached => new(
        Of(Figure.NearReads), Of(Figure.NearWrites), Of(Figure.NearFills), Of(Figure.FarReads), Of(Figure.FarFills));

    /// <summary>Bytes that the devices of main memory give: what was asked for, but for what a cache had, with the lines that it fetched; or what
    /// they are known to have given.</summary>
    public double DeviceReadBytes { get => _deviceReadBytes ?? Of(Figure.DeviceReadBytes); set => _deviceReadBytes = value; }

    /// <summary>Bytes that the devices of main memory take.</summary>
    public double DeviceWriteBytes { get => _deviceWriteBytes ?? Of(Figure.DeviceWriteBytes); set => _deviceWriteBytes = value; }

    /// <summary>Rows that are opened in single devices of main memory.</summary>
    public double OpenedRows { get => _openedRows ?? Of(Figure.OpenedRows); set => _openedRows = value; }

    /// <summary>Bytes that DMA engines move.</summary>
    public long DmaBytes { get => Of(Figure.DmaBytes); set => Of(Figure.DmaBytes) = value; }

    /// <summary>Bytes of weights and parameters that come on chip.</summary>
    public long WeightBytes { get => Of(Figure.WeightBytes); set => Of(Figure.WeightBytes) = value; }

    /// <summary>Bytes of instructions fetched, as encoded.</summary>
    public long InstructionBytes { get => Of(Figure.InstructionBytes); set => Of(Figure.InstructionBytes) = value; }

    /// <summary>Instructions dispatched.</summary>
    public long Instructions { get => Of(Figure.Instructions); set => Of(Figure.Instructions) = value; }

    public long HostOperations { get => Of(Figure.HostOperations); set => Of(Figure.HostOperations) = value; }

    public long HostBytes { get => Of(Figure.HostBytes); set => Of(Figure.HostBytes) = value; }

    /// <summary>Cycles in which the host works.</summary>
    public long HostCycles { get => Of(Figure.HostCycles); set => Of(Figure.HostCycles) = value; }

    /// <summary>Cycles in which each shared memory moves data for the layer.</summary>
    public Span<long> MemoryCycles => _counts.AsSpan(Busy, (int)MemorySpace.Global + 1);

    /// <summary>Bytes that a memory gave, rounded up to its accesses.</summary>
    public long ReadBytes(MemorySpace space) => _counts[Reads + (int)space];

    /// <summary>Bytes that DMA engines and instruction fetch take from a memory or bring to it.</summary>
    public long MovedBytes(MemorySpace space) => _counts[Moved + (int)space];

    /// <summary>Bytes that a memory took, rounded up to its accesses.</summary>
    public long WrittenBytes(MemorySpace space) => _counts[Writes + (int)space];

    /// <summary>Elements of a class and format of vector operation; window taps for pooling.</summary>
    public long Elements(TimingClass timing, VectorFormat format) => _counts[Vector + ((int)timing * Formats) + (int)format];

    /// <summary>Elements of all classes and formats of vector operation.</summary>
    public long VectorElements => Sum(Vector, Classes * Formats);

    /// <summary>Cycles a unit of a core needs for the layer by its own formula, memories aside.</summary>
    public long UnitCycles(int core, int unit) => _counts[_unitCycles + (core * units) + unit];

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
        for (int port = 0; port < cores * BufferPorts.Count; port++)
        {
            long bytes = _counts[Ports + port];
            most = bytes == 0 ? most : Math.Max(most, ArrayTiming.CeilingDivide(bytes, capacity[port % BufferPorts.Count]));
        }

        return most;
    }

    /// <summary>Counts bytes at the ports of a core's private buffers.</summary>
    public void AddPortBytes(int core, in PortBytes bytes)
    {
        for (int port = 0; port < BufferPorts.Count; port++)
        {
            _counts[Ports + (core * BufferPorts.Count) + port] += bytes[port];
        }
    }

    public void AddMacs(ArrayFormat format, long inside, long padding)
    {
        _counts[Inside + (int)format] += inside;
        _counts[Padding + (int)format] += padding;
    }

    public void AddRead(MemorySpace space, long bytes)
    {
        _counts[Reads + (int)space] += bytes;
        Of(Figure.DeviceReadBytes) += space == MemorySpace.Dram ? bytes : 0;
    }

    public void AddWrite(MemorySpace space, long bytes)
    {
        _counts[Writes + (int)space] += bytes;
        Of(Figure.DeviceWriteBytes) += space == MemorySpace.Dram ? bytes : 0;
    }

    /// <summary>Counts bytes that come over the network from a memory, or go to it.</summary>
    public void AddMoved(MemorySpace space, long bytes) => _counts[Moved + (int)space] += bytes;

    /// <summary>Counts the requests of a transfer through caches, whose demands are added beside. A line that is fetched for a write is written back
    /// once; what becomes of it until then is not known.</summary>
    public void AddCached(in RequestCost reads, in RequestCost writes)
    {
        long nearMissed = reads.NearMissedBytes + writes.NearMissedBytes, missed = reads.MissedBytes + writes.MissedBytes;
        Of(Figure.NearReads) += reads.Bytes;
        Of(Figure.NearWrites) += writes.Bytes;
        Of(Figure.NearFills) += nearMissed;
        Of(Figure.FarReads) += nearMissed - missed;
        Of(Figure.FarFills) += missed;
        Of(Figure.DeviceReadBytes) += missed - reads.Bytes;
        Of(Figure.DeviceWriteBytes) += writes.MissedBytes - writes.Bytes;
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
        AddOpenedRows(demand.Rows);
        if (demand.Write)
        {
            AddWrite(demand.Space, demand.MovedBytes);
        }
        else
        {
            AddRead(demand.Space, demand.MovedBytes);
        }
    }

    /// <summary>Counts rows that are asked for.</summary>
    public void AddOpenedRows(long rows) => Of(Figure.OpenedRows) += rows;

    public void AddVector(TimingClass timing, VectorFormat format, long elements) =>
        _counts[Vector + ((int)timing * Formats) + (int)format] += elements;

    public void AddUnitCycles(int core, int unit, long cycles) => _counts[_unitCycles + (core * units) + unit] += cycles;

    /// <summary>Bytes between private or global buffers and what uses them.</summary>
    public long SramReadBytes => Sram(Reads);

    /// <inheritdoc cref="SramReadBytes"/>
    public long SramWriteBytes => Sram(Writes);

    /// <summary>Bytes that external memories gave.</summary>
    public long ExternalReadBytes => ReadBytes(MemorySpace.Dram) + ReadBytes(MemorySpace.Flash);

    /// <summary>Bytes that external memories took.</summary>
    public long ExternalWriteBytes => WrittenBytes(MemorySpace.Dram) + WrittenBytes(MemorySpace.Flash);

    /// <summary>Cycles of all external memories together.</summary>
    public long ExternalCycles => MemoryCycles[(int)MemorySpace.Dram] + MemoryCycles[(int)MemorySpace.Flash];

    private ref long Of(Figure figure) => ref _counts[(int)figure];

    private long Sum(int first, int count)
    {
        long sum = 0;
        foreach (long counted in _counts.AsSpan(first, count))
        {
            sum += counted;
        }

        return sum;
    }

    private long Sram(int first) =>
        _counts[first + (int)MemorySpace.Activation] + _counts[first + (int)MemorySpace.Weight] + _counts[first + (int)MemorySpace.Accumulator]
        + _counts[first + (int)MemorySpace.Global];
}
