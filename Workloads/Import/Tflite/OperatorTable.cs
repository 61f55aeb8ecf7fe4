using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Import.Tflite;

/// <summary>One supported operator.</summary>
/// <param name="Name">The schema's name.</param>
/// <param name="LeastInputs">Inputs that must be listed.</param>
/// <param name="MostInputs">Inputs that may be listed.</param>
/// <param name="Read">Adds its nodes to the graph.</param>
/// <param name="OptionsType">The schema's number of its options table (union BuiltinOptions); 0 where no option is read.</param>
/// <param name="ManyOutputs">Whether there may be more than one output.</param>
internal sealed record OperatorRow(string Name, int LeastInputs, int MostInputs, Action<OperatorSource> Read, int OptionsType = 0,
    bool ManyOutputs = false);

/// <summary>Every operator that the importer understands.</summary>
internal static class OperatorTable
{
    private const int Any = int.MaxValue;

    private static readonly OperatorRow[] Rows =
    [
        new("CONV_2D", 2, 3, WindowOperators.Convolution, OptionsType: 1),
        new("DEPTHWISE_CONV_2D", 2, 3, WindowOperators.DepthwiseConvolution, OptionsType: 2),
        new("AVERAGE_POOL_2D", 1, 1, WindowOperators.AveragePool, OptionsType: 5),
        new("MAX_POOL_2D", 1, 1, WindowOperators.MaxPool, OptionsType: 5),
        new("FULLY_CONNECTED", 2, 3, ProductOperators.FullyConnected, OptionsType: 8),
        new("BATCH_MATMUL", 2, 2, ProductOperators.BatchMatrixMultiply, OptionsType: 101),

        new("ADD", 2, 2, ElementwiseOperators.Binary(BinaryFunction.Add, fuses: true), OptionsType: 11),
        new("SUB", 2, 2, ElementwiseOperators.Binary(BinaryFunction.Subtract, fuses: true), OptionsType: 28),
        new("MUL", 2, 2, ElementwiseOperators.Binary(BinaryFunction.Multiply, fuses: true), OptionsType: 21),
        new("DIV", 2, 2, ElementwiseOperators.Binary(BinaryFunction.Divide, fuses: true), OptionsType: 29),
        new("MINIMUM", 2, 2, ElementwiseOperators.Binary(BinaryFunction.Minimum, fuses: false)),
        new("MAXIMUM", 2, 2, ElementwiseOperators.Binary(BinaryFunction.Maximum, fuses: false)),
        new("POW", 2, 2, ElementwiseOperators.Binary(BinaryFunction.Power, fuses: false)),
        new("SQUARED_DIFFERENCE", 2, 2, ElementwiseOperators.Binary(BinaryFunction.SquaredDifference, fuses: false)),

        new("LOGISTIC", 1, 1, ElementwiseOperators.Unary(UnaryFunction.Sigmoid)),
        new("TANH", 1, 1, ElementwiseOperators.Unary(UnaryFunction.Tanh)),
        new("HARD_SWISH", 1, 1, ElementwiseOperators.Unary(UnaryFunction.HardSwish)),
        new("EXP", 1, 1, ElementwiseOperators.Unary(UnaryFunction.Exp)),
        new("LOG", 1, 1, ElementwiseOperators.Unary(UnaryFunction.Log)),
        new("SQRT", 1, 1, ElementwiseOperators.Unary(UnaryFunction.Sqrt)),
        new("RSQRT", 1, 1, ElementwiseOperators.Unary(UnaryFunction.Rsqrt)),
        new("SQUARE", 1, 1, ElementwiseOperators.Unary(UnaryFunction.Square)),
        new("ABS", 1, 1, ElementwiseOperators.Unary(UnaryFunction.Absolute)),
        new("NEG", 1, 1, ElementwiseOperators.Unary(UnaryFunction.Negate)),
        new("SIN", 1, 1, ElementwiseOperators.Unary(UnaryFunction.Sine)),
        new("COS", 1, 1, ElementwiseOperators.Unary(UnaryFunction.Cosine)),
        new("FLOOR", 1, 1, ElementwiseOperators.Unary(UnaryFunction.Floor)),
        new("CEIL", 1, 1, ElementwiseOperators.Unary(UnaryFunction.Ceiling)),
        new("ROUND", 1, 1, ElementwiseOperators.Unary(UnaryFunction.Round)),
        new("LEAKY_RELU", 1, 1, ElementwiseOperators.LeakyRelu, OptionsType: 75),
        new("ELU", 1, 1, ElementwiseOperators.Elu),
        new("GELU", 1, 1, ElementwiseOperators.Gelu, OptionsType: 116),
        new("RELU", 1, 1, ElementwiseOperators.Clamp(0, float.PositiveInfinity)),
        new("RELU6", 1, 1, ElementwiseOperators.Clamp(0, 6)),
        new("RELU_N1_TO_1", 1, 1, ElementwiseOperators.Clamp(-1, 1)),
        new("RELU_0_TO_1", 1, 1, ElementwiseOperators.Clamp(0, 1)),

        new("SOFTMAX", 1, 1, ElementwiseOperators.Softmax, OptionsType: 9),
        new("LOG_SOFTMAX", 1, 1, ElementwiseOperators.LogSoftmax),
        new("LOCAL_RESPONSE_NORMALIZATION", 1, 1, ElementwiseOperators.LocalResponseNormalisation, OptionsType: 13),
        new("MEAN", 2, 2, ElementwiseOperators.Reduce(ReduceFunction.Mean), OptionsType: 27),
        new("SUM", 2, 2, ElementwiseOperators.Reduce(ReduceFunction.Sum), OptionsType: 27),
        new("REDUCE_MAX", 2, 2, ElementwiseOperators.Reduce(ReduceFunction.Maximum), OptionsType: 27),
        new("REDUCE_MIN", 2, 2, ElementwiseOperators.Reduce(ReduceFunction.Minimum), OptionsType: 27),
        new("REDUCE_PROD", 2, 2, ElementwiseOperators.Reduce(ReduceFunction.Product), OptionsType: 27),

        new("RESHAPE", 1, 2, ShapeOperators.Reshape),
        new("SQUEEZE", 1, 1, ShapeOperators.Reshape),
        new("EXPAND_DIMS", 2, 2, ShapeOperators.Reshape),
        new("TRANSPOSE", 2, 2, ShapeOperators.Transpose),
        new("PAD", 2, 2, ShapeOperators.Pad),
        new("PADV2", 3, 3, ShapeOperators.PadWithValue),
        new("MIRROR_PAD", 2, 2, ShapeOperators.MirrorPad, OptionsType: 77),
        new("CONCATENATION", 1, Any, ShapeOperators.Concatenate, OptionsType: 10),
        new("GATHER", 2, 2, ShapeOperators.Gather, OptionsType: 23),
        new("RESIZE_NEAREST_NEIGHBOR", 2, 2, ShapeOperators.ResizeNearest, OptionsType: 74),
        new("RESIZE_BILINEAR", 2, 2, ShapeOperators.ResizeBilinear, OptionsType: 15),
        new("SLICE", 3, 3, SliceOperators.Slice),
        new("STRIDED_SLICE", 4, 4, SliceOperators.StridedSlice, OptionsType: 32),
        new("SPLIT", 2, 2, SliceOperators.Split, ManyOutputs: true),
        new("SPLIT_V", 3, 3, SliceOperators.SplitByExtents, ManyOutputs: true),
        new("UNPACK", 1, 1, SliceOperators.Unpack, OptionsType: 64, ManyOutputs: true),
        new("PACK", 1, Any, TilingOperators.Pack, OptionsType: 59),
        new("TILE", 2, 2, TilingOperators.Tile),
        new("BROADCAST_TO", 2, 2, TilingOperators.BroadcastTo),
        new("SPACE_TO_DEPTH", 1, 1, TilingOperators.SpaceToDepth, OptionsType: 19),
        new("DEPTH_TO_SPACE", 1, 1, TilingOperators.DepthToSpace, OptionsType: 94),

        new("QUANTIZE", 1, 1, ConversionOperators.Quantise),
        new("DEQUANTIZE", 1, 1, ConversionOperators.Dequantise),
        new("CAST", 1, 1, ConversionOperators.Cast),
        new("SHAPE", 1, 1, ConversionOperators.Shape),
    ];

    private static readonly Dictionary<string, OperatorRow> ByName = Rows.ToDictionary(row => row.Name);

    public static OperatorRow? Find(string name) => ByName.GetValueOrDefault(name);
}
