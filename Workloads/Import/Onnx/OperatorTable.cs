using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Import.Onnx.Operators;

namespace NpuSim.Workloads.Import.Onnx;

/// <summary>Every operator that becomes nodes of the graph, by domain and name. Those that only constants have are in
/// <see cref="Folding.ConstantFolding"/>.</summary>
internal static class OperatorTable
{
    /// <summary>Domain of ONNX Runtime's own operators.</summary>
    public const string Microsoft = "com.microsoft";

    private static readonly Dictionary<string, Lowering> Standard = new(StringComparer.Ordinal)
    {
        ["Conv"] = ConvolutionOperators.Conv,
        ["Gemm"] = MatrixOperators.Gemm,
        ["MatMul"] = MatrixOperators.MatMul,
        ["Add"] = BinaryOperators.Two(BinaryFunction.Add),
        ["Sub"] = BinaryOperators.Two(BinaryFunction.Subtract),
        ["Mul"] = BinaryOperators.Two(BinaryFunction.Multiply),
        ["Div"] = BinaryOperators.Two(BinaryFunction.Divide),
        ["Min"] = BinaryOperators.Many(BinaryFunction.Minimum),
        ["Max"] = BinaryOperators.Many(BinaryFunction.Maximum),
        ["Sum"] = BinaryOperators.Many(BinaryFunction.Add),
        ["Mean"] = BinaryOperators.Mean,
        ["Pow"] = BinaryOperators.Pow,
        ["Where"] = BinaryOperators.Where,
        ["Relu"] = ElementwiseOperators.Relu,
        ["Clip"] = ElementwiseOperators.Clip,
        ["LeakyRelu"] = ElementwiseOperators.WithAlpha(UnaryFunction.LeakyRelu, 0.01f),
        ["PRelu"] = ElementwiseOperators.PRelu,
        ["Elu"] = ElementwiseOperators.WithAlpha(UnaryFunction.Elu, 1),
        ["Sigmoid"] = ElementwiseOperators.Unary(UnaryFunction.Sigmoid),
        ["Tanh"] = ElementwiseOperators.Unary(UnaryFunction.Tanh),
        ["Erf"] = ElementwiseOperators.Unary(UnaryFunction.Erf),
        ["Gelu"] = ElementwiseOperators.Gelu,
        ["Exp"] = ElementwiseOperators.Unary(UnaryFunction.Exp),
        ["Log"] = ElementwiseOperators.Unary(UnaryFunction.Log),
        ["Sqrt"] = ElementwiseOperators.Unary(UnaryFunction.Sqrt),
        ["Reciprocal"] = ElementwiseOperators.Unary(UnaryFunction.Reciprocal),
        ["Neg"] = ElementwiseOperators.Unary(UnaryFunction.Negate),
        ["Abs"] = ElementwiseOperators.Unary(UnaryFunction.Absolute),
        ["HardSwish"] = ElementwiseOperators.Unary(UnaryFunction.HardSwish),
        ["HardSigmoid"] = ElementwiseOperators.HardSigmoid,
        ["Softplus"] = ElementwiseOperators.Unary(UnaryFunction.Softplus),
        ["Floor"] = ElementwiseOperators.Unary(UnaryFunction.Floor),
        ["Ceil"] = ElementwiseOperators.Unary(UnaryFunction.Ceiling),
        ["Round"] = ElementwiseOperators.Unary(UnaryFunction.Round),
        ["Sin"] = ElementwiseOperators.Unary(UnaryFunction.Sine),
        ["Cos"] = ElementwiseOperators.Unary(UnaryFunction.Cosine),
        ["Dropout"] = ElementwiseOperators.Identity,
        ["Identity"] = ElementwiseOperators.Identity,
        ["Cast"] = ElementwiseOperators.Cast,
        ["Softmax"] = NormalisationOperators.Softmax(false),
        ["LogSoftmax"] = NormalisationOperators.Softmax(true),
        ["BatchNormalization"] = NormalisationOperators.BatchNormalization,
        ["LayerNormalization"] = NormalisationOperators.LayerNormalization,
        ["InstanceNormalization"] = NormalisationOperators.InstanceNormalization,
        ["LRN"] = NormalisationOperators.Lrn,
        ["MaxPool"] = PoolOperators.MaxPool,
        ["AveragePool"] = PoolOperators.AveragePool,
        ["GlobalAveragePool"] = PoolOperators.GlobalAveragePool,
        ["GlobalMaxPool"] = PoolOperators.GlobalMaxPool,
        ["ReduceMean"] = ReductionOperators.Reduce(ReduceFunction.Mean, 18),
        ["ReduceSum"] = ReductionOperators.Reduce(ReduceFunction.Sum, 13),
        ["ReduceMax"] = ReductionOperators.Reduce(ReduceFunction.Maximum, 18),
        ["ReduceMin"] = ReductionOperators.Reduce(ReduceFunction.Minimum, 18),
        ["ReduceProd"] = ReductionOperators.Reduce(ReduceFunction.Product, 18),
        ["Concat"] = MovementOperators.Concat,
        ["Split"] = IndexOperators.Split,
        ["Slice"] = IndexOperators.Slice,
        ["Gather"] = IndexOperators.Gather,
        ["Pad"] = IndexOperators.Pad,
        ["Transpose"] = MovementOperators.Transpose,
        ["Reshape"] = MovementOperators.Reshape,
        ["Flatten"] = MovementOperators.Flatten,
        ["Squeeze"] = MovementOperators.Squeeze,
        ["Unsqueeze"] = MovementOperators.Unsqueeze,
        ["Expand"] = MovementOperators.Expand,
        ["Tile"] = MovementOperators.Tile,
        ["Resize"] = ResizeOperators.Resize,
        ["Upsample"] = ResizeOperators.Upsample,
        ["QuantizeLinear"] = QuantisationOperators.QuantizeLinear,
        ["DequantizeLinear"] = QuantisationOperators.DequantizeLinear,
        ["QLinearConv"] = QLinearOperators.QLinearConv,
        ["QLinearMatMul"] = QLinearOperators.QLinearMatMul,
    };

    private static readonly Dictionary<string, Lowering> OnnxRuntime = new(StringComparer.Ordinal)
    {
        ["Gelu"] = ElementwiseOperators.Unary(UnaryFunction.Gelu),
        ["FastGelu"] = ElementwiseOperators.Unary(UnaryFunction.GeluTanh),
        ["QuantizeLinear"] = QuantisationOperators.QuantizeLinear,
        ["DequantizeLinear"] = QuantisationOperators.DequantizeLinear,
        ["QGemm"] = QLinearOperators.QGemm,
        ["QLinearAdd"] = QLinearOperators.Binary(BinaryFunction.Add),
        ["QLinearMul"] = QLinearOperators.Binary(BinaryFunction.Multiply),
        ["QLinearSigmoid"] = QLinearOperators.Unary(UnaryFunction.Sigmoid),
        ["QLinearLeakyRelu"] = QLinearOperators.Unary(UnaryFunction.LeakyRelu),
        ["QLinearSoftmax"] = QLinearOperators.QLinearSoftmax,
        ["QLinearAveragePool"] = QLinearOperators.QLinearAveragePool,
        ["QLinearGlobalAveragePool"] = QLinearOperators.QLinearGlobalAveragePool,
        ["QLinearConcat"] = QLinearOperators.QLinearConcat,
    };

    /// <summary>True for domains that have any operator here.</summary>
    public static bool HasDomain(string domain) => IsStandard(domain) || domain == Microsoft;

    public static bool IsStandard(string domain) => domain is "" or "ai.onnx";

    /// <summary>How an operator is imported, or null where there is no way.</summary>
    public static Lowering? Find(string domain, string operatorName) =>
        (IsStandard(domain) ? Standard : OnnxRuntime).GetValueOrDefault(operatorName);
}
