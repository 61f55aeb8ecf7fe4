using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Compile;

/// <summary>What the author of a model can write instead of an operator that the compiler hands to the host.</summary>
public static class HostRewrites
{
    /// <summary>Takes a reason apart: what was found in the model, and the constraint that it breaks.</summary>
    /// <param name="reason">As the compiler gives it: "found; constraint", "found: constraint", or the constraint alone.</param>
    /// <returns>Found is empty where the reason is the constraint alone.</returns>
    public static (string Found, string Constraint) Split(string reason)
    {
        int place = reason.IndexOf("; ", StringComparison.Ordinal);
        place = place < 0 ? reason.IndexOf(": ", StringComparison.Ordinal) : place;
        return place < 0 ? ("", reason) : (reason[..place], reason[(place + 2)..]);
    }

    /// <summary>What to write instead; empty for an operator that is none of the compiler's.</summary>
    /// <param name="operatorName">The operator as the host-operator table names it.</param>
    public static string Of(string operatorName) =>
        Enum.TryParse<OperatorKind>(operatorName, out var kind) && kind.ToString() == operatorName ? Of(kind) : "";

    private static string Of(OperatorKind kind) => kind switch
    {
        OperatorKind.Convolution or OperatorKind.FullyConnected =>
            "constant int8 weights; stride and dilation up to 255; fewer channels or smaller kernels where its smallest tile does not fit the buffers",
        OperatorKind.DepthwiseConvolution => "constant int8 weights; stride and dilation up to 255; a smaller kernel or fewer columns where its smallest tile does not fit",
        OperatorKind.MatrixMultiply => "the first operand computed and not transposed (transpose it before), the second constant or computed; split a reduction that is too deep for the buffers",
        OperatorKind.Attention => "int8 products and a softmax of their own, or shorter sequences for each head",
        OperatorKind.Binary => "operands of one shape, or a second operand that is a scalar, a last row, or one element per row; swap operands where the first is spread",
        OperatorKind.Unary or OperatorKind.Clamp or OperatorKind.Requantise => "int8 with one scale per tensor, so that it is a look-up; ReLU instead of other functions in float32",
        OperatorKind.MaxPool or OperatorKind.AveragePool => "a window without dilation; two smaller windows after each other where one does not fit the buffer",
        OperatorKind.Reduce => "folding the last dimensions, by sum or maximum; a mean as an average pool, or as a 1×1 convolution with constant weights",
        OperatorKind.Softmax => "softmax over the last dimension (transpose before), without the logarithm, beta 1",
        OperatorKind.LayerNormalisation => "normalisation over the last dimension only, with constant float32 gamma and beta of its length",
        OperatorKind.BatchNormalisation => "fold it into the convolution before it: constant scale and shift per channel",
        OperatorKind.LocalResponseNormalisation => "batch normalisation, folded into the convolution before it, and retrain",
        OperatorKind.Quantise or OperatorKind.Dequantise => "quantised inputs and outputs, so that the conversion is outside the model",
        OperatorKind.Concatenate or OperatorKind.Slice or OperatorKind.Pad =>
            "one scale and zero point for all inputs and the output, padding with a constant: then only bytes move",
        OperatorKind.Transpose or OperatorKind.Reshape => "one type and scale on both sides, so that only bytes move; or weights stored in the other order",
        OperatorKind.Resize => "nearest neighbour with one scale, or a transposed convolution with constant weights",
        OperatorKind.Gather => "slices where indices are constant, or a product with a one-hot matrix; an embedding can stay outside the model",
        OperatorKind.Cast => "one type throughout; convert inputs before the model",
    };
}
