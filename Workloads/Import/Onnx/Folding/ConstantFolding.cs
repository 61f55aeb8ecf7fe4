using NpuSim.Isa.Program;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Import.Onnx.Folding;

/// <summary>Evaluates nodes whose operands are all constants, as shape arithmetic is. Whatever is exact on every host is folded;
/// transcendental functions stay nodes.</summary>
/// <remarks>Transpose and reshapes of constants are not here: their lowering rearranges the constant, quantised ones too.</remarks>
internal static class ConstantFolding
{
    private delegate Tensor Fold(OnnxNode node, GraphBuilder graph, Tensor[] inputs);

    private static readonly Dictionary<string, Fold> Folds = new(StringComparer.Ordinal)
    {
        ["Constant"] = ConstantSources.Constant,
        ["ConstantOfShape"] = ConstantSources.ConstantOfShape,
        ["Range"] = ConstantSources.Range,
        ["Cast"] = ConstantSources.Cast,
        ["Concat"] = ConstantMoves.Concat,
        ["Slice"] = ConstantMoves.Slice,
        ["Gather"] = ConstantMoves.Gather,
        ["Expand"] = ConstantMoves.Expand,
        ["Where"] = ConstantMoves.Where,
        ["Add"] = ConstantArithmetic.Binary,
        ["Sub"] = ConstantArithmetic.Binary,
        ["Mul"] = ConstantArithmetic.Binary,
        ["Div"] = ConstantArithmetic.Binary,
        ["Mod"] = ConstantArithmetic.Binary,
        ["Min"] = ConstantArithmetic.Binary,
        ["Max"] = ConstantArithmetic.Binary,
        ["Neg"] = ConstantArithmetic.Unary,
        ["Abs"] = ConstantArithmetic.Unary,
        ["Floor"] = ConstantArithmetic.Unary,
        ["Ceil"] = ConstantArithmetic.Unary,
        ["Sqrt"] = ConstantArithmetic.Unary,
        ["Reciprocal"] = ConstantArithmetic.Unary,
        ["Equal"] = ConstantComparisons.Compare,
        ["Less"] = ConstantComparisons.Compare,
        ["LessOrEqual"] = ConstantComparisons.Compare,
        ["Greater"] = ConstantComparisons.Compare,
        ["GreaterOrEqual"] = ConstantComparisons.Compare,
        ["And"] = ConstantComparisons.Logic,
        ["Or"] = ConstantComparisons.Logic,
        ["Not"] = ConstantComparisons.Not,
    };

    /// <summary>Operators that exist in the file's graph only as arithmetic on constants.</summary>
    public static bool Knows(string operatorName) => operatorName is "Shape" or "Size" || Folds.ContainsKey(operatorName);

    /// <summary>Defines the node's output where it is a constant; false where it must become a node.</summary>
    public static bool TryFold(OnnxNode node, GraphBuilder graph)
    {
        if (node.Operator is "Shape" or "Size")
        {
            graph.Define(node.OutputName(0), ConstantSources.ShapeOf(node, graph));
            return true;
        }

        if (!Folds.TryGetValue(node.Operator, out var fold))
            return false;
        var inputs = new Tensor[node.InputCount];
        for (var i = 0; i < inputs.Length; i++)
        {
            if (!node.HasInput(i))
                continue;
            inputs[i] = graph.Input(node, i);
            if (inputs[i] is not { IsConstant: true, Quantisation: null })
                return false;
        }

        node.RequireCounts(0, int.MaxValue);
        var result = fold(node, graph, inputs);
        graph.Define(node.OutputName(0), result);
        return true;
    }

    /// <summary>An empty constant for a folded node's output, within the budget of all of them.</summary>
    public static Tensor Result(OnnxNode node, GraphBuilder graph, ElementType type, IReadOnlyList<int> shape)
    {
        graph.Spend(node, type, shape);
        return new Tensor(node.OutputName(0), type, shape) { Data = new byte[Shapes.Elements(shape) * type.SizeBytes()] };
    }

    /// <summary>Checks that the node has from so many to so many inputs, all of them present.</summary>
    public static void RequireInputs(OnnxNode node, int least, int most)
    {
        node.RequireCounts(least, most);
        for (var i = 0; i < node.InputCount; i++)
            if (!node.HasInput(i))
                throw node.Refuse($"no input {i}", "one");
    }
}
