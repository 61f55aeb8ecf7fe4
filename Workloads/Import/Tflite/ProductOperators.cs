using NpuSim.Isa.Program;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Import.Tflite;

/// <summary>Matrix products: with constant weights (fully connected) and of two activations.</summary>
internal static class ProductOperators
{
    /// <summary>x [.., K] and weights [N, K] give [.., N]. TFLite flattens x to rows of K; here a reshape node does, where the stored
    /// output's leading dimensions differ. Weights computed at run time make it a matrix product.</summary>
    public static void FullyConnected(OperatorSource source)
    {
        Tensor x = source.Input(0), weights = source.Input(1, rank: 2), y = source.Output();
        int columns = weights.Shape[0], depth = weights.Shape[1];
        if (source.Options.SByte(1) != 0) throw source.Fault("shuffled weights are not supported");
        if (y.Shape.Count == 0 || y.Shape[^1] != columns || x.Elements % depth != 0 || y.Elements / columns != x.Elements / depth)
            throw source.Fault($"input {OperatorSource.Text(x.Shape)}, weights {OperatorSource.Text(weights.Shape)} and output " +
                $"{OperatorSource.Text(y.Shape)} do not fit");
        source.ExpectSameType(y, x);
        var rows = source.Reshaped(x, [.. y.Shape.Take(y.Shape.Count - 1), depth]);
        var activation = source.Options.SByte(0);
        if (!weights.IsConstant)
        {
            Dynamic(source, rows, weights, activation);
            return;
        }
        var constant = ConstantOperands.Weights(source, x, 1, weights.Shape, axis: 0);
        var bias = ConstantOperands.Bias(source, x, constant, 2, columns);
        FusedActivation.Emit(source, y, activation, bounds => new FullyConnectedAttributes(bounds), rows, constant, bias);
    }

    /// <summary>a [.., M, K] and b [.., K, N], each possibly given transposed.</summary>
    public static void BatchMatrixMultiply(OperatorSource source)
    {
        bool transposeA = source.Options.Boolean(0), transposeB = source.Options.Boolean(1);
        Tensor a = source.Input(0), b = source.Input(1), y = source.Output();
        if (a.Type == ElementType.Float32 && b.IsConstant) b = ConstantOperands.AsFloat(source, b);
        if (a.Shape.Count < 2 || b.Shape.Count < 2) throw source.Fault("both operands need at least two dimensions");
        int rows = a.Shape[transposeA ? ^1 : ^2], depth = a.Shape[transposeA ? ^2 : ^1];
        int depthB = b.Shape[transposeB ? ^1 : ^2], columns = b.Shape[transposeB ? ^2 : ^1];
        if (depth != depthB)
            throw source.Fault($"{OperatorSource.Text(a.Shape)} and {OperatorSource.Text(b.Shape)} do not multiply: {depth} against " +
                $"{depthB}");
        source.ExpectSameType(a, b);
        source.ExpectSameType(y, a);
        var leading = ElementwiseOperators.Broadcast(source, [.. a.Shape.Take(a.Shape.Count - 2)], [.. b.Shape.Take(b.Shape.Count - 2)]);
        source.ExpectShape(y, [.. leading, rows, columns]);
        source.Emit(new MatrixMultiplyAttributes(transposeA, transposeB), a, b);
    }

    private static void Dynamic(OperatorSource source, Tensor rows, Tensor weights, int activation)
    {
        var y = source.Output();
        if (y.Shape.Count < 2)
            throw source.Fault($"output has shape {OperatorSource.Text(y.Shape)}, expected at least two dimensions with weights " +
                $"computed at run time");
        source.ExpectSameType(weights, rows);
        var attributes = new MatrixMultiplyAttributes(TransposeA: false, TransposeB: true);
        if (source.Optional(2) is not { } bias)
        {
            FusedActivation.EmitWithClamp(source, y, activation, attributes, rows, weights);
            return;
        }
        if (y.Type != ElementType.Float32 || bias.Type != ElementType.Float32)
            throw source.Fault("a bias together with weights computed at run time is supported in float only");
        var product = source.Between(y, y.Shape);
        source.EmitTo(product, attributes, rows, weights);
        FusedActivation.Emit(source, y, activation, bounds => new BinaryAttributes(BinaryFunction.Add, bounds), product, bias);
    }
}
