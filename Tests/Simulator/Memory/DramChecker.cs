using NpuSim.Isa.Machine;
using NpuSim.Simulator.Memory.Dram;
using Xunit;
using Kind = NpuSim.Simulator.Memory.Dram.DramCommandKind;

namespace NpuSim.Tests.Simulator.Memory;

/// <summary>An independent look at a list of commands: each against all those before it, straight from the timing figures.</summary>
internal sealed class DramChecker(DramDeviceSpec device, int channels)
{
    // Nothing reaches further back than this many commands of a channel, at a command a clock.
    private const int Window = 100;

    private readonly DramTimingSpec _timing = device.Timing;
    private readonly DramOrganisationSpec _organisation = device.Organisation;

    public void Check(IReadOnlyList<DramCommand> log)
    {
        for (int channel = 0; channel < channels; channel++)
        {
            DramCommand[] own = [.. log.Where(command => command.Channel == channel)];
            CheckRows(own);
            for (int at = 0; at < own.Length; at++)
            {
                for (int before = Math.Max(0, at - Window); before < at; before++)
                {
                    long gap = own[at].Clock - own[before].Clock, least = Gap(own[before], own[at]);
                    if (gap < least)
                    {
                        Assert.Fail($"{own[before]} then {own[at]}: {gap} clocks, at least {least}");
                    }
                }
            }

            CheckWindow(own);
        }
    }

    private void CheckRows(DramCommand[] own)
    {
        var open = new Dictionary<(int, int, int), int>();
        foreach (var command in own)
        {
            var bank = (command.Rank, command.Group, command.Bank);
            switch (command.Kind)
            {
                case Kind.Activate:
                    Assert.True(open.TryAdd(bank, command.Row), "an activate of a bank with a row open");
                    break;
                case Kind.Read or Kind.Write or Kind.ReadPrecharge or Kind.WritePrecharge:
                    Assert.Equal(command.Row, open[bank]);
                    if (command.Kind is Kind.ReadPrecharge or Kind.WritePrecharge)
                    {
                        open.Remove(bank);
                    }

                    break;
                case Kind.Precharge:
                    Assert.True(open.Remove(bank), "a precharge of a closed bank");
                    break;
                case Kind.PrechargeAll:
                    foreach (var other in open.Keys.Where(other => other.Item1 == command.Rank).ToList())
                    {
                        open.Remove(other);
                    }

                    break;
                case Kind.Refresh:
                    Assert.DoesNotContain(open.Keys, other => other.Item1 == command.Rank);
                    break;
            }
        }
    }

    private void CheckWindow(DramCommand[] own)
    {
        foreach (var rank in own.Where(command => command.Kind == Kind.Activate).GroupBy(command => command.Rank))
        {
            long[] clocks = [.. rank.Select(command => command.Clock)];
            for (int at = 4; at < clocks.Length; at++)
            {
                Assert.True(clocks[at] - clocks[at - 4] >= _timing.FourActivateWindowClocks, "five activates in a window of four");
            }
        }
    }

    private static bool IsRead(Kind kind) => kind is Kind.Read or Kind.ReadPrecharge;

    private static bool IsWrite(Kind kind) => kind is Kind.Write or Kind.WritePrecharge;

    private static bool IsColumn(Kind kind) => IsRead(kind) || IsWrite(kind);

    private long Gap(in DramCommand first, in DramCommand second)
    {
        bool sameBus = !_organisation.SeparateRowCommands || IsColumn(first.Kind) == IsColumn(second.Kind);
        long least = sameBus ? first.Kind == Kind.Activate ? _organisation.ActivateCommandClocks : 1 : 0;
        bool rank = first.Rank == second.Rank, whole = Whole(first.Kind) || Whole(second.Kind);
        bool group = rank && first.Group == second.Group, bank = rank && (whole || (group && first.Bank == second.Bank));
        if (IsColumn(first.Kind) && IsColumn(second.Kind) && (rank || !_organisation.PseudoChannels))
        {
            least = Math.Max(least, Column(first, second, rank, group && _organisation.BankGroups > 1));
        }

        if (rank && first.Kind == Kind.Activate && second.Kind == Kind.Activate)
        {
            least = Math.Max(least, group && _organisation.BankGroups > 1 ? _timing.GroupActivateSpacingClocks : _timing.ActivateSpacingClocks);
        }

        return bank ? Math.Max(least, Bank(first.Kind, second.Kind)) : least;
    }

    private static bool Whole(Kind kind) => kind is Kind.PrechargeAll or Kind.Refresh;

    // From the data on the bus: reads from tCL, writes from tCWL after their command, each for tBL.
    private long Column(in DramCommand first, in DramCommand second, bool rank, bool group)
    {
        int burst = _timing.BurstClocks, read = _timing.ReadLatencyClocks, write = _timing.WriteLatencyClocks;
        bool firstWrites = IsWrite(first.Kind), secondWrites = IsWrite(second.Kind);
        if (firstWrites == secondWrites)
        {
            int spacing = group ? _timing.GroupColumnSpacingClocks : _timing.ColumnSpacingClocks;
            return rank ? Math.Max(burst, spacing) : burst + (firstWrites ? 0 : _timing.BusTurnClocks);
        }

        if (!firstWrites)
        {
            return read + burst + _timing.BusTurnClocks - write;
        }

        int held = group ? _timing.GroupBurstClocks ?? burst : burst;
        int after = group ? _timing.GroupWriteToReadClocks : _timing.WriteToReadClocks;
        return rank ? write + held + after : write + burst + _timing.BusTurnClocks - read;
    }

    private long Bank(Kind first, Kind second)
    {
        int written = _timing.WriteLatencyClocks + _timing.BurstClocks + _timing.WriteRecoveryClocks;
        bool closes = second is Kind.Precharge or Kind.PrechargeAll, opens = second is Kind.Activate or Kind.Refresh;
        return first switch
        {
            Kind.Activate when IsRead(second) => _timing.ActivateToReadClocks,
            Kind.Activate when IsWrite(second) => _timing.ActivateToWriteClocks ?? _timing.ActivateToReadClocks,
            Kind.Activate when closes => _timing.ActivateToPrechargeClocks,
            Kind.Activate when opens => _timing.ActivateToActivateClocks,
            Kind.Precharge or Kind.PrechargeAll when opens => _timing.PrechargeClocks,
            Kind.Read when closes => _timing.ReadToPrechargeClocks,
            Kind.Write when closes => written,
            Kind.ReadPrecharge when opens => _timing.ReadToPrechargeClocks + _timing.PrechargeClocks,
            Kind.WritePrecharge when opens => written + _timing.PrechargeClocks,
            Kind.Refresh when opens => _timing.RefreshClocks,
            _ => 0,
        };
    }
}
