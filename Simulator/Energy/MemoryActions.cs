using NpuSim.Isa.Instructions;
using NpuSim.Isa.Machine;
using NpuSim.Simulator.Reports;

namespace NpuSim.Simulator.Energy;

/// <summary>What memories do: accesses of the buffers' banks, bytes of the external memories.</summary>
internal static class MemoryActions
{
    public static void AddTo(EnergyLedger ledger, MachineSpec machine, EnergyPrices prices)
    {
        var core = machine.Core;
        AddBuffer(ledger, prices, "activation buffer", MemorySpace.Activation, core.Activation);
        AddBuffer(ledger, prices, "weight buffer", MemorySpace.Weight, core.Weight);
        AddBuffer(ledger, prices, "accumulator buffer", MemorySpace.Accumulator, core.Accumulator);
        if (machine.GlobalBuffer is { } global)
        {
            AddSram(ledger, prices, "global buffer", MemorySpace.Global, global.SizeBytes, global.BytesPerCycle);
        }

        if (machine.Memory.Dram is { } dram)
        {
            ledger.Add("dram", "read", EnergyPart.Dram, "byte", EnergyPrices.DramByte(dram.Standard, write: false), a => a.ReadBytes(MemorySpace.Dram));
            ledger.Add("dram", "write", EnergyPart.Dram, "byte", EnergyPrices.DramByte(dram.Standard, write: true), a => a.WrittenBytes(MemorySpace.Dram));
            ledger.AddNotModelled("dram: standby, refresh and the memory controller");
        }

        if (machine.Memory.Flash is { } flash)
        {
            const double BitsPerByte = 8;
            var read = EnergyPrices.Stated(flash.PicojoulesPerBit * BitsPerByte, "memory.flash.picojoulesPerBit");
            ledger.Add("flash", "read", EnergyPart.Dram, "byte", read, actions => actions.ReadBytes(MemorySpace.Flash));
            ledger.AddNotModelled("flash: standby");
        }

        ledger.AddNotModelled("network: wires between memory interfaces, DMA engines and buffers");
    }

    // Banks are macros of their own; an access takes the whole width of one.
    private static void AddBuffer(EnergyLedger ledger, EnergyPrices prices, string component, MemorySpace space, BufferSpec buffer) =>
        AddSram(ledger, prices, component, space, Math.Max(1, buffer.SizeBytes / buffer.Banks), buffer.BytesPerBankCycle);

    private static void AddSram(EnergyLedger ledger, EnergyPrices prices, string component, MemorySpace space, long capacity, int width)
    {
        string unit = FormattableString.Invariant($"access of {width} B");
        ledger.Add(component, "read", EnergyPart.Sram, unit, prices.SramByte(capacity, width, write: false) * width,
            actions => actions.ReadBytes(space) / (double)width);
        ledger.Add(component, "write", EnergyPart.Sram, unit, prices.SramByte(capacity, width, write: true) * width,
            actions => actions.WrittenBytes(space) / (double)width);
    }
}
