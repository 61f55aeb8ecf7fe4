namespace NpuSim.Workloads.Graphs;

/// <summary>Every operator of the graph. Each has one attributes record below.</summary>
public enum OperatorKind : byte
{
    Convolution,
    DepthwiseConvolution,
    FullyConnected,
    MatrixMultiply,
    Attention,
    Binary,
    Unary,
    Clamp,
    MaxPool,
    AveragePool,
    Reduce,
    Softmax,
    LayerNormalisation,
    BatchNormalisation,
    LocalResponseNormalisation,
    Concatenate,
    Slice,
    Pad,
    Transpose,
    Reshape,
    Resize,
    Gather,
    Quantise,
    Dequantise,
    Requantise,
    Cast,
}

/// <summary>Padding of a plane, in pixels.</summary>
public readonly record struct Padding(int Top, int Left, int Bottom, int Right);

/// <summary>Geometry of a window that slides over an NHWC plane.</summary>
public readonly record struct Window(int KernelHeight, int KernelWidth, int StrideY, int StrideX, int DilationY, int DilationX, Padding Padding)
{
    /// <summary>Output extent of one dimension: ⌊(in + before + after − dilation·(kernel − 1) − 1) / stride⌋ + 1.</summary>
    public static int OutputExtent(int input, int kernel, int stride, int dilation, int before, int after) =>
        (input + before + after - dilation * (kernel - 1) - 1) / stride + 1;
}

/// <summary>Bounds of a fused activation in real values; infinite where open.</summary>
public readonly record struct ActivationBounds(float Low, float High)
{
    public static ActivationBounds None { get; } = new(float.NegativeInfinity, float.PositiveInfinity);

    public static ActivationBounds Relu { get; } = new(0, float.PositiveInfinity);

    public static ActivationBounds Relu6 { get; } = new(0, 6);
}

/// <summary>Element-wise operations of two operands with NumPy broadcasting.</summary>
public enum BinaryFunction : byte
{
    Add,
    Subtract,
    Multiply,
    Divide,
    Minimum,
    Maximum,
    Power,
    SquaredDifference,
}

/// <summary>Element-wise functions of one operand.</summary>
public enum UnaryFunction : byte
{
    Sigmoid,
    Tanh,
    Erf,
    Gelu,
    GeluTanh,
    Exp,
    Log,
    Sqrt,
    Rsqrt,
    Reciprocal,
    Negate,
    Absolute,
    Square,
    HardSwish,
    HardSigmoid,
    Swish,
    LeakyRelu,
    Elu,
    Softplus,
    Floor,
    Ceiling,
    Round,
    Sine,
    Cosine,
}

/// <summary>Folds of <see cref="ReduceAttributes"/>.</summary>
public enum ReduceFunction : byte
{
    Mean,
    Sum,
    Maximum,
    Minimum,
    Product,
}

/// <summary>How <see cref="ResizeAttributes"/> samples.</summary>
public enum ResizeMode : byte
{
    /// <summary>⌊o·in/out⌋.</summary>
    NearestFloor,

    /// <summary>⌊(o + ½)·in/out⌋.</summary>
    NearestHalfPixel,

    /// <summary>Bilinear, sampled at pixel centres.</summary>
    BilinearHalfPixel,

    /// <summary>Bilinear, corners aligned.</summary>
    BilinearAlignCorners,

    /// <summary>Bilinear, o·in/out.</summary>
    BilinearAsymmetric,
}

/// <summary>Typed attributes of a node; the record's type is the operator.</summary>
public abstract record OperatorAttributes(OperatorKind Kind);

/// <summary>Inputs: x [N,H,W,C], w [K,R,S,C/Groups], bias [K] or none. Output [N,OH,OW,K].</summary>
public sealed record ConvolutionAttributes(Window Window, int Groups, ActivationBounds Activation)
    : OperatorAttributes(OperatorKind.Convolution);

/// <summary>Inputs: x [N,H,W,C], w [R,S,C·Multiplier], bias or none. Output channel k reads input channel ⌊k/Multiplier⌋. Per-channel scales: axis 2 of w.</summary>
public sealed record DepthwiseAttributes(Window Window, int Multiplier, ActivationBounds Activation)
    : OperatorAttributes(OperatorKind.DepthwiseConvolution);

/// <summary>Inputs: x [.., K], w [N,K], bias [N] or none. Output [.., N].</summary>
public sealed record FullyConnectedAttributes(ActivationBounds Activation) : OperatorAttributes(OperatorKind.FullyConnected);

/// <summary>Inputs: a [..,M,K], b [..,K,N] ([..,N,K] where TransposeB), leading dimensions broadcast. Neither need be constant.</summary>
public sealed record MatrixMultiplyAttributes(bool TransposeA, bool TransposeB) : OperatorAttributes(OperatorKind.MatrixMultiply);

/// <summary>Inputs: q [N,S,Heads·D], k [N,T,Heads·D], v [N,T,Heads·E], all float32. Output [N,S,Heads·E]: for each head
/// (exp(Scale·q·kᵀ − maximum)·v) / (sum of these exponentials), the division last. Scale is multiplied into q.</summary>
public sealed record AttentionAttributes(int Heads, float Scale) : OperatorAttributes(OperatorKind.Attention);

/// <summary>Inputs: a, b, NumPy broadcasting.</summary>
public sealed record BinaryAttributes(BinaryFunction Function, ActivationBounds Activation) : OperatorAttributes(OperatorKind.Binary);

/// <summary>Input x. Alpha and Beta: slope of leaky ReLU and ELU (Alpha); HardSigmoid is clamp(Alpha·x + Beta, 0, 1).</summary>
public sealed record UnaryAttributes(UnaryFunction Function, float Alpha = 0, float Beta = 0) : OperatorAttributes(OperatorKind.Unary);

/// <summary>Input x; ReLU, ReLU6 and clip are clamps.</summary>
public sealed record ClampAttributes(ActivationBounds Bounds) : OperatorAttributes(OperatorKind.Clamp);

/// <summary>Input x [N,H,W,C].</summary>
public sealed record MaxPoolAttributes(Window Window, ActivationBounds Activation) : OperatorAttributes(OperatorKind.MaxPool);

/// <summary>Input x [N,H,W,C]; CountPadding divides by the whole window, else by the taps inside.</summary>
public sealed record AveragePoolAttributes(Window Window, bool CountPadding, ActivationBounds Activation)
    : OperatorAttributes(OperatorKind.AveragePool);

/// <summary>Input x. Axes are non-negative, ascending.</summary>
public sealed record ReduceAttributes(ReduceFunction Function, IReadOnlyList<int> Axes, bool KeepDimensions) : OperatorAttributes(OperatorKind.Reduce);

/// <summary>Input x; exp(Beta·x) normalised over Axis (non-negative).</summary>
public sealed record SoftmaxAttributes(int Axis, float Beta = 1, bool Log = false) : OperatorAttributes(OperatorKind.Softmax);

/// <summary>Inputs: x, gamma or none, beta or none; normalised over the dimensions from Axis (non-negative) on.</summary>
public sealed record LayerNormalisationAttributes(int Axis, float Epsilon) : OperatorAttributes(OperatorKind.LayerNormalisation);

/// <summary>Inputs: x (channels last), scale, shift, mean, variance, each [C].</summary>
public sealed record BatchNormalisationAttributes(float Epsilon) : OperatorAttributes(OperatorKind.BatchNormalisation);

/// <summary>Input x, channels last: x / (Bias + Alpha/Size · Σ x²)^Beta over Size neighbouring channels.</summary>
public sealed record LocalResponseAttributes(int Size, float Alpha, float Beta, float Bias)
    : OperatorAttributes(OperatorKind.LocalResponseNormalisation);

/// <summary>Inputs: any number.</summary>
public sealed record ConcatenateAttributes(int Axis) : OperatorAttributes(OperatorKind.Concatenate);

/// <summary>Input x; one entry per dimension: first index, extent, step (may be negative).</summary>
public sealed record SliceAttributes(IReadOnlyList<int> Starts, IReadOnlyList<int> Extents, IReadOnlyList<int> Steps)
    : OperatorAttributes(OperatorKind.Slice);

/// <summary>How new elements of a pad are filled.</summary>
public enum PadMode : byte
{
    Constant,
    Reflect,
    Edge,
}

/// <summary>Input x; one entry per dimension. Value is real (the zero point where quantised and Value is 0).</summary>
public sealed record PadAttributes(IReadOnlyList<int> Before, IReadOnlyList<int> After, PadMode Mode, float Value)
    : OperatorAttributes(OperatorKind.Pad);

/// <summary>Input x; output dimension i is input dimension Permutation[i].</summary>
public sealed record TransposeAttributes(IReadOnlyList<int> Permutation) : OperatorAttributes(OperatorKind.Transpose);

/// <summary>Input x; the output's own shape says. Also flatten, squeeze, expand-dims.</summary>
public sealed record ReshapeAttributes() : OperatorAttributes(OperatorKind.Reshape);

/// <summary>Input x [N,H,W,C]; the output's own shape says to what.</summary>
public sealed record ResizeAttributes(ResizeMode Mode) : OperatorAttributes(OperatorKind.Resize);

/// <summary>Inputs: x, indices (int32 or int64).</summary>
public sealed record GatherAttributes(int Axis) : OperatorAttributes(OperatorKind.Gather);

/// <summary>Input float32, output int8 with quantisation.</summary>
public sealed record QuantiseAttributes() : OperatorAttributes(OperatorKind.Quantise);

/// <summary>Input int8 or int32 with quantisation, output float32.</summary>
public sealed record DequantiseAttributes() : OperatorAttributes(OperatorKind.Dequantise);

/// <summary>Input and output quantised (int8 or uint8), each with its own scale.</summary>
public sealed record RequantiseAttributes() : OperatorAttributes(OperatorKind.Requantise);

/// <summary>Input x of one element type, output of another; float to integer truncates.</summary>
public sealed record CastAttributes() : OperatorAttributes(OperatorKind.Cast);
