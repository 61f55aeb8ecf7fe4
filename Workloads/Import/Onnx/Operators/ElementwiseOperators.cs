using NpuSim.Isa.Program;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Import.Onnx.Operators;

/// <summary>Element-wise operators of one operand, and what leaves its operand as it is.</summary>
internal static class ElementwiseOperators
{
    /// <summary>An operator that is one function without attributes.</summary>
    public static Lowering Unary(UnaryFunction function) => (node, graph) =>
    {
        node.RequireCounts(1, 1);
        Append(node, graph, new UnaryAttributes(function));
    };

    /// <summary>An operator that is one function with the attribute alpha.</summary>
    public static Lowering WithAlpha(UnaryFunction function, float absent) => (node, graph) =>
    {
        node.RequireCounts(1, 1);
        Append(node, graph, new UnaryAttributes(function, node.Real("alpha", absent)));
    };

    public static void HardSigmoid(OnnxNode node, GraphBuilder graph)
    {
        node.RequireCounts(1, 1);
        Append(node, graph, new UnaryAttributes(UnaryFunction.HardSigmoid, node.Real("alpha", 0.2f), node.Real("beta", 0.5f)));
    }

    public static void Gelu(OnnxNode node, GraphBuilder graph)
    {
        node.RequireCounts(1, 1);
        Append(node, graph, new UnaryAttributes(node.Text("approximate", "none") switch
        {
            "none" => UnaryFunction.Gelu,
            "tanh" => UnaryFunction.GeluTanh,
            var other => throw node.Refuse($"approximate = {Shown.Of(other)}", "none or tanh"),
        }));
    }

    public static void Relu(OnnxNode node, GraphBuilder graph)
    {
        node.RequireCounts(1, 1);
        Append(node, graph, new ClampAttributes(ActivationBounds.Relu));
    }

    public static void Clip(OnnxNode node, GraphBuilder graph)
    {
        node.RequireCounts(1, 3);
        var low = node.Opset < 11 ? node.Real("min", float.MinValue) : graph.RealScalar(node, 1);
        var high = node.Opset < 11 ? node.Real("max", float.MaxValue) : graph.RealScalar(node, 2);
        // The lowest and highest float32 are what "no bound" was before opset 11, and exporters still write them.
        var bounds = new ActivationBounds(
            low is null or float.MinValue ? float.NegativeInfinity : low.Value,
            high is null or float.MaxValue ? float.PositiveInfinity : high.Value);
        if (!(bounds.Low <= bounds.High))
            throw node.Refuse(FormattableString.Invariant($"bounds {bounds.Low} to {bounds.High}"), "a lower and a higher one");
        Append(node, graph, new ClampAttributes(bounds));
    }

    public static void PRelu(OnnxNode node, GraphBuilder graph)
    {
        node.RequireCounts(2, 2);
        var slope = graph.RealInput(node, 1);
        if (!slope.IsConstant || slope.Floats().ContainsAnyExcept(slope.Floats()[0]))
            throw node.Refuse("slopes that differ or are computed at run time", "one constant slope");
        Append(node, graph, new UnaryAttributes(UnaryFunction.LeakyRelu, slope.Floats()[0]));
    }

    /// <summary>Dropout at inference, Identity.</summary>
    public static void Identity(OnnxNode node, GraphBuilder graph)
    {
        var isDropout = node.Operator == "Dropout";
        node.RequireCounts(1, isDropout ? 3 : 1, isDropout ? 2 : 1); // the mask stays undefined
        node.Ignore("ratio", "seed", "is_test");
        if (isDropout && graph.Integers(node, 2)?[0] is { } training && training != 0)
            throw node.Refuse("training_mode", "inference");
        graph.Alias(node, graph.Input(node, 0));
    }

    public static void Cast(OnnxNode node, GraphBuilder graph)
    {
        node.RequireCounts(1, 1);
        node.Ignore("saturate"); // of float8, which no input has
        var x = graph.Input(node, 0);
        var type = TargetType(node);
        if (graph.IsUnsigned(x) || x.Quantisation is not null)
            throw node.Refuse("a quantised input", "DequantizeLinear");
        if (type == x.Type)
            graph.Alias(node, x);
        else
            graph.Define(node.OutputName(0), graph.Add(node, null, new CastAttributes(), [x], graph.Output(node, type, x.Shape)));
    }

    /// <summary>Element type that a Cast asks for.</summary>
    public static ElementType TargetType(OnnxNode node)
    {
        var wanted = (Proto.TensorProto.Types.DataType)node.Integer("to", 0);
        return wanted switch
        {
            Proto.TensorProto.Types.DataType.Float => ElementType.Float32,
            Proto.TensorProto.Types.DataType.Int32 => ElementType.Int32,
            Proto.TensorProto.Types.DataType.Int64 => ElementType.Int64,
            Proto.TensorProto.Types.DataType.Int16 => ElementType.Int16,
            Proto.TensorProto.Types.DataType.Int8 => ElementType.Int8,
            Proto.TensorProto.Types.DataType.Uint8 => ElementType.UInt8,
            Proto.TensorProto.Types.DataType.Bool => ElementType.Bool,
            _ => throw node.Refuse($"a cast to {wanted}", "float32, int64, int32, int16, int8, uint8 or bool"), // a number of the file
        };
    }

    private static void Append(OnnxNode node, GraphBuilder graph, OperatorAttributes attributes)
    {
        var x = graph.RealInput(node, 0);
        graph.Finish(node, attributes, x.Shape, x);
    }
}
