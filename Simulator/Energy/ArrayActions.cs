using NpuSim.Isa.Instructions;
using NpuSim.Isa.Machine;
using NpuSim.Simulator.Reports;
using NpuSim.Simulator.Streams;

namespace NpuSim.Simulator.Energy;

/// <summary>What multipliers of the array do: multiplications with their accumulation, and cycles of a pass without work.</summary>
/// <remarks>Taps in padding cost an idle multiplier where the array gates zeros. The registers between them: <see cref="ArrayRegisterActions"/>.</remarks>
internal static class ArrayActions
{
    private const string Component = "array";

    private static readonly ArrayFormat[] Formats = Enum.GetValues<ArrayFormat>();

    public static void AddTo(EnergyLedger ledger, MachineSpec machine, EnergyPrices prices)
    {
        var array = machine.Core.Array;
        bool gates = Gates(array.Sparsity);
        foreach (var format in Formats)
        {
            if (array.Rate(format) > 0)
            {
                ledger.Add(Component, $"{EnergyNames.Of(format)} mac", EnergyPart.Array, "mac", prices.Dynamic(prices.Table.Mac(array.Carrier(format))),
                    actions => Working(actions, format, gates), SwitchedOperand.Product, ZeroGate.Product);
            }
        }

        ledger.Add(Component, "multiplier without work", EnergyPart.Array, "cycle", prices.Dynamic(prices.Table.IdleMac),
            actions => IdlePlaces(actions, array, gates));
    }

    /// <summary>Whether a zero activation saves energy.</summary>
    public static bool Gates(Sparsity sparsity) => sparsity switch
    {
        Sparsity.None => false,
        Sparsity.ZeroGating => true,
    };

    private static long Working(LayerActions actions, ArrayFormat format, bool gates) =>
        actions.InsideMacs(format) + (gates ? 0 : actions.PaddingMacs(format));

    private static double IdlePlaces(LayerActions actions, ArraySpec array, bool gates)
    {
        double places = (double)actions.TotalCycles(Units.Array) * array.PeakMacsPerCycle;
        foreach (var format in Formats)
        {
            long working = Working(actions, format, gates);
            // A multiplier that does several products a cycle, or takes several cycles for one, is busy for as long.
            places -= working == 0 ? 0 : working / array.Rate(format);
        }

        return Math.Max(0, places);
    }
}
