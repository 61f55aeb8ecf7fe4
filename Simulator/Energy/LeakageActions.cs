using NpuSim.Isa.Machine;
using NpuSim.Simulator.Reports;

namespace NpuSim.Simulator.Energy;

/// <summary>Leakage of everything on the chip, for as long as the machine runs.</summary>
internal static class LeakageActions
{
    public static void AddTo(EnergyLedger ledger, MachineSpec machine, EnergyPrices prices)
    {
        var core = machine.Core;
        Add("activation buffer", prices.SramLeakage(core.Activation.SizeBytes * machine.Cores));
        Add("weight buffer", prices.SramLeakage(core.Weight.SizeBytes * machine.Cores));
        Add("accumulator buffer", prices.SramLeakage(core.Accumulator.SizeBytes * machine.Cores));
        Add("array", prices.LogicLeakage(prices.Table.MacLeakage, (double)core.Array.PeakMacsPerCycle * machine.Cores));
        if (machine.GlobalBuffer is { } global)
        {
            Add("global buffer", prices.SramLeakage(global.SizeBytes));
        }

        ledger.AddNotModelled("leakage of vector units, DMA engines and sequencers");

        void Add(string component, EnergyPrice price) => ledger.AddLasting(component, "leakage", EnergyPart.Leakage, price);
    }
}
