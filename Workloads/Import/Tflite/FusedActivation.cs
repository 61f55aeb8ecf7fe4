using NpuSim.Isa.Program;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Import.Tflite;

/// <summary>The activation that TFLite fuses into an operator (enum ActivationFunctionType).</summary>
internal static class FusedActivation
{
    private const int Tanh = 4;

    /// <summary>Emits an operator with its activation as bounds; tanh, which is no bound, becomes a node of its own.</summary>
    public static void Emit(
        OperatorSource source, Tensor output, int activation, Func<ActivationBounds, OperatorAttributes> attributes,
            params IReadOnlyList<Tensor?> inputs)
    {
        if (activation != Tanh)
        {
            source.EmitTo(output, attributes(Bounds(source, activation)), inputs);
            return;
        }
        if (output.Type != ElementType.Float32) throw source.Fault("a fused tanh is supported in float only");
        var linear = source.Between(output, output.Shape);
        source.EmitTo(linear, attributes(ActivationBounds.None), inputs);
        source.EmitTo(output, new UnaryAttributes(UnaryFunction.Tanh), linear);
    }

    /// <summary>Emits an operator that has no bounds of its own, and a clamp after it where the activation asks for one.</summary>
    public static void EmitWithClamp(OperatorSource source, Tensor output, int activation, OperatorAttributes attributes,
        params IReadOnlyList<Tensor?> inputs)
    {
        if (activation == 0)
        {
            source.EmitTo(output, attributes, inputs);
            return;
        }
        var linear = source.Between(output, output.Shape);
        source.EmitTo(linear, attributes, inputs);
        OperatorAttributes follow = activation == Tanh ? new UnaryAttributes(UnaryFunction.Tanh)
            : new ClampAttributes(Bounds(source, activation));
        source.EmitTo(output, follow, linear);
    }

    private static ActivationBounds Bounds(OperatorSource source, int activation) => activation switch
    {
        0 => ActivationBounds.None,
        1 => ActivationBounds.Relu,
        2 => new ActivationBounds(-1, 1),
        3 => ActivationBounds.Relu6,
        _ => throw source.Fault($"fused activation {activation} is not supported"),
    };
}
