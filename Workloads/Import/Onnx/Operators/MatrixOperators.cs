using NpuSim.Isa.Program;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Import.Onnx.Operators;

/// <summary>Matrix products: with constant weights they are fully connected layers.</summary>
internal static class MatrixOperators
{
    public static void MatMul(OnnxNode node, GraphBuilder graph)
    {
        node.RequireCounts(2, 2);
        var result = Product(node, graph, graph.RealInput(node, 0), graph.RealInput(node, 1), null);
        graph.Define(node.OutputName(0), result);
    }

    public static void Gemm(OnnxNode node, GraphBuilder graph)
    {
        node.RequireCounts(2, 3);
        node.Ignore("broadcast"); // before opset 7 only
        var (a, b) = (graph.RealInput(node, 0), graph.RealInput(node, 1));
        var c = graph.Optional(node, 2) is null ? null : graph.RealInput(node, 2);
        if (a.Shape.Count != 2 || b.Shape.Count != 2)
            throw node.Refuse($"operands {Shown.Of(a.Shape)} and {Shown.Of(b.Shape)}", "two matrices");
        var (transposeA, transposeB) = (node.Flag("transA", false), node.Flag("transB", false));
        var (alpha, beta) = (node.Real("alpha", 1), node.Real("beta", 1));
        if (beta == 0)
            c = null;
        var rows = a.Shape[transposeA ? 1 : 0];
        var columns = b.Shape[transposeB ? 0 : 1];
        if (a.Shape[transposeA ? 0 : 1] != b.Shape[transposeB ? 1 : 0])
            throw node.Refuse($"operands {Shown.Of(a.Shape)} and {Shown.Of(b.Shape)}", "equal inner extents");
        if (c is not null && !Shapes.BroadcastsTo(c.Shape, [rows, columns]))
            throw node.Refuse($"C {Shown.Of(c.Shape)}", $"a shape that broadcasts to [{rows}×{columns}]");
        if (transposeA)
            a = graph.Step(node, "transpose_a", new TransposeAttributes([1, 0]), [rows, a.Shape[0]], a);
        if (ConstantOperand.Of(graph, b) is { } weights)
            Connected(node, graph, a, weights, transposeB, Scaling.By(graph, node, "bias", c, beta), alpha, columns);
        else
            General(node, graph, a, b, transposeB, Scaling.By(graph, node, "bias", c, beta), alpha);
    }

    /// <summary>Appends x·b; b constant of two dimensions makes it a fully connected layer.</summary>
    public static Tensor Product(OnnxNode node, GraphBuilder graph, Tensor a, Tensor b, QuantisedKind? kind)
    {
        var shape = Shapes.Product(node, a.Shape, b.Shape);
        var output = graph.Output(node, a.Type, shape);
        kind?.Apply(graph, output);
        var weights = b.Shape.Count >= 2 && b.Shape.Count <= Math.Max(2, a.Shape.Count) && b.Shape.SkipLast(2).All(extent => extent == 1)
            ? ConstantOperand.Of(graph, b) : null;
        if (weights is not null)
        {
            var leading = b.Shape.Count - 2;
            var (inner, columns) = (b.Shape[^2], b.Shape[^1]);
            int[] permutation = [.. Enumerable.Range(0, leading), leading + 1, leading];
            var transposed = weights.Permuted(graph, node, "nk", permutation, leading == 0 ? null : [columns, inner]);
            return graph.Add(node, null, new FullyConnectedAttributes(ActivationBounds.None), [a, transposed, null], output);
        }

        if (a.Shape.Count == 1 || b.Shape.Count == 1)
            throw node.Refuse($"operands {Shown.Of(a.Shape)} and {Shown.Of(b.Shape)}", "matrices");
        return graph.Add(node, null, new MatrixMultiplyAttributes(false, false), [a, b], output);
    }

    private static void Connected(
        OnnxNode node, GraphBuilder graph, Tensor a, ConstantOperand weights, bool transposeB, Tensor? c, float alpha, int columns)
    {
        var rows = a.Shape[0];
        var stored = transposeB
            ? weights.Reshaped(graph, node, "nk", weights.Constant.Shape)
            : weights.Permuted(graph, node, "nk", [1, 0]);
        stored = Scaling.By(graph, node, "weights", stored, alpha)!;
        var operand = c is null ? null : ConstantOperand.Of(graph, c);
        var perColumn = operand is not null && c!.Elements == columns && (c.Shape.Count == 0 || c.Shape[^1] == columns);
        var bias = perColumn ? operand!.Reshaped(graph, node, "bias", [columns])
            : operand is { IsDequantised: false } && c!.Shape.All(extent => extent == 1) ? Spread(graph, node, c, columns) : null;
        var attributes = new FullyConnectedAttributes(ActivationBounds.None);
        if (c is null || bias is not null)
            graph.Finish(node, attributes, [rows, columns], a, stored, bias);
        else
            AddC(node, graph, graph.Step(node, "product", attributes, [rows, columns], a, stored, null), c);
    }

    private static void General(OnnxNode node, GraphBuilder graph, Tensor a, Tensor b, bool transposeB, Tensor? c, float alpha)
    {
        int[] shape = [a.Shape[0], b.Shape[transposeB ? 0 : 1]];
        a = Scaling.By(graph, node, "alpha", a, alpha)!;
        var attributes = new MatrixMultiplyAttributes(false, transposeB);
        if (c is null)
            graph.Finish(node, attributes, shape, a, b);
        else
            AddC(node, graph, graph.Step(node, "product", attributes, shape, a, b), c);
    }

    private static void AddC(OnnxNode node, GraphBuilder graph, Tensor product, Tensor c) =>
        graph.Finish(node, new BinaryAttributes(BinaryFunction.Add, ActivationBounds.None), product.Shape, product, c);

    private static Tensor Spread(GraphBuilder graph, OnnxNode node, Tensor scalar, int columns) =>
        graph.Rearranged($"{scalar.Name}/bias{columns}", name =>
            Constants.OfFloats(name, [.. Enumerable.Repeat(scalar.Floats()[0], columns)], columns));
}
