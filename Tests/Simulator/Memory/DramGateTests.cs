using NpuSim.Isa.Machine;
using NpuSim.Simulator.Memory.Dram;
using Xunit;
using static NpuSim.Tests.Simulator.Memory.DramRig;
using Kind = NpuSim.Simulator.Memory.Dram.DramCommandKind;

namespace NpuSim.Tests.Simulator.Memory;

/// <summary>Each timing figure holds a command back to its clock exactly: with the figure one higher, the command comes one clock later.</summary>
public sealed class DramGateTests
{
    private const int Figure = 37;

    private static readonly DramControllerSpec Controller = new() { AddressMapping = Mapping };

    [Fact]
    public void Read_waits_for_the_row() => Holds(
        value => Timing with { ActivateToReadClocks = value }, Figure, First(Kind.Activate), First(Kind.Read), (Burst(0, 0, 0), false));

    [Fact]
    public void Write_waits_for_the_row() => Holds(
        value => Timing with { ActivateToWriteClocks = value }, Figure, First(Kind.Activate), First(Kind.Write), Writes(9, 0));

    [Fact]
    public void Row_stays_open_for_tRAS() => Holds(
        value => Timing with { ActivateToPrechargeClocks = value, ActivateToActivateClocks = 50 }, Figure, First(Kind.Activate), First(Kind.Precharge),
        (Burst(0, 0, 0), false), (Burst(1, 0, 0), false));

    [Fact]
    public void Activate_waits_for_the_precharge() => Holds(
        value => Timing with { PrechargeClocks = value }, Figure, First(Kind.Precharge), Second(Kind.Activate), (Burst(0, 0, 0), false), (Burst(1, 0, 0), false));

    [Fact]
    public void Bank_is_activated_once_in_tRC() => Holds(
        value => Timing with { ActivateToActivateClocks = value }, Figure, First(Kind.Activate), Second(Kind.Activate),
        (Burst(0, 0, 0), false), (Burst(1, 0, 0), false));

    [Fact]
    public void Activates_of_other_groups_keep_their_distance() => Holds(
        value => Timing with { ActivateSpacingClocks = value }, Figure, First(Kind.Activate), Second(Kind.Activate),
        (Burst(0, 0, 0), false), (Burst(0, 1, 0), false));

    [Fact]
    public void Activates_of_one_group_keep_their_distance() => Holds(
        value => Timing with { GroupActivateSpacingClocks = value }, Figure, First(Kind.Activate), Second(Kind.Activate),
        (Burst(0, 0, 0), false), (Burst(0, 0, 1), false));

    [Fact]
    public void A_fifth_activate_waits_for_the_window() => Holds(
        value => Timing with { FourActivateWindowClocks = value }, Figure, First(Kind.Activate), Number(Kind.Activate, 4),
        (Burst(0, 0, 0), false), (Burst(0, 1, 0), false), (Burst(0, 0, 1), false), (Burst(0, 1, 1), false), (Burst(0, 0, 2), false));

    [Fact]
    public void Reads_of_other_groups_keep_their_distance() => Holds(
        value => Timing with { ColumnSpacingClocks = value }, Figure, First(Kind.Read), Second(Kind.Read), (Burst(0, 0, 0), false), (Burst(0, 1, 0), false));

    [Fact]
    public void Reads_of_one_group_keep_their_distance() => Holds(
        value => Timing with { GroupColumnSpacingClocks = value }, Figure, First(Kind.Read), Second(Kind.Read),
        (Burst(0, 0, 0), false), (Burst(0, 0, 0, 1), false));

    [Fact]
    public void Reads_keep_the_length_of_a_burst() => Holds(
        value => Timing with { BurstClocks = value }, Figure, First(Kind.Read), Second(Kind.Read), (Burst(0, 0, 0), false), (Burst(0, 1, 0), false));

    [Fact]
    public void Read_of_another_group_waits_for_written_data() => Holds(
        value => Timing with { WriteToReadClocks = value }, 4 + 2 + Figure, First(Kind.Write), First(Kind.Read), (Burst(0, 0, 0), true), (Burst(0, 1, 0), false));

    [Fact]
    public void Read_of_the_same_group_waits_for_written_data() => Holds(
        value => Timing with { GroupWriteToReadClocks = value }, 4 + 2 + Figure, First(Kind.Write), First(Kind.Read),
        (Burst(0, 0, 0), true), (Burst(0, 0, 0, 1), false));

    [Fact]
    public void A_group_may_be_held_longer_than_the_bus() => Holds(
        value => Timing with { GroupBurstClocks = value }, 4 + Figure + 1, First(Kind.Write), First(Kind.Read), (Burst(0, 0, 0), true), (Burst(0, 0, 0, 1), false));

    [Fact]
    public void Write_waits_until_the_bus_has_turned() => Holds(
        value => Timing with { BusTurnClocks = value }, 6 + 2 + Figure - 4, First(Kind.Read), First(Kind.Write), [(Burst(0, 0, 0), false), .. Writes(9, 1)]);

    [Fact]
    public void Precharge_waits_for_a_read() => Holds(
        value => Timing with { ReadToPrechargeClocks = value }, Figure, First(Kind.Read), First(Kind.Precharge), (Burst(0, 0, 0), false), (Burst(1, 0, 0), false));

    [Fact]
    public void Precharge_waits_for_written_data() => Holds(
        value => Timing with { WriteRecoveryClocks = value }, 4 + 2 + Figure, First(Kind.Write), First(Kind.Precharge),
        (Burst(0, 0, 0), true), (Burst(1, 0, 0), false));

    [Fact]
    public void Precharges_keep_their_distance() => Holds(
        value => Timing with { PrechargeSpacingClocks = value }, Figure, First(Kind.Precharge), Second(Kind.Precharge),
        (Burst(0, 0, 0), false), (Burst(0, 1, 0), false), (Burst(1, 0, 0), false), (Burst(1, 1, 0), false));

    [Fact]
    public void Activate_waits_for_a_refresh() => Holds(
        value => Timing with { RefreshClocks = value, RefreshIntervalClocks = 60 }, Figure, First(Kind.Refresh), After(Kind.Activate, Kind.Refresh), Reads(60));

    [Fact]
    public void Refresh_comes_when_it_is_due()
    {
        var log = Commands(Device(Timing with { RefreshIntervalClocks = 60 }), Controller, Reads(200));
        long[] clocks = [.. log.Where(command => command.Kind == Kind.Refresh).Select(command => command.Clock)];
        Assert.True(clocks.Length > 4);
        // Rows that are open when it is due are closed first.
        Assert.All(clocks, (clock, index) => Assert.InRange(clock - ((index + 1) * 60), 0, 30));
    }

    [Fact]
    public void Ranks_share_the_bus_with_a_gap()
    {
        var organisation = Organisation with { Ranks = 2 };
        int Gap(int turn)
        {
            var log = Commands(Device(Timing with { BusTurnClocks = turn }, organisation), Controller, (Burst(0, 0, 0, 0, 0, 2), false), (Burst(0, 0, 0, 0, 1, 2), false));
            return (int)(log.Last(command => command.Kind == Kind.Read).Clock - log.First(command => command.Kind == Kind.Read).Clock);
        }

        Assert.Equal((2 + Figure, 3 + Figure), (Gap(Figure), Gap(Figure + 1)));
    }

    [Fact]
    public void An_activate_may_take_two_clocks_of_the_command_bus()
    {
        int Gap(int clocks)
        {
            var log = Commands(Device(Timing, Organisation with { ActivateCommandClocks = clocks }), Controller, (Burst(0, 0, 0), false), (Burst(0, 1, 0), false));
            return (int)(log.Where(command => command.Kind == Kind.Activate).Last().Clock - log[0].Clock);
        }

        Assert.Equal((1, 2), (Gap(1), Gap(2)));
    }

    [Fact]
    public void Closed_bank_is_read_after_one_clock_tRCD_tCL_and_the_burst()
    {
        var source = new Requests([(Burst(0, 0, 0), false)]);
        var result = DramStreams.Run(Device(Timing), Controller, 1, [new DramStream(source, 0, 0)], 1, 1);
        Assert.Equal((1 + 3 + 6 + 2, 12.0), (result.Clocks, result.MeanReadClocks));
    }

    private static (long Burst, bool Write)[] Reads(int count) => [.. Enumerable.Range(0, count).Select(at => ((long)at, false))];

    // The controller may leave eight writes for ever, so that one is written there must be nine.
    private static (long Burst, bool Write)[] Writes(int count, int group) => [.. Enumerable.Range(0, count).Select(at => (Burst(0, group, 0, at), true))];

    private static Func<List<DramCommand>, DramCommand> First(Kind kind) => Number(kind, 0);

    private static Func<List<DramCommand>, DramCommand> Second(Kind kind) => Number(kind, 1);

    private static Func<List<DramCommand>, DramCommand> Number(Kind kind, int number) => log => log.Where(command => command.Kind == kind).ElementAt(number);

    private static Func<List<DramCommand>, DramCommand> After(Kind kind, Kind before) =>
        log => log.SkipWhile(command => command.Kind != before).First(command => command.Kind == kind);

    private static void Holds(
        Func<int, DramTimingSpec> timing, int gap, Func<List<DramCommand>, DramCommand> from, Func<List<DramCommand>, DramCommand> to,
        params (long Burst, bool Write)[] requests)
    {
        for (int more = 0; more < 2; more++)
        {
            var log = Commands(Device(timing(Figure + more)), Controller, requests);
            Assert.Equal(gap + more, to(log).Clock - from(log).Clock);
        }
    }
}
