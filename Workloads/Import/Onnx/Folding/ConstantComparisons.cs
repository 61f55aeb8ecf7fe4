using System.Numerics;
using NpuSim.Isa.Program;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Import.Onnx.Folding;

/// <summary>Comparisons and logic of constants.</summary>
internal static class ConstantComparisons
{
    public static Tensor Compare(OnnxNode node, GraphBuilder graph, Tensor[] inputs)
    {
        ConstantFolding.RequireInputs(node, 2, 2);
        var (a, b) = (inputs[0], inputs[1]);
        if (a.Type != b.Type)
            throw node.Refuse($"operands of types {a.Type} and {b.Type}", "one type");
        return a.Type == ElementType.Float32
            ? Pairwise<float>(node, graph, a, b)
            : Pairwise<long>(node, graph, Constants.OfLongs("", a.Integers(), [.. a.Shape]),
                Constants.OfLongs("", b.Integers(), [.. b.Shape]));
    }

    public static Tensor Logic(OnnxNode node, GraphBuilder graph, Tensor[] inputs)
    {
        ConstantFolding.RequireInputs(node, 2, 2);
        RequireBooleans(node, inputs);
        return Pairwise<byte>(node, graph, inputs[0], inputs[1]);
    }

    public static Tensor Not(OnnxNode node, GraphBuilder graph, Tensor[] inputs)
    {
        ConstantFolding.RequireInputs(node, 1, 1);
        RequireBooleans(node, inputs);
        var result = ConstantFolding.Result(node, graph, ElementType.Bool, inputs[0].Shape);
        result.Data = Array.ConvertAll(inputs[0].Data!, value => (byte)(value ^ 1));
        return result;
    }

    private static Tensor Pairwise<T>(OnnxNode node, GraphBuilder graph, Tensor a, Tensor b) where T : unmanaged, INumber<T>
    {
        var shape = Shapes.Broadcast(node, a.Shape, b.Shape);
        var result = ConstantFolding.Result(node, graph, ElementType.Bool, shape);
        var (left, right) = (Broadcasting.Expand<T>(a, shape), Broadcasting.Expand<T>(b, shape));
        for (var i = 0; i < left.Length; i++)
            result.Data![i] = Holds(node.Operator, left[i], right[i]) ? (byte)1 : (byte)0;
        return result;
    }

    private static bool Holds<T>(string operatorName, T a, T b) where T : INumber<T> => operatorName switch
    {
        "Equal" => a == b,
        "Less" => a < b,
        "LessOrEqual" => a <= b,
        "Greater" => a > b,
        "GreaterOrEqual" => a >= b,
        "And" => a != T.Zero && b != T.Zero,
        "Or" => a != T.Zero || b != T.Zero,
        _ => throw new InvalidOperationException(operatorName), // the table of folds names no other
    };

    private static void RequireBooleans(OnnxNode node, Tensor[] inputs)
    {
        foreach (var input in inputs)
            if (input.Type != ElementType.Bool)
                throw node.Refuse($"an operand of type {input.Type}", "bool");
    }
}
