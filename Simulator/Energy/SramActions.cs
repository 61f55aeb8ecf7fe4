using NpuSim.Isa.Instructions;
using NpuSim.Isa.Machine;
using NpuSim.Simulator.Reports;

namespace NpuSim.Simulator.Energy;

/// <summary>What memories on the chip do: accesses of a bank's whole width, and leakage.</summary>
/// <remarks>Banks are macros of their own. Accesses are bytes over the width: narrower ones are taken to be gathered.</remarks>
internal static class SramActions
{
    public static void AddTo(EnergyLedger ledger, MachineSpec machine, EnergyPrices prices)
    {
        var core = machine.Core;
        AddBuffer("activation buffer", MemorySpace.Activation, core.Activation, SwitchedOperand.Activation);
        AddBuffer("weight buffer", MemorySpace.Weight, core.Weight, SwitchedOperand.Weight);
        AddBuffer("accumulator buffer", MemorySpace.Accumulator, core.Accumulator, SwitchedOperand.Sum);
        if (machine.GlobalBuffer is { } global)
        {
            var macro = prices.Sram(global.SizeBytes, global.BytesPerCycle);
            Add("global buffer", macro, 1, global.BytesPerCycle, actions => actions.ReadBytes(MemorySpace.Global), actions => actions.WrittenBytes(MemorySpace.Global),
                SwitchedOperand.Transfer);
        }

        if (machine.Memory.Cache is { } cache)
        {
            Add("cache", prices.Sram(cache.SizeBytes, cache.LineBytes), 1, cache.LineBytes,
                actions => actions.Cached.NearReads, actions => actions.Cached.NearWrites + actions.Cached.NearFills);
        }

        if (machine.Memory.SystemCache is { } far)
        {
            Add("system cache", prices.Sram(far.SizeBytes, far.LineBytes), 1, far.LineBytes,
                actions => actions.Cached.FarReads, actions => actions.Cached.FarFills);
        }

        void AddBuffer(string component, MemorySpace space, BufferSpec buffer, SwitchedOperand operand)
        {
            var macro = prices.Sram(Math.Max(1, buffer.SizeBytes / buffer.Banks), buffer.BytesPerBankCycle, buffer.Ports);
            Add(component, macro, (long)buffer.Banks * machine.Cores, buffer.BytesPerBankCycle,
                actions => actions.ReadBytes(space), actions => actions.WrittenBytes(space), operand);
        }

        void Add(
            string component, in SramPrices macro, long macros, int width, Func<LayerActions, long> read, Func<LayerActions, long> written,
            SwitchedOperand operand = SwitchedOperand.None)
        {
            string unit = FormattableString.Invariant($"access of {width} B");
            ledger.Add(component, "read", EnergyPart.Sram, unit, macro.Read, actions => read(actions) / (double)width, operand);
            ledger.Add(component, "write", EnergyPart.Sram, unit, macro.Write, actions => written(actions) / (double)width, operand);
            ledger.AddLasting(component, "leakage", EnergyPart.Leakage, macro.Leakage * macros);
        }
    }
}
