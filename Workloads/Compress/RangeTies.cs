using NpuSim.Isa.Program;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Compress;

/// <summary>Groups of tensors that must share one scale and zero point, because an operator moves or compares raw integers.</summary>
internal sealed class RangeTies
{
    private readonly Dictionary<Tensor, Tensor> parents = new(ReferenceEqualityComparer.Instance);

    /// <summary>Finds the groups.</summary>
    /// <param name="graph">A float graph.</param>
    /// <param name="arithmetic">The TFLite dialects average raw integers, so their average pools keep the scale too.</param>
    public RangeTies(Graph graph, Arithmetic arithmetic)
    {
        foreach (var node in graph.Nodes)
        {
            var operands = Tied(node, arithmetic);
            for (var i = 0; i < operands; i++)
                if (node.Inputs[i] is { Type: ElementType.Float32 } input)
                    Join(input, node.Output);
        }
    }

    /// <summary>The tensor that stands for the group.</summary>
    public Tensor Root(Tensor tensor)
    {
        while (parents.TryGetValue(tensor, out var parent))
            tensor = parent;
        return tensor;
    }

    /// <summary>How many of the first operands have the result's scale.</summary>
    public static int Tied(Node node, Arithmetic arithmetic) => node.Attributes switch
    {
        ReshapeAttributes or TransposeAttributes or SliceAttributes or PadAttributes or MaxPoolAttributes or GatherAttributes => 1,
        ConcatenateAttributes => node.Inputs.Count,
        ResizeAttributes resize => resize.Mode is ResizeMode.NearestFloor or ResizeMode.NearestHalfPixel ? 1 : 0,
        BinaryAttributes binary => binary.Function is BinaryFunction.Minimum or BinaryFunction.Maximum ? 2 : 0,
        ReduceAttributes reduce => reduce.Function is ReduceFunction.Maximum or ReduceFunction.Minimum ? 1 : 0,
        AveragePoolAttributes => arithmetic == Arithmetic.Float ? 0 : 1,
        _ => 0,
    };

    private void Join(Tensor a, Tensor b)
    {
        var (first, second) = (Root(a), Root(b));
        if (!ReferenceEquals(first, second))
            parents.Add(second, first);
    }
}
