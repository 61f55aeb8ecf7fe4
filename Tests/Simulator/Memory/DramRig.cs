using NpuSim.Isa.Machine;
using NpuSim.Simulator.Memory.Dram;

namespace NpuSim.Tests.Simulator.Memory;

/// <summary>A small device whose timing figures are all low, so that a test can raise the one that it is about.</summary>
internal static class DramRig
{
    public const string Mapping = "rochrababgco";

    public static readonly DramOrganisationSpec Organisation = new()
    {
        ClockMHz = 1000,
        BurstBytes = 64,
        BankGroups = 2,
        BanksPerGroup = 4,
        Rows = 64,
        BurstsPerRow = 16,
    };

    public static readonly DramTimingSpec Timing = new()
    {
        BurstClocks = 2,
        ReadLatencyClocks = 6,
        WriteLatencyClocks = 4,
        ActivateToReadClocks = 3,
        PrechargeClocks = 3,
        ActivateToPrechargeClocks = 4,
        ActivateToActivateClocks = 7,
        ActivateSpacingClocks = 1,
        GroupActivateSpacingClocks = 1,
        ColumnSpacingClocks = 2,
        GroupColumnSpacingClocks = 2,
        FourActivateWindowClocks = 4,
        WriteToReadClocks = 1,
        GroupWriteToReadClocks = 1,
        ReadToPrechargeClocks = 1,
        WriteRecoveryClocks = 1,
        RefreshClocks = 10,
        RefreshIntervalClocks = 100_000,
        BusTurnClocks = 1,
        PrechargeSpacingClocks = 0,
    };

    public static DramDeviceSpec Device(DramTimingSpec timing, DramOrganisationSpec? organisation = null) => new()
    {
        Name = "rig",
        Description = "rig",
        Source = "made up",
        Standard = DramStandard.Ddr4,
        Organisation = organisation ?? Organisation,
        Timing = timing,
    };

    /// <summary>Number of the burst at a place of <see cref="Organisation"/>, with ranks if there are.</summary>
    public static long Burst(int row, int group, int bank, int column = 0, int rank = 0, int ranks = 1) =>
        (((((((long)row * ranks) + rank) * 4) + bank) * 2) + group) * 16 + column;

    /// <summary>Runs requests of one stream and returns the commands.</summary>
    public static List<DramCommand> Commands(DramDeviceSpec device, DramControllerSpec controller, params (long Burst, bool Write)[] requests)
    {
        var log = new List<DramCommand>();
        long writes = requests.LongCount(request => request.Write);
        DramStreams.Run(device, controller, 1, [new DramStream(new Requests(requests), writes, 0)], 64, 1, log: log);
        return log;
    }

    public sealed class Requests(IReadOnlyList<(long Burst, bool Write)> requests) : IBurstSource
    {
        private int _next;

        public bool TryNext(out BurstRun run)
        {
            bool more = _next < requests.Count;
            run = more ? new BurstRun(requests[_next].Burst, 1, requests[_next].Write) : default;
            _next++;
            return more;
        }
    }
}
