using NpuSim.Isa.Energy;
using NpuSim.Isa.Machine;
using NpuSim.Simulator.Reports;
using NpuSim.Simulator.Streams;

namespace NpuSim.Simulator.Energy;

/// <summary>What logic costs because it is there: its clock tree and its leakage, component by component.</summary>
/// <remarks>The clock tree of a component: the pins of its flip-flops, and wires over its area. An engine without work takes the share of its clock, and
/// of its leakage, that the machine's gating leaves; the rest comes with the cycles that it works. Cycles of work are those of its own formula.</remarks>
internal static class LogicActions
{
    public static void AddTo(EnergyLedger ledger, MachineSpec machine, EnergyPrices prices, MachineArea area)
    {
        ledger.AddNotModelled("clock generation, pads");
        var gating = machine.Energy.Gating;
        foreach (var part in area.Parts)
        {
            var (busy, engines) = Work(part.Component, machine);
            var rows = part.Rows.Select(name => prices.Row(name)).ToArray();
            if (part.RegisterBits > 0 || part.Logic.Value > 0)
            {
                AddGated(ledger, part.Component, "clock tree", EnergyPart.Control, prices.ClockTree(part.RegisterBits, part.Logic, rows),
                    gating.IdleClockShare, busy, engines);
            }

            if (part.Logic.Value > 0)
            {
                AddGated(ledger, part.Component, "leakage of logic", EnergyPart.Leakage, prices.LogicLeakage(part.Logic, rows),
                    gating.IdleLeakageShare, busy, engines);
            }
        }
    }

    // The price is that of all engines of the component together.
    private static void AddGated(
        EnergyLedger ledger, string component, string action, EnergyPart part, EnergyPrice price, double idleShare, Func<LayerActions, long>? busy, int engines)
    {
        if (busy is null || idleShare == 1)
        {
            ledger.AddLasting(component, action, part, price);
            return;
        }

        if (idleShare > 0)
        {
            ledger.AddLasting(component, $"{action}, always", part, price * idleShare);
        }

        ledger.Add(component, $"{action}, at work", part, "cycle of an engine", price * ((1 - idleShare) / engines), actions => busy(actions));
    }

    // Cycles in which the engines of a component work, all together, and how many there are; memories and the sequencer always do.
    private static (Func<LayerActions, long>? Busy, int Engines) Work(string component, MachineSpec machine) => component switch
    {
        "array" => (actions => actions.TotalCycles(Units.Array), machine.Cores),
        "vector unit" => (actions => actions.TotalCycles(Units.Vector), machine.Cores),
        "dma" => (actions => TransferCycles(actions, machine.Core.Dma.Engines), machine.Cores * machine.Core.Dma.Engines),
        _ => (null, 1),
    };

    private static long TransferCycles(LayerActions actions, int engines)
    {
        long sum = 0;
        for (int engine = 0; engine < engines; engine++)
        {
            sum += actions.TotalCycles(Units.FirstDma + engine);
        }

        return sum;
    }
}
