using NpuSim.Isa.Instructions;
using NpuSim.Isa.Program;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Compile.Lowering;

/// <summary>What lowerings of float32 operators share.</summary>
internal static class FloatNodes
{
    public const uint Size = sizeof(float);

    /// <summary>True where a node computes in float32 and the machine compiles such nodes.</summary>
    public static bool Run(LoweringContext context, Node node) => context.RunsFloat && IsFloat(node);

    /// <summary>True where the output and every input are float32.</summary>
    public static bool IsFloat(Node node) =>
        node.Output.Type == ElementType.Float32 && node.Inputs.All(input => input is null || input.Type == ElementType.Float32);

    /// <summary>Why the array may not compute a float32 product; empty where it may.</summary>
    public static string ProductReason(Graph graph) => graph.Products == ProductPrecision.Bf16
        ? "" : "its product is float32 throughout; the array rounds operands to bfloat16";

    /// <summary>Clamps a result in place as a fused activation does; nothing where it has none. v.shape is the result's own.</summary>
    public static void Activate(CoreStream stream, ActivationBounds activation, Address from, Address to)
    {
        if (activation != ActivationBounds.None)
        {
            stream.Emit(new Clamp(from, to, VectorFormat.Float32, activation.Low, activation.High));
        }
    }
}
