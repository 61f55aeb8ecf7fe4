using NpuSim.Isa.Program;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Import.Onnx.Operators;

/// <summary>Element-wise operators of two and more operands; three and more become a chain from the left.</summary>
internal static class BinaryOperators
{
    private const int MostOperands = 4096;

    /// <summary>An operator of exactly two operands.</summary>
    public static Lowering Two(BinaryFunction function) => (node, graph) =>
    {
        node.RequireCounts(2, 2);
        Append(node, graph, function, graph.RealInput(node, 0), graph.RealInput(node, 1));
    };

    /// <summary>An operator of one and more operands.</summary>
    public static Lowering Many(BinaryFunction function) => (node, graph) =>
    {
        node.RequireCounts(1, MostOperands);
        if (node.InputCount == 1)
            graph.Alias(node, graph.RealInput(node, 0));
        else
            Append(node, graph, function, Chain(node, graph, function, node.InputCount - 1), graph.RealInput(node, node.InputCount - 1));
    };

    public static void Mean(OnnxNode node, GraphBuilder graph)
    {
        node.RequireCounts(1, MostOperands);
        var sum = Chain(node, graph, BinaryFunction.Add, node.InputCount);
        var share = Constants.OfFloats(graph.TensorName($"{node.Name}/share"), [1f / node.InputCount]);
        Append(node, graph, BinaryFunction.Multiply, sum, share);
    }

    /// <summary>Pow; the usual constant exponents become functions of one operand.</summary>
    public static void Pow(OnnxNode node, GraphBuilder graph)
    {
        node.RequireCounts(2, 2);
        var (x, exponent) = (graph.RealInput(node, 0), graph.Input(node, 1));
        if (exponent is { IsConstant: true, Elements: 1 } && exponent.Shape.Count <= x.Shape.Count)
        {
            var power = exponent.Type == ElementType.Float32 ? exponent.Floats()[0] : exponent.Integers()[0];
            if (power == 1)
                graph.Alias(node, x);
            else if (power == 2)
                graph.Finish(node, new UnaryAttributes(UnaryFunction.Square), x.Shape, x);
            else if (power == 0.5f)
                graph.Finish(node, new UnaryAttributes(UnaryFunction.Sqrt), x.Shape, x);
            else
                Append(node, graph, BinaryFunction.Power, x, Constants.OfFloats(graph.TensorName($"{node.Name}/exponent"), [power]));
        }
        else
            Append(node, graph, BinaryFunction.Power, x, graph.RealInput(node, 1));
    }

    /// <summary>Where with a constant condition c: x·c + y·(1 − c). Both operands must be finite where they are not chosen;
    /// constants may hold anything, as what is not chosen of them becomes 0.</summary>
    public static void Where(OnnxNode node, GraphBuilder graph)
    {
        node.RequireCounts(3, 3);
        var condition = graph.Input(node, 0);
        if (!condition.IsConstant || condition.Type != ElementType.Bool)
            throw node.Refuse("a condition computed at run time", "a constant one");
        var (x, y) = (graph.RealInput(node, 1), graph.RealInput(node, 2));
        var left = Chosen(node, graph, "chosen", condition, x, 1);
        var right = Chosen(node, graph, "otherwise", condition, y, 0);
        Append(node, graph, BinaryFunction.Add, left, right);
    }

    private static Tensor Chosen(OnnxNode node, GraphBuilder graph, string suffix, Tensor condition, Tensor value, byte when)
    {
        var shape = Shapes.Broadcast(node, condition.Shape, value.Shape);
        if (value.IsConstant)
        {
            graph.Spend(node, ElementType.Float32, shape);
            var picked = Folding.Broadcasting.Expand<float>(value, shape);
            var mask = Folding.Broadcasting.Expand<byte>(condition, shape);
            for (var i = 0; i < picked.Length; i++)
                picked[i] = mask[i] == when ? picked[i] : 0;
            return Constants.OfFloats(graph.TensorName($"{node.Name}/{suffix}"), picked, shape);
        }

        var factors = Array.ConvertAll(condition.Data!, flag => flag == when ? 1f : 0f);
        return graph.Step(node, suffix, new BinaryAttributes(BinaryFunction.Multiply, ActivationBounds.None), shape, value,
            Constants.OfFloats(graph.TensorName($"{node.Name}/{suffix}_mask"), factors, [.. condition.Shape]));
    }

    private static Tensor Chain(OnnxNode node, GraphBuilder graph, BinaryFunction function, int operands)
    {
        var result = graph.RealInput(node, 0);
        for (var i = 1; i < operands; i++)
        {
            var next = graph.RealInput(node, i);
            result = graph.Step(node, $"{i - 1}", new BinaryAttributes(function, ActivationBounds.None),
                Shapes.Broadcast(node, result.Shape, next.Shape), result, next);
        }

        return result;
    }

    private static void Append(OnnxNode node, GraphBuilder graph, BinaryFunction function, Tensor a, Tensor b) =>
        graph.Finish(node, new BinaryAttributes(function, ActivationBounds.None), Shapes.Broadcast(node, a.Shape, b.Shape), a, b);
}
