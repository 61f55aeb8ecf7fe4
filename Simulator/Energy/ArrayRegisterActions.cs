using NpuSim.Isa.Instructions;
using NpuSim.Isa.Machine;
using NpuSim.Simulator.Reports;

namespace NpuSim.Simulator.Energy;

/// <summary>What operands and sums cost on their way through the array, operand by operand.</summary>
/// <remarks>
/// Systolic: an operand that moves is registered at each multiply-accumulate; one that stays is shifted in once, past half of the rows on average;
/// sums move with weights or inputs that stay, and are registered where they are with outputs that stay. Dot product: operands are registered once
/// when they come from their buffer, a sum once per dot product. Row stationary: <see cref="ElementActions"/>.
/// </remarks>
internal static class ArrayRegisterActions
{
    private const string Component = "array";
    private const int SumBytes = 4;
    private const double BitsPerByte = 8;

    private static readonly ArrayFormat[] Formats = Enum.GetValues<ArrayFormat>();

    public static void AddTo(EnergyLedger ledger, MachineSpec machine, EnergyPrices prices)
    {
        var array = machine.Core.Array;
        switch (array.Kind)
        {
            case ArrayKind.Systolic:
            case ArrayKind.DotProduct:
                var register = prices.Dynamic(prices.Table.RegisterByte);
                Add("activation register", register, ActivationBytes(array), SwitchedOperand.Activation);
                Add("weight register", register, WeightBytes(array), SwitchedOperand.Weight);
                Add("sum register", register, SumRegisterBytes(array), SwitchedOperand.Sum);
                break;
            case ArrayKind.RowStationary:
                ElementActions.AddTo(ledger, array, prices);
                break;
        }

        void Add(string action, EnergyPrice price, Func<LayerActions, double> bytes, SwitchedOperand operand) =>
            ledger.Add(Component, action, EnergyPart.Array, "byte", price, bytes, operand);
    }

    private static Func<LayerActions, double> ActivationBytes(ArraySpec array) => array.Kind switch
    {
        ArrayKind.Systolic => array.Dataflow switch
        {
            Dataflow.WeightStationary or Dataflow.OutputStationary => actions => Moving(actions, ArrayOrder.ActivationBits),
            Dataflow.InputStationary => actions => actions.ActivationOperandBytes * RowsPassed(array),
        },
        ArrayKind.DotProduct or ArrayKind.RowStationary => actions => actions.ActivationOperandBytes,
    };

    private static Func<LayerActions, double> WeightBytes(ArraySpec array) => array.Kind switch
    {
        ArrayKind.Systolic => array.Dataflow switch
        {
            Dataflow.WeightStationary => actions => actions.WeightOperandBytes * RowsPassed(array),
            Dataflow.OutputStationary or Dataflow.InputStationary => actions => Moving(actions, ArrayOrder.WeightBits),
        },
        ArrayKind.DotProduct or ArrayKind.RowStationary => actions => actions.WeightOperandBytes,
    };

    private static Func<LayerActions, double> SumRegisterBytes(ArraySpec array) => array.Kind switch
    {
        ArrayKind.Systolic or ArrayKind.RowStationary => actions => SumBytes * AllMacs(actions),
        ArrayKind.DotProduct => actions => SumBytes * AllMacs(actions) / array.Rows,
    };

    // Shifted in from the edge: the first row takes one step, the last one as many as there are rows.
    private static double RowsPassed(ArraySpec array) => (array.Rows + 1) / 2.0;

    private static double Moving(LayerActions actions, Func<ArrayFormat, int> bits)
    {
        double bytes = 0;
        foreach (var format in Formats)
        {
            bytes += (actions.InsideMacs(format) + actions.PaddingMacs(format)) * (bits(format) / BitsPerByte);
        }

        return bytes;
    }

    private static double AllMacs(LayerActions actions)
    {
        long macs = 0;
        foreach (var format in Formats)
        {
            macs += actions.InsideMacs(format) + actions.PaddingMacs(format);
        }

        return macs;
    }
}
