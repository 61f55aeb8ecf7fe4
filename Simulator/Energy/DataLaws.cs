using NpuSim.Isa.Energy;
using NpuSim.Isa.Machine;
using NpuSim.Simulator.Reports;

namespace NpuSim.Simulator.Energy;

/// <summary>How the energy of an action goes with its data: docs/energy/data.md.</summary>
/// <remarks>Share of the table's energy = (fixed + (1 − fixed) · toggles / reference) · (1 − z · (1 − left)), where z is the share of
/// actions that are gated and left what
/// one of those still takes. Where nothing is known of an operand its energy is that of the table.</remarks>
internal sealed class DataLaws(MachineSpec machine)
{
    private static readonly Lazy<ActivityTable> Table = new(ActivityTable.Load);
    private static readonly EnergyBand Whole = new(1, 1, 1);

    private readonly bool _gates = ArrayActions.Gates(machine.Core.Array.Sparsity);

    /// <summary>Share of bits that change for which the tables hold.</summary>
    public static double Reference => Table.Value.ReferenceToggles.Value;

    /// <summary>The numbers of the laws that are nobody's, each with its reason.</summary>
    public static IReadOnlyList<string> Assumed => Table.Value.Assumed();

    /// <summary>Names of the rows of the laws.</summary>
    public static IReadOnlyList<string> Rows => [.. Table.Value.Rows().Select(row => row.Name)];

    /// <summary>Share of the table's energy that an action takes in a layer.</summary>
    /// <param name="action">The action.</param>
    /// <param name="actions">What the layer did.</param>
    /// <param name="activity">Its data.</param>
    public EnergyBand Share(PricedAction action, LayerActions actions, in LayerActivity activity) =>
        Switched(action, activity) * Gated(action.Gate, actions, activity);

    /// <summary>Products of a layer that the array gates: those with a zero activation, and those with padding.</summary>
    public double GatedProducts(LayerActions actions, in LayerActivity activity) =>
        _gates ? ((activity.ZeroActivations ?? 0) * actions.Products.Inside) + actions.Products.Padding : 0;

    private EnergyBand Switched(PricedAction action, in LayerActivity activity)
    {
        if (Fixed(action) is not { } entry || activity.Toggles(action.Operand, _gates) is not { } toggles)
        {
            return Whole;
        }

        double Of(double share) => share + ((1 - share) * toggles / Reference);
        double low = Of(entry.Low), high = Of(entry.High);
        return new EnergyBand(Of(entry.Value), Math.Min(low, high), Math.Max(low, high));
    }

    private EnergyBand Gated(ZeroGate gate, LayerActions actions, in LayerActivity activity)
    {
        if (!_gates || activity.ZeroActivations is not { } zeros)
        {
            return Whole;
        }

        switch (gate)
        {
            case ZeroGate.None:
                return Whole;
            case ZeroGate.Product:
                return Left(zeros, Table.Value.GatedProduct);
            case ZeroGate.Access:
                var (inside, padding) = actions.Products;
                return inside + padding == 0 ? Whole : Left(((zeros * inside) + padding) / (inside + padding), Table.Value.GatedAccess);
            default:
                throw new ArgumentOutOfRangeException(nameof(gate), gate, "not a gate");
        }
    }

    private static EnergyBand Left(double zeros, EnergyEntry left) =>
        new(1 - (zeros * (1 - left.Value)), 1 - (zeros * (1 - left.Low)), 1 - (zeros * (1 - left.High)));

    // What carries the bits: what is gated in the array besides multipliers are scratch pads.
    private static EnergyEntry? Fixed(PricedAction action) => action.Part switch
    {
        EnergyPart.Array when action.Operand == SwitchedOperand.Product => Table.Value.MultiplierFixed,
        EnergyPart.Array => action.Gate == ZeroGate.Access ? Table.Value.MemoryFixed : Table.Value.RegisterFixed,
        EnergyPart.Vector => Table.Value.VectorFixed,
        // What control has of data are queues.
        EnergyPart.Sram or EnergyPart.Control => Table.Value.MemoryFixed,
        // Of external memories only interfaces have an operand: their cores are taken to be differential.
        EnergyPart.Dram or EnergyPart.Network => Table.Value.WireFixed,
        EnergyPart.Leakage or EnergyPart.Host => null,
    };
}
