using System.Globalization;
using NpuSim.Isa.Machine;

namespace NpuSim.Cli.Validation.Suites;

/// <summary>A device from a row of <c>dram/devices.csv</c>: organisation and timing by the names of the standards, in memory
/// clocks.</summary>
internal static class DramDeviceRow
{
    // The table's names begin with the family.
    private static readonly (string Prefix, DramStandard Standard)[] Families =
    [
        ("DDR3", DramStandard.Ddr3), ("DDR4", DramStandard.Ddr4), ("LPDDR4", DramStandard.Lpddr4), ("LPDDR5", DramStandard.Lpddr5),
        ("GDDR6", DramStandard.Gddr6), ("HBM", DramStandard.Hbm2),
    ];

    private const string Source = "dram/devices.csv";

    /// <summary>The device behind one channel.</summary>
    /// <exception cref="UsageException">A cell is not what it should be.</exception>
    public static DramDeviceSpec Device(ReferenceRow row)
    {
        string name = row.Text("device");
        var standard = Families.FirstOrDefault(family => name.StartsWith(family.Prefix, StringComparison.OrdinalIgnoreCase)) is { Prefix: not null } known
            ? known.Standard
            : throw row.Fault("device", $"a name that begins with {string.Join(", ", Families.Select(family => family.Prefix))}");
        return new DramDeviceSpec
        {
            Name = name,
            Description = name,
            Source = Source,
            Standard = standard,
            Organisation = Organisation(row, standard),
            Timing = Timing(row),
        };
    }

    private static DramOrganisationSpec Organisation(ReferenceRow row, DramStandard standard)
    {
        int pseudo = row.Int("pseudo_channels", 1, 8);
        return new DramOrganisationSpec
        {
            ClockMHz = Math.Clamp((int)Math.Round(1000 / row.Real("tCK_ns"), MidpointRounding.ToEven), 1, 10_000),
            BurstBytes = row.Int("burst_bytes", 4, 4096),
            Ranks = row.Int("ranks", 1, 8) * pseudo,
            PseudoChannels = pseudo > 1,
            BankGroups = row.Int("bank_groups", 1, 16),
            BanksPerGroup = row.Int("banks_per_group", 1, 32),
            Rows = row.Int("rows", 1, 1 << 24),
            BurstsPerRow = row.Int("bursts_per_row", 1, 65_536),
            // Properties of the families that the table gives in words: HBM has row and column commands apart; an activation of LPDDR5 is
            // two
            // commands, one of HBM2 with pseudo channels takes two clocks.
            SeparateRowCommands = standard == DramStandard.Hbm2,
            ActivateCommandClocks = standard == DramStandard.Lpddr5 || pseudo > 1 ? 2 : 1,
        };
    }

    private static DramTimingSpec Timing(ReferenceRow row)
    {
        int burst = Clocks(row, "burst_clocks_on_bus"), read = Clocks(row, "CL(RL)"), write = Clocks(row, "CWL(WL)"), turn = Clocks(row, "tRTRS", 0);
        int writeToRead = Clocks(row, "tWTR_L");
        return new DramTimingSpec
        {
            BurstClocks = burst,
            GroupBurstClocks = row.OptionalInteger("write_to_read_gap_L", 1, 4096) is { } gap ? Math.Max(1, (int)gap - write - writeToRead) : null,
            ReadLatencyClocks = read,
            WriteLatencyClocks = write,
            ActivateToReadClocks = Clocks(row, "tRCDRD"),
            ActivateToWriteClocks = Clocks(row, "tRCDWR"),
            PrechargeClocks = Clocks(row, "tRP"),
            ActivateToPrechargeClocks = Clocks(row, "tRAS"),
            ActivateToActivateClocks = Clocks(row, "tRC"),
            ActivateSpacingClocks = Clocks(row, "tRRD_S"),
            GroupActivateSpacingClocks = Clocks(row, "tRRD_L"),
            ColumnSpacingClocks = Clocks(row, "tCCD_S"),
            GroupColumnSpacingClocks = Clocks(row, "tCCD_L"),
            FourActivateWindowClocks = Clocks(row, "tFAW"),
            WriteToReadClocks = Clocks(row, "tWTR_S"),
            GroupWriteToReadClocks = writeToRead,
            ReadToPrechargeClocks = Clocks(row, "tRTP"),
            WriteRecoveryClocks = Clocks(row, "tWR"),
            RefreshClocks = row.Int("tRFC", 1, 100_000),
            RefreshIntervalClocks = row.Int("tREFI", 16, 1_000_000),
            BusTurnClocks = row.OptionalInteger("read_to_write_gap", 1, 4096) is { } between ? Math.Max(0, (int)between + write - read - burst) : turn,
            PrechargeSpacingClocks = Clocks(row, "tPPD", 0),
        };
    }

    private static int Clocks(ReferenceRow row, string column, int minimum = 1) => row.Int(column, minimum, 1000);
}
