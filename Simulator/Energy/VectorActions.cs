using NpuSim.Isa.Instructions;
using NpuSim.Isa.Machine;
using NpuSim.Simulator.Reports;

namespace NpuSim.Simulator.Energy;

/// <summary>What the vector unit does, class by class and format by format.</summary>
internal static class VectorActions
{
    private static readonly (TimingClass Class, string Name, string Unit)[] Classes =
    [
        (TimingClass.VectorSimple, "simple", "element"), (TimingClass.VectorMultiply, "multiply", "element"),
        (TimingClass.VectorSpecial, "special function", "element"), (TimingClass.VectorLookup, "look-up", "element"),
        (TimingClass.VectorPool, "pool", "tap"), (TimingClass.VectorReduce, "reduce", "element"),
    ];

    public static void AddTo(EnergyLedger ledger, MachineSpec machine, EnergyPrices prices)
    {
        foreach (var (timing, name, unit) in Classes)
        {
            foreach (var format in Enum.GetValues<VectorFormat>())
            {
                var price = prices.Dynamic(prices.Table.Vector.Entry(timing, format));
                ledger.Add("vector unit", $"{name}, {EnergyNames.Of(format)}", EnergyPart.Vector, unit, price, actions => actions.Elements(timing, format),
                    SwitchedOperand.Result);
            }
        }
    }
}
