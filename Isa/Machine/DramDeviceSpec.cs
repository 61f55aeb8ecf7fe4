using System.ComponentModel;
using System.Text.Json.Serialization;

namespace NpuSim.Isa.Machine;

/// <summary>A memory device, as one file of <c>configs/memories</c> describes it: what is behind one channel.</summary>
public sealed record DramDeviceSpec
{
    [Description("Name of the device; a preset's file has the same name.")]
    public required string Name { get; init; }

    [Description("What it is, in one line.")]
    public required string Description { get; init; }

    [Description("Where its numbers come from; the word 'assumed' marks what has no source.")]
    public required string Source { get; init; }

    [Description("Family: ddr3, ddr4, lpddr4, lpddr5, gddr6, hbm2.")]
    public required DramStandard Standard { get; init; }

    [Description("Banks, rows and bursts.")]
    public required DramOrganisationSpec Organisation { get; init; }

    [Description("Timing in memory clocks.")]
    public required DramTimingSpec Timing { get; init; }
}

/// <summary>Banks, rows and bursts of one channel.</summary>
public sealed record DramOrganisationSpec
{
    [Description("Memory clock in MHz, of commands and of every timing figure (LPDDR5: CK, not WCK).")]
    [Bounds(1, 10_000)]
    public required int ClockMHz { get; init; }

    [Description("Bytes of one burst on the whole channel; a power of two.")]
    [Bounds(4, 4096)]
    public required int BurstBytes { get; init; }

    [Description("Ranks of a channel, which share its data bus; a power of two.")]
    [Bounds(1, 8)]
    public int Ranks { get; init; } = 1;

    [Description("Pseudo channels in the place of ranks: they share commands, but each has a data bus of its own (HBM2).")]
    public bool PseudoChannels { get; init; }

    [Description("Bank groups of a rank; a power of two.")]
    [Bounds(1, 16)]
    public int BankGroups { get; init; } = 1;

    [Description("Banks of a group; a power of two.")]
    [Bounds(1, 32)]
    public required int BanksPerGroup { get; init; }

    [Description("Rows of a bank; a power of two.")]
    [Bounds(1, 1 << 24)]
    public required int Rows { get; init; }

    [Description("Bursts of a row; a power of two.")]
    [Bounds(1, 65_536)]
    public required int BurstsPerRow { get; init; }

    [Description("A column command and a row command in the same clock (HBM).")]
    public bool SeparateRowCommands { get; init; }

    [Description("Clocks of the command bus that an activation takes (LPDDR5: 2).")]
    [Bounds(1, 8)]
    public int ActivateCommandClocks { get; init; } = 1;

    /// <summary>Banks of a rank.</summary>
    [JsonIgnore]
    public int BanksPerRank => BankGroups * BanksPerGroup;

    /// <summary>Bytes behind one channel.</summary>
    [JsonIgnore]
    public long ChannelBytes => (long)BurstBytes * BurstsPerRow * Rows * BanksPerRank * Ranks;
}

/// <summary>Timing of a device in memory clocks, by the names of the standards. S: other bank group; L: same bank group.</summary>
public sealed record DramTimingSpec
{
    [Description("Clocks of one burst on the data bus.")]
    [Bounds(1, 256)]
    [JsonPropertyName("tBL")]
    public required int BurstClocks { get; init; }

    [Description("Clocks for which a burst holds the column path of its bank group (LPDDR5: BL/n_max); absent: tBL.")]
    [Bounds(1, 256)]
    [JsonPropertyName("tBL_L")]
    public int? GroupBurstClocks { get; init; }

    [Description("Read command to first data (CL, RL).")]
    [Bounds(1, 1000)]
    [JsonPropertyName("tCL")]
    public required int ReadLatencyClocks { get; init; }

    [Description("Write command to first data (CWL, WL).")]
    [Bounds(1, 1000)]
    [JsonPropertyName("tCWL")]
    public required int WriteLatencyClocks { get; init; }

    [Description("Activate to read of the same bank.")]
    [Bounds(1, 1000)]
    [JsonPropertyName("tRCD")]
    public required int ActivateToReadClocks { get; init; }

    [Description("Activate to write of the same bank; absent: tRCD.")]
    [Bounds(1, 1000)]
    [JsonPropertyName("tRCDWR")]
    public int? ActivateToWriteClocks { get; init; }

    [Description("Precharge to activate of the same bank.")]
    [Bounds(1, 1000)]
    [JsonPropertyName("tRP")]
    public required int PrechargeClocks { get; init; }

    [Description("Activate to precharge of the same bank.")]
    [Bounds(1, 1000)]
    [JsonPropertyName("tRAS")]
    public required int ActivateToPrechargeClocks { get; init; }

    [Description("Activate to activate of the same bank.")]
    [Bounds(1, 2000)]
    [JsonPropertyName("tRC")]
    public required int ActivateToActivateClocks { get; init; }

    [Description("Activate to activate of another bank group.")]
    [Bounds(1, 1000)]
    [JsonPropertyName("tRRD_S")]
    public required int ActivateSpacingClocks { get; init; }

    [Description("Activate to activate of the same bank group.")]
    [Bounds(1, 1000)]
    [JsonPropertyName("tRRD_L")]
    public required int GroupActivateSpacingClocks { get; init; }

    [Description("Column command to column command of another bank group; at least tBL counts.")]
    [Bounds(1, 256)]
    [JsonPropertyName("tCCD_S")]
    public required int ColumnSpacingClocks { get; init; }

    [Description("Column command to column command of the same bank group; at least tBL counts.")]
    [Bounds(1, 256)]
    [JsonPropertyName("tCCD_L")]
    public required int GroupColumnSpacingClocks { get; init; }

    [Description("Window of at most four activations of a rank.")]
    [Bounds(1, 2000)]
    [JsonPropertyName("tFAW")]
    public required int FourActivateWindowClocks { get; init; }

    [Description("Last write data to read of another bank group.")]
    [Bounds(1, 1000)]
    [JsonPropertyName("tWTR_S")]
    public required int WriteToReadClocks { get; init; }

    [Description("Last write data to read of the same bank group.")]
    [Bounds(1, 1000)]
    [JsonPropertyName("tWTR_L")]
    public required int GroupWriteToReadClocks { get; init; }

    [Description("Read to precharge of the same bank.")]
    [Bounds(1, 1000)]
    [JsonPropertyName("tRTP")]
    public required int ReadToPrechargeClocks { get; init; }

    [Description("Last write data to precharge of the same bank.")]
    [Bounds(1, 1000)]
    [JsonPropertyName("tWR")]
    public required int WriteRecoveryClocks { get; init; }

    [Description("Refresh of all banks to the next activate.")]
    [Bounds(1, 100_000)]
    [JsonPropertyName("tRFC")]
    public required int RefreshClocks { get; init; }

    [Description("Interval of refreshes of a rank.")]
    [Bounds(16, 1_000_000)]
    [JsonPropertyName("tREFI")]
    public required int RefreshIntervalClocks { get; init; }

    [Description("Clocks that the data bus rests between directions or ranks.")]
    [Bounds(0, 256)]
    [JsonPropertyName("tRTRS")]
    public int BusTurnClocks { get; init; } = 1;

    [Description("Precharge to precharge of another bank.")]
    [Bounds(0, 256)]
    [JsonPropertyName("tPPD")]
    public int PrechargeSpacingClocks { get; init; }
}

/// <summary>The controller in front of a device: queues, drain of writes, rows, addresses.</summary>
public sealed record DramControllerSpec
{
    [Description("Fields of an address from the top: ro row, ch channel, ra rank, ba bank in group, bg bank group, co column (in bursts).")]
    public string AddressMapping { get; init; } = "rochrababgco";

    [Description("Reads that wait at a channel.")]
    [Bounds(1, 256)]
    public int ReadQueue { get; init; } = 32;

    [Description("Writes that wait at a channel.")]
    [Bounds(1, 256)]
    public int WriteQueue { get; init; } = 32;

    [Description("Share of the write queue above which writes are drained before reads.")]
    [Bounds(0, 1)]
    public double DrainAbove { get; init; } = 0.8;

    [Description("Share of the write queue below which reads come first again.")]
    [Bounds(0, 1)]
    public double DrainBelow { get; init; } = 0.2;

    [Description("Column accesses after which a row is closed by the access itself: 1 closed page; 0 open page, until another row is wanted or a refresh is due.")]
    [Bounds(0, 65_536)]
    public int AccessesPerRow { get; init; }

    [Description("Core cycles from a requester to the controller and back, beside the device's own latency: interconnect, controller pipeline, PHY.")]
    [Bounds(0, 10_000)]
    public int PathCycles { get; init; } = 40;
}
