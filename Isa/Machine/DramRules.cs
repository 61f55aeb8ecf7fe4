using System.Numerics;

namespace NpuSim.Isa.Machine;

/// <summary>Rules between members of a memory device and its controller, which a single range cannot say.</summary>
public static class DramRules
{
    /// <summary>The fields of an address.</summary>
    private static readonly string[] Fields = ["ro", "ch", "ra", "ba", "bg", "co"];

    // Sets of banks are kept in 64 bits.
    private const int MostBanks = 64;

    /// <summary>Checks every rule.</summary>
    /// <param name="device">The device, each member in its range.</param>
    /// <param name="controller">The controller, each member in its range.</param>
    /// <param name="channels">Channels.</param>
    /// <param name="place">What stands before a key in messages: <c>file: </c>, or the path of the part behind it.</param>
    /// <exception cref="MachineException">The first rule that is broken.</exception>
    public static void Check(DramDeviceSpec device, DramControllerSpec controller, int channels, string place)
    {
        void Require(bool holds, string key, object found, string expected)
        {
            if (!holds)
                throw new MachineException(FormattableString.Invariant($"{place}{key}: found {found}, expected {expected}"));
        }

        var (organisation, timing) = (device.Organisation, device.Timing);
        foreach (var (key, size) in new[]
        {
            ("channels", channels), ("organisation.burstBytes", organisation.BurstBytes), ("organisation.ranks", organisation.Ranks),
            ("organisation.bankGroups", organisation.BankGroups), ("organisation.banksPerGroup", organisation.BanksPerGroup),
            ("organisation.rows", organisation.Rows), ("organisation.burstsPerRow", organisation.BurstsPerRow),
        })
        {
            Require(BitOperations.IsPow2(size), key, size, "a power of two");
        }

        int banks = organisation.BanksPerRank * organisation.Ranks;
        Require(banks <= MostBanks, "organisation", $"{banks} banks in a channel", $"at most {MostBanks}");
        Require(timing.ActivateToActivateClocks >= timing.ActivateToPrechargeClocks, "timing.tRC", timing.ActivateToActivateClocks, "at least tRAS");
        Require(
            timing.RefreshIntervalClocks > timing.RefreshClocks + timing.ActivateToActivateClocks, "timing.tREFI", timing.RefreshIntervalClocks,
            "more than tRFC and tRC together, so that there is time between refreshes");
        string mapping = controller.AddressMapping;
        Require(
            mapping.Length == 2 * Fields.Length && Fields.All(field => Enumerable.Range(0, Fields.Length).Any(at => mapping.AsSpan(2 * at, 2).SequenceEqual(field))),
            "controller.addressMapping", mapping, $"each of {string.Join(", ", Fields)} once, most significant first");
        Require(controller.DrainBelow <= controller.DrainAbove, "controller.drainBelow", controller.DrainBelow, "at most drainAbove");
    }
}
