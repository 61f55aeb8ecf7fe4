using NpuSim.Isa.Instructions;
using NpuSim.Isa.Machine;
using NpuSim.Simulator.Reports;

namespace NpuSim.Simulator.Energy;

/// <summary>What operands and sums cost in the elements of a row-stationary array.</summary>
/// <remarks>Each product takes its weight and its activation from the element's scratch pads, and its sum out of one and back; where there is no pad for
/// activations they move on as in a systolic array. A pad is written once for every byte that comes from the buffers: how many elements take the same
/// byte is not counted. Operands fill as much of a pad and a register as the datapath that carries them.</remarks>
internal static class ElementActions
{
    private const string Component = "array";
    private const double BitsPerByte = 8;

    private static readonly ArrayFormat[] Formats = Enum.GetValues<ArrayFormat>();

    public static void AddTo(EnergyLedger ledger, ArraySpec array, EnergyPrices prices)
    {
        // The pads are as wide as the operands of int8 are carried; wider formats take several accesses.
        double width = ArrayOrder.ActivationBits(array.Carrier(ArrayFormat.Int8)) / BitsPerByte, sumWidth = array.ElementSumBits / BitsPerByte;
        double Carried(LayerActions actions, Func<ArrayFormat, int> bits) =>
            Formats.Sum(format => Macs(actions, format) * Math.Max(1, bits(array.Carrier(format)) / (width * BitsPerByte)));
        if (array.ElementActivations == 0)
        {
            ledger.Add(Component, "activation register", EnergyPart.Array, "byte", prices.Dynamic(prices.Table.RegisterByte),
                actions => Carried(actions, ArrayOrder.ActivationBits) * width, SwitchedOperand.Activation);
        }
        else
        {
            var activations = prices.RegisterFile((long)Math.Ceiling(array.ElementActivations * width), width);
            Add("activation scratch pad read", activations.Read, actions => Carried(actions, ArrayOrder.ActivationBits), SwitchedOperand.Activation);
            Add("activation scratch pad write", activations.Write, actions => actions.ActivationOperandBytes, SwitchedOperand.Activation);
        }

        var weights = prices.RegisterFile((long)Math.Ceiling(array.ElementWeights * width), width);
        Add("weight scratch pad read", weights.Read, actions => Carried(actions, ArrayOrder.WeightBits), SwitchedOperand.Weight, ZeroGate.Access);
        Add("weight scratch pad write", weights.Write, actions => actions.WeightOperandBytes, SwitchedOperand.Weight);
        var sums = prices.RegisterFile((long)Math.Ceiling(array.ElementSums * sumWidth), sumWidth);
        Add("sum scratch pad read", sums.Read, AllMacs, SwitchedOperand.Sum, ZeroGate.Access);
        Add("sum scratch pad write", sums.Write, AllMacs, SwitchedOperand.Sum, ZeroGate.Access);

        void Add(
            string action, EnergyPrice price, Func<LayerActions, double> accesses, SwitchedOperand operand, ZeroGate gate = ZeroGate.None) =>
            ledger.Add(Component, action, EnergyPart.Array, "access", price, accesses, operand, gate);
    }

    private static double AllMacs(LayerActions actions) => Formats.Sum(format => Macs(actions, format));

    private static double Macs(LayerActions actions, ArrayFormat format) => actions.InsideMacs(format) + actions.PaddingMacs(format);
}
