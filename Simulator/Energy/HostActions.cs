using NpuSim.Isa.Machine;
using NpuSim.Simulator.Reports;

namespace NpuSim.Simulator.Energy;

/// <summary>The processor beside the NPU: the whole of it for as long as a call lasts, whatever it does meanwhile, and what it takes while it waits.</summary>
internal static class HostActions
{
    public static void AddTo(EnergyLedger ledger, MachineSpec machine, EnergyPrices prices)
    {
        var host = machine.Host;
        var work = prices.StatedPower(host.WorkMilliwatts, "host.megaOperationsPerSecond", "host.picojoulesPerOperation");
        if (host.IdleMilliwatts is { } milliwatts)
        {
            // It waits all the time; at work it takes what lies between.
            var idle = prices.StatedPower(milliwatts, "host.idleMilliwatts");
            ledger.Add("host", "work beyond idle", EnergyPart.Host, "cycle", EnergyPrice.Beyond(work, idle), actions => actions.HostCycles);
            ledger.AddLasting("host", "idle", EnergyPart.Host, idle);
        }
        else
        {
            ledger.Add("host", "work", EnergyPart.Host, "cycle", work, actions => actions.HostCycles);
            ledger.AddNotModelled("host: what it takes while it waits (host.idleMilliwatts is not given)");
        }
    }
}
