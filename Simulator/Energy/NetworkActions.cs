using NpuSim.Isa.Energy;
using NpuSim.Isa.Instructions;
using NpuSim.Isa.Machine;
using NpuSim.Simulator.Reports;

namespace NpuSim.Simulator.Energy;

/// <summary>What data cost on their way between memories and engines: wires and hops.</summary>
/// <remarks>
/// Blocks are taken to be squares of their area, and a way to be half a side: from the edge of the chip, or from the global buffer, to a core half the
/// chip's; from a core's DMA engines to its buffers half the core's; from a bank to its buffer's edge half the buffer's, where there are several banks
/// (the wires of a single one are in its access). What is shared is reached over one crossbar, as wide as an engine moves in a cycle.
/// </remarks>
internal static class NetworkActions
{
    private const string Component = "network";
    private const double BitsPerByte = 8;

    private static readonly PriceRow Floorplan = new(
        "model halfSide", "model halfSide: blocks are squares, and wires between them half a side long (docs/energy/actions.md)");

    public static void AddTo(EnergyLedger ledger, MachineSpec machine, EnergyPrices prices, MachineArea area)
    {
        var chip = HalfSide(area.TotalMm2);
        var core = HalfSide(CoreArea(machine, area));
        Wires("to external memory", chip, actions => Moved(actions, MemorySpace.Dram) + Moved(actions, MemorySpace.Flash));
        if (machine.GlobalBuffer is not null)
        {
            Wires("to the global buffer", chip, actions => Moved(actions, MemorySpace.Global));
        }

        Wires("to private buffers", core,
            actions => Moved(actions, MemorySpace.Activation) + Moved(actions, MemorySpace.Weight) + Moved(actions, MemorySpace.Accumulator));
        var hop = prices.Dynamic(prices.Table.Router.Hop((int)Math.Min(int.MaxValue, machine.Core.Dma.BytesPerCycle * (long)BitsPerByte), buffered: false));
        ledger.Add(Component, "crossbar", EnergyPart.Network, "byte", hop * BitsPerByte,
            actions => Moved(actions, MemorySpace.Dram) + Moved(actions, MemorySpace.Flash) + Moved(actions, MemorySpace.Global), SwitchedOperand.Transfer);
        AddBanks("activation buffer", MemorySpace.Activation, machine.Core.Activation, SwitchedOperand.Activation);
        AddBanks("weight buffer", MemorySpace.Weight, machine.Core.Weight, SwitchedOperand.Weight);
        AddBanks("accumulator buffer", MemorySpace.Accumulator, machine.Core.Accumulator, SwitchedOperand.Sum);

        void AddBanks(string component, MemorySpace space, BufferSpec buffer, SwitchedOperand operand)
        {
            if (buffer.Banks > 1)
            {
                Wires($"between the banks of the {component}", HalfSide(area.Mm2(component) * (1.0 / machine.Cores)),
                    actions => actions.ReadBytes(space) + actions.WrittenBytes(space), operand);
            }
        }

        void Wires(string where, EnergyBand millimetres, Func<LayerActions, double> bytes, SwitchedOperand operand = SwitchedOperand.Transfer)
        {
            var perBit = prices.Dynamic(prices.Table.Wire);
            var price = new EnergyPrice(perBit.Picojoules * millimetres * BitsPerByte, [.. perBit.Rows, Floorplan]);
            ledger.Add(Component, $"wires {where}", EnergyPart.Network, "byte", price, bytes, operand);
        }
    }

    private static double Moved(LayerActions actions, MemorySpace space) => actions.MovedBytes(space);

    // What lies outside of cores is shared.
    private static EnergyBand CoreArea(MachineSpec machine, MachineArea area)
    {
        EnergyBand sum = default;
        foreach (var part in area.Parts)
        {
            sum += part.Component is "global buffer" or "cache" or "system cache" ? default : part.Mm2;
        }

        return sum * (1.0 / machine.Cores);
    }

    private static EnergyBand HalfSide(EnergyBand area) => new(Math.Sqrt(area.Value) / 2, Math.Sqrt(area.Low) / 2, Math.Sqrt(area.High) / 2);
}
