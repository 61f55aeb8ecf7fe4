using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Compress;

/// <summary>Sets the arithmetic that the options ask for instead of the model's own.</summary>
internal static class ChooseArithmetic
{
    public const string Name = "choose-arithmetic";

    public static void Apply(Graph graph, PassContext context)
    {
        graph.Products = context.Options.Products;
        if (context.Options.Arithmetic is not { } arithmetic || arithmetic == graph.Arithmetic)
            return;
        context.Note(Name, $"arithmetic {arithmetic} instead of the model's {graph.Arithmetic}");
        graph.Arithmetic = arithmetic;
    }
}
