using NpuSim.Isa.Instructions;
using NpuSim.Isa.Machine;
using NpuSim.Simulator.Reports;
using NpuSim.Simulator.Streams;

namespace NpuSim.Simulator.Energy;

/// <summary>What the array does: multiplications with their accumulation, the registers that operands and sums pass through, and multipliers without
/// work while a pass runs.</summary>
/// <remarks>Taps in padding cost an idle multiplier where the array gates zeros. Registers are apart by operand, so that each can be held against how
/// often its bits change.</remarks>
internal static class ArrayActions
{
    private const string Component = "array";
    // Partial sums are passed on in 4 bytes.
    private const int SumBytes = 4;

    private static readonly ArrayFormat[] Formats = Enum.GetValues<ArrayFormat>();

    public static void AddTo(EnergyLedger ledger, MachineSpec machine, EnergyPrices prices)
    {
        var array = machine.Core.Array;
        bool gates = Gates(array.Sparsity);
        foreach (var format in Formats.Where(format => array.Rate(format) > 0))
        {
            ledger.Add(Component, $"{EnergyNames.Of(format)} mac", EnergyPart.Array, "mac", prices.Dynamic(prices.Table.Mac(format)),
                actions => Working(actions, format, gates));
        }

        ledger.Add(Component, "multiplier without work", EnergyPart.Array, "cycle", prices.Dynamic(prices.Table.IdleMac),
            actions => IdlePlaces(actions, array, gates));
        var register = prices.Dynamic(prices.Table.RegisterByte);
        ledger.Add(Component, "activation register", EnergyPart.Array, "byte", register, actions => ActivationBytes(actions, array));
        ledger.Add(Component, "weight register", EnergyPart.Array, "byte", register, actions => WeightBytes(actions, array));
        if (array.Kind != ArrayKind.DotProduct)
        {
            ledger.Add(Component, "sum register", EnergyPart.Array, "byte", register, actions => SumRegisterBytes(actions, array));
        }

        if (gates)
        {
            ledger.AddNotModelled("array: gating of zeros in data (only padding is gated)");
        }
    }

    private static bool Gates(Sparsity sparsity) => sparsity switch
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

    private static double ActivationBytes(LayerActions actions, ArraySpec array) => array.Kind switch
    {
        ArrayKind.Systolic => array.Dataflow switch
        {
            Dataflow.WeightStationary or Dataflow.OutputStationary => OperandBytes(actions, ArrayOrder.ActivationBits),
            Dataflow.InputStationary => 0,
        },
        // Broadcast: an operand is registered once when it comes from its buffer.
        ArrayKind.DotProduct => actions.ActivationOperandBytes,
        // Every product takes both operands from the element's own registers and adds to a sum there.
        ArrayKind.RowStationary => OperandBytes(actions, ArrayOrder.ActivationBits),
    };

    private static double WeightBytes(LayerActions actions, ArraySpec array) => array.Kind switch
    {
        ArrayKind.Systolic => array.Dataflow switch
        {
            Dataflow.WeightStationary => 0,
            Dataflow.OutputStationary or Dataflow.InputStationary => OperandBytes(actions, ArrayOrder.WeightBits),
        },
        ArrayKind.DotProduct => actions.WeightOperandBytes,
        ArrayKind.RowStationary => OperandBytes(actions, ArrayOrder.WeightBits),
    };

    private static double SumRegisterBytes(LayerActions actions, ArraySpec array) => array.Kind switch
    {
        ArrayKind.Systolic => array.Dataflow switch
        {
            Dataflow.WeightStationary or Dataflow.InputStationary => (double)SumBytes * AllMacs(actions),
            Dataflow.OutputStationary => 0,
        },
        ArrayKind.DotProduct => 0,
        ArrayKind.RowStationary => (double)SumBytes * AllMacs(actions),
    };

    private static double OperandBytes(LayerActions actions, Func<ArrayFormat, int> bits)
    {
        const double BitsPerByte = 8;
        double bytes = 0;
        foreach (var format in Formats)
        {
            bytes += (actions.InsideMacs(format) + actions.PaddingMacs(format)) * (bits(format) / BitsPerByte);
        }

        return bytes;
    }

    private static long AllMacs(LayerActions actions)
    {
        long macs = 0;
        foreach (var format in Formats)
        {
            macs += actions.InsideMacs(format) + actions.PaddingMacs(format);
        }

        return macs;
    }
}
