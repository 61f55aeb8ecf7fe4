using NpuSim.Isa.Instructions;
using NpuSim.Isa.Timing;

namespace NpuSim.Simulator.Reports;

/// <summary>Who owns a cycle of an engine. Every engine's cycles of a run add up to the total.</summary>
public enum CycleOwner : byte
{
    /// <summary>Doing the work of an instruction.</summary>
    Compute,

    /// <summary>Writing its own configuration registers.</summary>
    Configuration,

    /// <summary>Work is queued behind a semaphore that a DMA engine will signal.</summary>
    WaitDma,

    /// <summary>Work is queued behind a semaphore that the array will signal.</summary>
    WaitArray,

    /// <summary>Work is queued behind a semaphore that the vector unit will signal.</summary>
    WaitVector,

    /// <summary>A transfer under way waits for a shared memory that serves others.</summary>
    Memory,

    /// <summary>A transfer under way has a memory device for itself: its data, rows, turnarounds and refreshes, beyond what the engine needs.</summary>
    MemoryDevice,

    /// <summary>A transfer under way waits for its first data (latency).</summary>
    Latency,

    /// <summary>An SRAM bank or port is taken by another engine.</summary>
    BankConflict,

    /// <summary>The queue is empty because instructions have not arrived: fetch or dispatch.</summary>
    InstructionFetch,

    /// <summary>The sequencer cannot dispatch because the target's queue is full.</summary>
    QueueFull,

    /// <summary>The queue is empty because the sequencer waits at a fence or barrier.</summary>
    Fence,

    /// <summary>The host works.</summary>
    Host,

    /// <summary>Nothing is left to do in the stream for this engine.</summary>
    Drained,
}

/// <summary>Bytes moved. SRAM counts the accesses of all private buffers and the global buffer.</summary>
/// <param name="DramReadBytes">Bytes that DRAM and flash gave, rounded up to their accesses, instructions included.</param>
/// <param name="DramWriteBytes">Bytes that DRAM took, rounded up to its accesses.</param>
/// <param name="SramReadBytes">Bytes read from buffers.</param>
/// <param name="SramWriteBytes">Bytes written to buffers.</param>
/// <param name="WeightBytes">Bytes of weights and parameters that came on chip.</param>
/// <param name="InstructionBytes">Bytes of instructions fetched.</param>
public sealed record TrafficReport(
    long DramReadBytes, long DramWriteBytes, long SramReadBytes, long SramWriteBytes, long WeightBytes, long InstructionBytes)
{
    /// <summary>The same of each buffer, by name.</summary>
    public IReadOnlyDictionary<string, BufferTraffic> Buffers { get; init; } = new SortedDictionary<string, BufferTraffic>(StringComparer.Ordinal);
}

/// <summary>Bytes read from and written to one buffer.</summary>
public readonly record struct BufferTraffic(long ReadBytes, long WriteBytes);

/// <summary>Power: energy over the latency, and the highest of the windows of a curve; see <see cref="PowerCurve"/>.</summary>
/// <param name="AverageMw">Over the run.</param>
/// <param name="PeakMw">The highest window; null where it was not asked for.</param>
public sealed record PowerReport(double AverageMw, double? PeakMw)
{
    /// <summary>Cycles of a window; null where no peak was asked for.</summary>
    public long? PeakWindowCycles { get; init; }

    /// <summary>First cycle of the highest window; null where no peak was asked for.</summary>
    public long? PeakAtCycle { get; init; }

    /// <summary>Current of the chip's own supply over the run.</summary>
    public double CurrentMa { get; init; }

    /// <summary>The highest current of the chip's own supply, of any window; null where no peak was asked for.</summary>
    public double? PeakCurrentMa { get; init; }

    /// <summary>Power over time, where it was asked for.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public PowerCurve? Curve { get; init; }

    /// <summary>The report of a run.</summary>
    /// <param name="averageMw">Over the run.</param>
    /// <param name="currentMa">Over the run.</param>
    /// <param name="curve">Power over time, where it was asked for.</param>
    public static PowerReport Of(double averageMw, double currentMa, PowerCurve? curve)
    {
        var peak = curve?.Peak();
        return new PowerReport(averageMw, peak?.Milliwatts)
        {
            PeakWindowCycles = peak?.WindowCycles,
            PeakAtCycle = peak?.AtCycle,
            CurrentMa = currentMa,
            PeakCurrentMa = peak?.Milliamperes,
            Curve = curve,
        };
    }
}

/// <summary>The highest window of a power curve.</summary>
/// <param name="Milliwatts">Its power.</param>
/// <param name="AtCycle">Its first cycle.</param>
/// <param name="WindowCycles">Length of a window.</param>
/// <param name="Milliamperes">The highest current of the chip's own supply, of any window.</param>
public sealed record PowerPeak(double Milliwatts, long AtCycle, long WindowCycles, double Milliamperes);

/// <summary>Memory use in bytes.</summary>
public sealed record MemoryReport(IReadOnlyDictionary<string, long> SramPeakBytes, long DramPeakBytes, long WeightBytesStored)
{
    /// <summary>What main memory did; null where there is none.</summary>
    public DramReport? Dram { get; init; }
}

/// <summary>What the host did.</summary>
public sealed record HostReport(int Operators, double LatencyMs, double EnergyUj, IReadOnlyList<HostOperatorReport> Details);

/// <summary>One operator that the host did and why.</summary>
public sealed record HostOperatorReport(string Name, string Operator, double LatencyMs, string Reason);

/// <summary>Cycles of one engine by owner; they add up to the run's total.</summary>
/// <param name="Core">Core index.</param>
/// <param name="Engine">Kind of engine.</param>
/// <param name="Index">Which DMA engine; 0 otherwise.</param>
/// <param name="Cycles">One entry per <see cref="CycleOwner"/>, in its order.</param>
public sealed record EngineReport(int Core, Engine Engine, int Index, IReadOnlyList<long> Cycles);

/// <summary>One layer. Start and end are when its first instruction started and its last one finished on any engine.</summary>
/// <param name="Name">Node name.</param>
/// <param name="Operator">Operator name.</param>
/// <param name="Engine">"array", "vector", "dma" or "host".</param>
/// <param name="Cycles">Share of the run: from the previous layer's end to this one's (the shares add up to the total).</param>
/// <param name="StartCycle">First start.</param>
/// <param name="EndCycle">Last finish.</param>
/// <param name="ComputeCycles">What the array alone needs for it, no memory stall.</param>
/// <param name="StallCycles">Cycles of its share in which its own engine did not compute.</param>
/// <param name="Macs">Multiply-accumulates, dense count.</param>
/// <param name="Utilization">macs / (cycles × peak of all cores), 0…1. Where the array began before the share did (beside the layer before), the
/// compute cycles count instead of the cycles.</param>
/// <param name="DramReadBytes">Bytes from external memory.</param>
/// <param name="DramWriteBytes">Bytes to external memory.</param>
/// <param name="SramReadBytes">Bytes read from buffers.</param>
/// <param name="SramWriteBytes">Bytes written to buffers.</param>
/// <param name="EnergyUj">Dynamic energy and its share of static energy.</param>
/// <param name="Bound">What binds it: "array", "vector", "dram", "sram", "dma", "host" or "control".</param>
public sealed record LayerReport(
    string Name, string Operator, string Engine, long Cycles, long StartCycle, long EndCycle, long ComputeCycles, long StallCycles, long Macs,
    double Utilization, long DramReadBytes, long DramWriteBytes, long SramReadBytes, long SramWriteBytes, double EnergyUj, string Bound)
{
    /// <summary>Share of its products inside of tiles whose activation is zero; null without products.</summary>
    public double? ZeroShare { get; init; }

    /// <summary>Energy with the data of the run and its share of static energy.</summary>
    public double DataEnergyUj { get; init; }

    /// <summary>The energy by part, in the order of <see cref="EnergyPart"/>; empty in results that were read back.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public IReadOnlyList<double> EnergyUjByPart { get; init; } = [];

    /// <summary>SCALE-Sim's account, where the machine asks for it; its cycles are then the compute cycles.</summary>
    public ScaleSimCost? ScaleSim { get; init; }
}

/// <summary>Everything a run measured that does not depend on the host that simulated it.</summary>
public sealed record SimulationReport(
    string Model, string Machine, string ModelHash, string MachineHash,
    long Cycles, double LatencyMs, long Macs, double Utilization,
    TrafficReport Traffic, EnergyReport Energy, PowerReport Power, MemoryReport Memory, HostReport Host,
    IReadOnlyDictionary<string, long> Stalls, IReadOnlyList<EngineReport> Engines, IReadOnlyList<LayerReport> Layers,
    long Instructions, long Events);
