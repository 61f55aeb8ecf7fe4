using System.ComponentModel;

namespace NpuSim.Isa.Machine;

/// <summary>On-chip buffer shared by the cores.</summary>
public sealed record GlobalBufferSpec
{
    [Description("Capacity in KiB.")]
    [Bounds(1, 1_048_576)]
    public required int SizeKiB { get; init; }

    [Description("Bytes per cycle of its clock for all cores together, each direction.")]
    [Bounds(1, 65_536)]
    public required int BytesPerCycle { get; init; }

    [Description("Cycles of its clock from request to first byte.")]
    [Bounds(0, 100_000)]
    public int LatencyCycles { get; init; } = 8;

    [Description("Its clock in MHz; absent where it has the core's.")]
    [Bounds(1, 10_000)]
    public int? ClockMHz { get; init; }

    [System.Text.Json.Serialization.JsonIgnore]
    public long SizeBytes => SizeKiB * 1024L;
}

/// <summary>External memories; at least one.</summary>
public sealed record MemorySpec
{
    [Description("Main memory.")]
    public DramSpec? Dram { get; init; }

    [Description("Non-volatile memory for constants (flash, MRAM).")]
    public FlashSpec? Flash { get; init; }

    [Description("Cache between DMA and main memory; absent where DMA meets main memory itself.")]
    public CacheSpec? Cache { get; init; }

    [Description("Cache behind that one, of the memory system; absent where there is one level or none.")]
    public CacheSpec? SystemCache { get; init; }
}

/// <summary>A set-associative cache with least-recently-used replacement that allocates on reads and writes.</summary>
public sealed record CacheSpec
{
    [Description("Capacity in KiB.")]
    [Bounds(1, 65_536)]
    public required int SizeKiB { get; init; }

    [Description("Lines of a set.")]
    [Bounds(1, 64)]
    public int Ways { get; init; } = 8;

    [Description("Bytes of a line, a power of two.")]
    [Bounds(16, 4096)]
    public int LineBytes { get; init; } = 64;

    [Description("Core cycles from a read request to its data, where the line is here.")]
    [Bounds(1, 100_000)]
    public required int ReadLatencyCycles { get; init; }

    [Description("Core cycles from a write request to its completion, where the line is here.")]
    [Bounds(1, 100_000)]
    public required int WriteLatencyCycles { get; init; }

    [Description("Core cycles from one write to the next of the same line; they do not overlap.")]
    [Bounds(1, 1000)]
    public int SameLineWriteCycles { get; init; } = 1;

    [Description("Whether it holds the lowest addresses of main memory when the run begins, as after an earlier run.")]
    public bool Warm { get; init; }

    [System.Text.Json.Serialization.JsonIgnore]
    public long SizeBytes => SizeKiB * 1024L;
}

/// <summary>Families of main memory, for their energy per bit.</summary>
public enum DramStandard : byte
{
    Ddr3,
    Ddr4,
    Lpddr4,
    Lpddr5,
    Gddr6,
    Hbm2,
}

/// <summary>Main memory: a device with banks and rows behind a controller, or bandwidth and latency alone.</summary>
public sealed record DramSpec
{
    [Description("Family, for energy: ddr3, ddr4, lpddr4, lpddr5, gddr6, hbm2.")]
    public required DramStandard Standard { get; init; }

    [Description("Capacity in MiB.")]
    [Bounds(1, 1_048_576)]
    public int SizeMiB { get; init; } = 4096;

    [Description("Peak bandwidth in MB/s (10^6 bytes per second).")]
    [Bounds(1, 10_000_000)]
    public required double BandwidthMBps { get; init; }

    [Description("Share of the peak that streams reach (row misses, refresh, turnaround).")]
    [Bounds(0.01, 1)]
    public double Efficiency { get; init; } = 0.85;

    [Description("Core cycles from a read request to its first byte.")]
    [Bounds(0, 100_000)]
    public required int ReadLatencyCycles { get; init; }

    [Description("Core cycles from a write request to its completion.")]
    [Bounds(0, 100_000)]
    public required int WriteLatencyCycles { get; init; }

    [Description("Smallest access in bytes; shorter runs cost as much.")]
    [Bounds(1, 4096)]
    public int AccessBytes { get; init; } = 32;

    [Description("A device of configs/memories, timed command by command; bandwidth, efficiency and latencies are then only the compiler's estimate. Absent: they are the timing.")]
    public string? Device { get; init; }

    [Description("Channels of the device, side by side; a power of two.")]
    [Bounds(1, 64)]
    public int Channels { get; init; } = 1;

    [Description("The controller in front of the device; absent without a device.")]
    public DramControllerSpec? Controller { get; init; }

    [Description("Banks, rows and bursts of a channel, from the device's file; a member that is given here counts.")]
    public DramOrganisationSpec? Organisation { get; init; }

    [Description("Timing in memory clocks, from the device's file; a member that is given here counts.")]
    public DramTimingSpec? Timing { get; init; }

    /// <summary>The device with the machine's own figures; null where there is none.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public DramDeviceSpec? DeviceSpec => Device is null || Organisation is null || Timing is null ? null : new DramDeviceSpec
    {
        Name = Device,
        Description = Device,
        Source = Device,
        Standard = Standard,
        Organisation = Organisation,
        Timing = Timing,
    };
}

/// <summary>Memory for constants by bandwidth and latency.</summary>
public sealed record FlashSpec
{
    [Description("Capacity in MiB.")]
    [Bounds(1, 1_048_576)]
    public int SizeMiB { get; init; } = 64;

    [Description("Peak bandwidth in MB/s (10^6 bytes per second).")]
    [Bounds(0.1, 1_000_000)]
    public required double BandwidthMBps { get; init; }

    [Description("Core cycles from a read request to its first byte.")]
    [Bounds(0, 100_000)]
    public required int ReadLatencyCycles { get; init; }

    [Description("Smallest access in bytes; shorter runs cost as much.")]
    [Bounds(1, 4096)]
    public int AccessBytes { get; init; } = 16;

    [Description("Picojoules per bit read.")]
    [Bounds(0, 10_000)]
    public required double PicojoulesPerBit { get; init; }

    [Description("Milliwatts for as long as it stands by; absent where that is not known, and reports say that it is left out.")]
    [Bounds(0.0001, 10_000)]
    public double? StandbyMilliwatts { get; init; }
}
