using NpuSim.Isa.Program;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Import.Tflite;

/// <summary>Element-wise operators, reductions and what normalises over a dimension.</summary>
internal static class ElementwiseOperators
{
    /// <summary>Reader of a two-operand operator whose options, if any, hold the fused activation in field 0.</summary>
    public static Action<OperatorSource> Binary(BinaryFunction function, bool fuses) => source =>
    {
        Tensor a = source.Input(0), b = source.Input(1), y = source.Output();
        if (a.Type == ElementType.Float32 && b.IsConstant) b = ConstantOperands.AsFloat(source, b);
        if (b.Type == ElementType.Float32 && a.IsConstant) a = ConstantOperands.AsFloat(source, a);
        source.ExpectSameType(a, b);
        source.ExpectSameType(y, a);
        source.ExpectShape(y, Broadcast(source, a.Shape, b.Shape));
        var activation = fuses ? source.Options.SByte(0) : 0;
        FusedActivation.Emit(source, y, activation, bounds => new BinaryAttributes(function, bounds), a, b);
    };

    public static Action<OperatorSource> Unary(UnaryFunction function) => source => Same(source, new UnaryAttributes(function));

    public static Action<OperatorSource> Clamp(float low, float high) => source =>
        Same(source, new ClampAttributes(new ActivationBounds(low, high)));

    public static void LeakyRelu(OperatorSource source) =>
        Same(source, new UnaryAttributes(UnaryFunction.LeakyRelu, source.Options.Single(0)));

    public static void Elu(OperatorSource source) => Same(source, new UnaryAttributes(UnaryFunction.Elu, Alpha: 1));

    public static void Gelu(OperatorSource source) =>
        Same(source, new UnaryAttributes(source.Options.Boolean(0) ? UnaryFunction.GeluTanh : UnaryFunction.Gelu));

    public static void Softmax(OperatorSource source)
    {
        var beta = source.Options.Has(0) ? source.Options.Single(0) : 1;
        if (!float.IsFinite(beta) || beta <= 0) throw source.Fault($"beta {OperatorSource.Text(beta)}, expected a positive number");
        Same(source, new SoftmaxAttributes(LastAxis(source), beta));
    }

    public static void LogSoftmax(OperatorSource source) => Same(source, new SoftmaxAttributes(LastAxis(source), Log: true));

    /// <summary>TFLite's alpha multiplies the sum itself, the graph's is divided by the size first.</summary>
    public static void LocalResponseNormalisation(OperatorSource source)
    {
        var (x, options) = (source.Input(0, rank: 4), source.Options);
        var radius = options.Int32(0);
        if (radius < 0 || radius > x.Shape[3]) throw source.Fault($"radius {radius}, expected 0…{x.Shape[3]}");
        var size = 2 * radius + 1;
        Same(source, new LocalResponseAttributes(size, options.Single(2) * size, options.Single(3), options.Single(1)));
    }

    public static Action<OperatorSource> Reduce(ReduceFunction function) => source =>
    {
        Tensor x = source.Input(0), y = source.Output();
        var rank = x.Shape.Count;
        var axes = source.Integers(1).Select(axis => source.Axis(axis, rank)).Distinct().Order().ToArray();
        var keep = source.Options.Boolean(0);
        source.ExpectSameType(y, x);
        source.ExpectShape(y, [.. Enumerable.Range(0, rank).Where(i => keep || !axes.Contains(i)).Select(i => axes.Contains(i) ? 1
            : x.Shape[i])]);
        source.Emit(new ReduceAttributes(function, axes, keep), x);
    };

    /// <summary>NumPy broadcasting of two shapes.</summary>
    public static int[] Broadcast(OperatorSource source, IReadOnlyList<int> a, IReadOnlyList<int> b) =>
        ShapeInference.Broadcast(a, b)
            ?? throw source.Fault($"shapes {OperatorSource.Text(a)} and {OperatorSource.Text(b)} do not broadcast");

    /// <summary>An operator whose output has its input's shape and type.</summary>
    private static void Same(OperatorSource source, OperatorAttributes attributes)
    {
        Tensor x = source.Input(0), y = source.Output();
        source.ExpectSameType(y, x);
        source.ExpectShape(y, x.Shape);
        source.Emit(attributes, x);
    }

    private static int LastAxis(OperatorSource source) =>
        source.Input(0).Shape.Count is var rank and not 0 ? rank - 1
            : throw source.Fault("the input is a scalar, expected at least one dimension");
}
