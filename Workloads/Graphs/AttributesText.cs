using System.Globalization;

namespace NpuSim.Workloads.Graphs;

/// <summary>Attributes of a node as a few readable words; what is at its usual value is left out.</summary>
internal static class AttributesText
{
    public static string Of(OperatorAttributes attributes) => attributes.Kind switch
    {
        OperatorKind.Convolution => Of((ConvolutionAttributes)attributes),
        OperatorKind.DepthwiseConvolution => Of((DepthwiseAttributes)attributes),
        OperatorKind.FullyConnected => Of(((FullyConnectedAttributes)attributes).Activation),
        OperatorKind.MatrixMultiply => Of((MatrixMultiplyAttributes)attributes),
        OperatorKind.Attention => $"{((AttentionAttributes)attributes).Heads} heads, scale {Number(((AttentionAttributes)attributes).Scale)}",
        OperatorKind.Binary => Join($"{((BinaryAttributes)attributes).Function}", Of(((BinaryAttributes)attributes).Activation)),
        OperatorKind.Unary => Of((UnaryAttributes)attributes),
        OperatorKind.Clamp => Of(((ClampAttributes)attributes).Bounds),
        OperatorKind.MaxPool => Join(Of(((MaxPoolAttributes)attributes).Window), Of(((MaxPoolAttributes)attributes).Activation)),
        OperatorKind.AveragePool => Of((AveragePoolAttributes)attributes),
        OperatorKind.Reduce => Of((ReduceAttributes)attributes),
        OperatorKind.Softmax => Of((SoftmaxAttributes)attributes),
        OperatorKind.LayerNormalisation => Of((LayerNormalisationAttributes)attributes),
        OperatorKind.BatchNormalisation => $"epsilon {Number(((BatchNormalisationAttributes)attributes).Epsilon)}",
        OperatorKind.LocalResponseNormalisation => Of((LocalResponseAttributes)attributes),
        OperatorKind.Concatenate => $"along {((ConcatenateAttributes)attributes).Axis}",
        OperatorKind.Slice => Of((SliceAttributes)attributes),
        OperatorKind.Pad => Of((PadAttributes)attributes),
        OperatorKind.Transpose => List(((TransposeAttributes)attributes).Permutation),
        OperatorKind.Resize => $"{((ResizeAttributes)attributes).Mode}",
        OperatorKind.Gather => $"along {((GatherAttributes)attributes).Axis}",
        OperatorKind.Reshape or OperatorKind.Quantise or OperatorKind.Dequantise or OperatorKind.Requantise or OperatorKind.Cast => "",
    };

    private static string Of(ConvolutionAttributes attributes) =>
        Join(Of(attributes.Window), attributes.Groups == 1 ? "" : $"groups {attributes.Groups}", Of(attributes.Activation));

    private static string Of(DepthwiseAttributes attributes) =>
        Join(Of(attributes.Window), attributes.Multiplier == 1 ? "" : $"multiplier {attributes.Multiplier}", Of(attributes.Activation));

    private static string Of(MatrixMultiplyAttributes attributes) =>
        Join(attributes.TransposeA ? "transpose-a" : "", attributes.TransposeB ? "transpose-b" : "");

    private static string Of(UnaryAttributes attributes) => Join(
        $"{attributes.Function}",
        attributes.Alpha == 0 ? "" : $"alpha {Number(attributes.Alpha)}",
        attributes.Beta == 0 ? "" : $"beta {Number(attributes.Beta)}");

    private static string Of(AveragePoolAttributes attributes) =>
        Join(Of(attributes.Window), attributes.CountPadding ? "count-padding" : "", Of(attributes.Activation));

    private static string Of(ReduceAttributes attributes) =>
        Join($"{attributes.Function} over {List(attributes.Axes)}", attributes.KeepDimensions ? "keep" : "");

    private static string Of(SoftmaxAttributes attributes) => Join(
        $"along {attributes.Axis}", attributes.Beta == 1 ? "" : $"beta {Number(attributes.Beta)}", attributes.Log ? "log" : "");

    private static string Of(LayerNormalisationAttributes attributes) => $"from {attributes.Axis} epsilon {Number(attributes.Epsilon)}";

    private static string Of(LocalResponseAttributes attributes) =>
        $"size {attributes.Size} alpha {Number(attributes.Alpha)} beta {Number(attributes.Beta)} bias {Number(attributes.Bias)}";

    private static string Of(SliceAttributes attributes) => Join(
        $"from {List(attributes.Starts)} extents {List(attributes.Extents)}",
        attributes.Steps.All(step => step == 1) ? "" : $"steps {List(attributes.Steps)}");

    private static string Of(PadAttributes attributes) => Join(
        $"{attributes.Mode} before {List(attributes.Before)} after {List(attributes.After)}",
        attributes.Mode == PadMode.Constant ? $"value {Number(attributes.Value)}" : "");

    private static string Of(Window window) => Join(
        $"{window.KernelHeight}×{window.KernelWidth}",
        window is { StrideY: 1, StrideX: 1 } ? "" : $"stride {window.StrideY}×{window.StrideX}",
        window is { DilationY: 1, DilationX: 1 } ? "" : $"dilation {window.DilationY}×{window.DilationX}",
        window.Padding == default
            ? ""
            : $"padding {window.Padding.Top},{window.Padding.Left},{window.Padding.Bottom},{window.Padding.Right}");

    private static string Of(ActivationBounds bounds) =>
        bounds == ActivationBounds.None ? "" : $"within [{Number(bounds.Low)}, {Number(bounds.High)}]";

    private static string List(IReadOnlyList<int> values) => $"({string.Join(',', values)})";

    private static string Number(float value) => value.ToString("R", CultureInfo.InvariantCulture);

    private static string Join(params IEnumerable<string> words) => string.Join(' ', words.Where(word => word.Length > 0));
}
