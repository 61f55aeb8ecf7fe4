using NpuSim.Isa.Machine;
using NpuSim.Simulator.Reports;

namespace NpuSim.Simulator.Energy;

/// <summary>What moves instructions and data: fetch, queues and decode of instructions, the data queues of DMA engines.</summary>
internal static class ControlActions
{
    private const int InstructionBytes = 32;
    // One half is filled while the other one is read.
    private const int FetchBuffers = 2;
    // Below this a queue is flip-flops or latches.
    private const long SmallestMacro = 1024;

    public static void AddTo(EnergyLedger ledger, MachineSpec machine, EnergyPrices prices)
    {
        var (sequencer, dma) = (machine.Core.Sequencer, machine.Core.Dma);
        ledger.Add("sequencer", "decode", EnergyPart.Control, "instruction", prices.Dynamic(prices.Table.InstructionDecode), actions => actions.Instructions);
        int queues = dma.Engines + 2;
        AddQueue("sequencer", "instruction queue", queues, (long)sequencer.QueueDepth * InstructionBytes, InstructionBytes,
            "instruction", 1, actions => actions.Instructions);
        if (sequencer.FetchBytes > 0)
        {
            AddQueue("sequencer", "fetch buffer", 1, (long)FetchBuffers * sequencer.FetchBytes, InstructionBytes,
                "byte", 1.0 / InstructionBytes, actions => actions.InstructionBytes);
        }

        AddQueue("dma", "data queue", dma.Engines, (long)dma.OutstandingBursts * dma.BurstBytes, dma.BytesPerCycle,
            "byte", 1.0 / dma.BytesPerCycle, actions => actions.DmaBytes, SwitchedOperand.Transfer);

        // What goes through is written once and read once.
        void AddQueue(
            string component, string action, int queues, long capacity, int width, string unit, double accesses, Func<LayerActions, double> count,
            SwitchedOperand operand = SwitchedOperand.None)
        {
            bool small = capacity < SmallestMacro;
            var macro = small ? prices.RegisterFile(capacity, width) : prices.Sram(capacity, width, ports: 2);
            ledger.Add(component, action, EnergyPart.Control, unit, (macro.Read + macro.Write) * accesses, count, operand);
            if (!small)
            {
                ledger.AddLasting(component, $"leakage of the {action}", EnergyPart.Leakage, macro.Leakage * ((double)queues * machine.Cores));
            }
        }
    }
}
