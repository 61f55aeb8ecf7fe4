using NpuSim.Isa.Machine;
using NpuSim.Simulator.Reports;

namespace NpuSim.Simulator.Energy;

/// <summary>What moves instructions and data: fetch and decode of instructions, the data registers of DMA engines.</summary>
internal static class ControlActions
{
    // A byte is written into a register when it comes in and when it goes out.
    private const int RegistersPassed = 2;

    public static void AddTo(EnergyLedger ledger, MachineSpec machine, EnergyPrices prices)
    {
        var register = prices.Dynamic(prices.Table.RegisterByte);
        ledger.Add("sequencer", "decode", EnergyPart.Control, "instruction", prices.Dynamic(prices.Table.InstructionDecode), actions => actions.Instructions);
        if (machine.Core.Sequencer.FetchBytes > 0)
        {
            ledger.Add("sequencer", "fetch register", EnergyPart.Control, "byte", register, actions => (double)RegistersPassed * actions.InstructionBytes);
        }

        ledger.Add("dma", "data register", EnergyPart.Control, "byte", register, actions => (double)RegistersPassed * actions.DmaBytes,
            SwitchedOperand.Transfer);
    }
}
