using NpuSim.Isa.Energy;
using NpuSim.Isa.Machine;
using NpuSim.Simulator.Execution;

namespace NpuSim.Simulator.Energy;

/// <summary>What energy must know of the data of a layer: shares of zeros, and shares of bits that change from word to word. Null where
/// nothing passed
/// that could tell.</summary>
/// <param name="ZeroActivations">Share of products inside of tiles whose activation is zero.</param>
/// <param name="ZeroWeights">Share of products whose weight is zero.</param>
/// <param name="Activations">Of bits of activations as they enter the array.</param>
/// <param name="Weights">Of bits of weights as they enter the array.</param>
/// <param name="Sums">Of bits of sums.</param>
/// <param name="Results">Of bits of results of the vector unit, or of a hardware layer.</param>
/// <param name="Transfers">Of bits that DMA engines move.</param>
internal readonly record struct LayerActivity(
    double? ZeroActivations, double? ZeroWeights, double? Activations, double? Weights, double? Sums, double? Results, double? Transfers)
{
    /// <summary>Of bits of those activations that are not zero, which alone reach a multiplier that zeros are kept from.</summary>
    public double? ActiveActivations { get; init; }

    /// <summary>As operands were seen to be.</summary>
    public static LayerActivity Of(LayerStatistics counts)
    {
        double? zeros = counts.Share(OperandCount.ZeroProducts, OperandCount.Products);
        double? activations = counts.Share(OperandCount.ActivationFlips, OperandCount.ActivationBits);
        return new LayerActivity(
            zeros, counts.Share(OperandCount.ZeroWeights, OperandCount.Weights), activations,
            counts.Share(OperandCount.WeightFlips, OperandCount.WeightBits), counts.Share(OperandCount.SumFlips, OperandCount.SumBits),
            counts.Share(OperandCount.ResultFlips, OperandCount.ResultBits), counts.Share(OperandCount.TransferFlips, OperandCount.TransferBits))
        {
            ActiveActivations = Active(activations, zeros ?? 0),
        };
    }

    /// <summary>As the machine declares its data to be.</summary>
    /// <param name="declared">Zeros, and switching relative to what the tables stand for.</param>
    /// <param name="reference">Share of bits that change for which the tables hold.</param>
    public static LayerActivity Declared(ActivitySpec declared, double reference)
    {
        double toggles = declared.Toggles * reference;
        return new LayerActivity(declared.Zeros, null, toggles, toggles, toggles, toggles, toggles) { ActiveActivations = toggles };
    }

    /// <summary>Share of the bits of an operand that change; null where that is not known.</summary>
    /// <param name="operand">Whose bits.</param>
    /// <param name="gated">Whether zero activations are kept from it.</param>
    public double? Toggles(SwitchedOperand operand, bool gated) => operand switch
    {
        SwitchedOperand.None => null,
        SwitchedOperand.Activation => Activations,
        SwitchedOperand.Weight => Weights,
        SwitchedOperand.Sum => Sums,
        // Both inputs of a multiplier count alike.
        SwitchedOperand.Product => Mean(gated ? ActiveActivations : Activations, Weights),
        SwitchedOperand.Result => Results,
        SwitchedOperand.Transfer => Transfers,
    };

    private static double? Mean(double? a, double? b) => (a + b) / 2 ?? a ?? b;

    // Two zeros one behind the other change nothing; where zeros lie as if drawn, all other pairs change alike.
    private static double? Active(double? toggles, double zeros) =>
        zeros < 1 && toggles is { } all ? Math.Min(1, all / (1 - (zeros * zeros))) : toggles;
}
