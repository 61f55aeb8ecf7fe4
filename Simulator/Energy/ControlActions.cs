using NpuSim.Isa.Machine;
using NpuSim.Simulator.Reports;

namespace NpuSim.Simulator.Energy;

/// <summary>What runs the others: instructions, transfers, the host.</summary>
internal static class ControlActions
{
    // A byte on its way through a DMA engine is written into a register when it comes in and when it goes out.
    private const int DmaRegisters = 2;

    public static void AddTo(EnergyLedger ledger, MachineSpec machine, EnergyPrices prices)
    {
        var host = machine.Host;
        ledger.Add("sequencer", "decode", EnergyPart.Control, "instruction", prices.Dynamic(prices.Table.InstructionDecode), actions => actions.Instructions);
        ledger.Add("dma", "data register", EnergyPart.Control, "byte", prices.Dynamic(prices.Table.RegisterByte),
            actions => (double)DmaRegisters * actions.DmaBytes);
        // The whole processor for as long as a call lasts, whatever it does meanwhile.
        double work = host.MegaOperationsPerSecond * host.PicojoulesPerOperation / machine.ClockMHz;
        ledger.Add("host", "work", EnergyPart.Host, "cycle",
            EnergyPrices.Stated(work, "host.megaOperationsPerSecond", "host.picojoulesPerOperation"), actions => actions.HostCycles);
        ledger.AddNotModelled("clock trees and idle cycles of engines between instructions");
    }
}
