using NpuSim.Isa.Machine;

namespace NpuSim.Tests.Simulator;

/// <summary>A machine whose times are easy to work out by hand: DRAM gives 4 bytes a cycle after 10 and takes them after 6, a DMA engine moves
/// 8 bytes a cycle after 5, the array is 4 × 4, the vector unit has 16 lanes, one fetch brings the whole of a short stream.</summary>
internal static class SmallMachine
{
    public const int DramReadLatency = 10;
    public const int DramWriteLatency = 6;
    public const int DramBytesPerCycle = 4;
    public const int SetupCycles = 5;

    public static MachineSpec Create(int cores = 1) => new()
    {
        Name = "small",
        Description = "for tests",
        Source = "assumed",
        ClockMHz = 1000,
        Cores = cores,
        Core = new CoreSpec
        {
            Array = new ArraySpec { Kind = ArrayKind.Systolic, Rows = 4, Columns = 4, PipelineCycles = 0 },
            Vector = new VectorSpec { Lanes = 16, StartupCycles = 8 },
            Activation = new BufferSpec { SizeKiB = 64 },
            Weight = new BufferSpec { SizeKiB = 64 },
            Accumulator = new BufferSpec { SizeKiB = 64 },
            Dma = new DmaSpec { Engines = 2, BytesPerCycle = 8, SetupCycles = SetupCycles, OutstandingBursts = 1024 },
            Sequencer = new SequencerSpec { QueueDepth = 8, FetchBytes = 65_536 },
        },
        GlobalBuffer = new GlobalBufferSpec { SizeKiB = 256, BytesPerCycle = 16, LatencyCycles = 3 },
        Memory = new MemorySpec
        {
            Dram = new DramSpec
            {
                Standard = DramStandard.Lpddr4,
                BandwidthMBps = DramBytesPerCycle * 1000.0,
                Efficiency = 1,
                ReadLatencyCycles = DramReadLatency,
                WriteLatencyCycles = DramWriteLatency,
                AccessBytes = 4,
            },
        },
        Host = new HostSpec
        {
            Name = "test host",
            MegaOperationsPerSecond = 1000,
            BandwidthMBps = 1000,
            HandOverMicroseconds = 1,
            PicojoulesPerOperation = 10,
        },
        Energy = new EnergySpec { TechnologyNm = 28, Voltage = 0.9 },
    };

    /// <summary>The same machine with another sequencer.</summary>
    public static MachineSpec With(this MachineSpec machine, SequencerSpec sequencer) =>
        machine with { Core = machine.Core with { Sequencer = sequencer } };

    /// <summary>The same machine with other DMA engines.</summary>
    public static MachineSpec With(this MachineSpec machine, DmaSpec dma) => machine with { Core = machine.Core with { Dma = dma } };
}
