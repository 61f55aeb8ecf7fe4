using NpuSim.Kernels;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Quantised;

namespace NpuSim.Workloads.Interpret;

/// <summary>Element-wise operators of one operand.</summary>
internal static class UnaryOperators
{
    public static void Float(NodeCall call)
    {
        var attributes = (UnaryAttributes)call.Node.Attributes;
        var source = call.Input<float>(0);
        var target = call.Output<float>();
        for (var element = 0; element < source.Length; element++)
        {
            target[element] = RealFunctions.Evaluate(attributes, source[element]);
        }
    }

    public static void Clamp(NodeCall call)
    {
        call.Input(0).CopyTo(call.Output());
        Activation.Apply(((ClampAttributes)call.Node.Attributes).Bounds, call.Output<float>());
    }

    /// <summary>Executes a unary function or a clamp on int8 values by its table, or returns false where it has none.</summary>
    public static bool TryQuantised(NodeCall call)
    {
        var table = call.Prepare(() => LookupTables.TryFor(call.Graph, call.Node, out _));
        if (table is null)
        {
            return false;
        }

        var elements = (int)call.Node.Output.Elements;
        LookupKernel.Apply(1, elements, call.Input<sbyte>(0), elements, table, call.Output<sbyte>(), elements);
        return true;
    }
}
