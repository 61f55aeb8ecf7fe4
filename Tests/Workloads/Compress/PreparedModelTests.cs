using NpuSim.Isa.Program;
using NpuSim.Workloads.Compress;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Import;
using Xunit;

namespace NpuSim.Tests.Workloads.Compress;

/// <summary>Real models come out of the pipeline as integer graphs without detours.</summary>
public sealed class PreparedModelTests
{
    [SharedTheory]
    [InlineData("ad01_fp32.tflite", "FullyConnected 10")]
    [InlineData("ad01_int8.tflite", "FullyConnected 10")]
    [InlineData("ic_resnet8_fp32.tflite", "AveragePool 1, Binary 3, Convolution 9, FullyConnected 1, Reshape 1, Softmax 1")]
    [InlineData("ic_resnet8_int8.tflite", "AveragePool 1, Binary 3, Convolution 9, FullyConnected 1, Reshape 1, Softmax 1")]
    [InlineData("vww_mobilenet025_fp32.tflite", "AveragePool 1, Convolution 14, DepthwiseConvolution 13, FullyConnected 1, Reshape 1, Softmax 1")]
    [InlineData("vww_mobilenet025_int8.tflite", "AveragePool 1, Convolution 14, DepthwiseConvolution 13, FullyConnected 1, Reshape 1, Softmax 1")]
    [InlineData("kws_dscnn_int8.tflite", "AveragePool 1, Convolution 5, DepthwiseConvolution 4, FullyConnected 1, Reshape 1, Softmax 1")]
    [InlineData("sww_int8.tflite", "Convolution 4, DepthwiseConvolution 4, FullyConnected 1, Reshape 1, Softmax 1")]
    [InlineData("tflm_person_detect.tflite", "AveragePool 1, Convolution 14, DepthwiseConvolution 14, Reshape 1, Softmax 1")]
    [InlineData("tflm_mobilenet_v2_quantized_1x3x224x224.tflite",
        "Binary 10, Convolution 35, DepthwiseConvolution 17, FullyConnected 1, Reduce 1, Reshape 1, Transpose 1")]
    [InlineData("kwt1_transformer_fp32.tflite",
        "Binary 42, Concatenate 1, FullyConnected 78, Gather 1, LayerNormalisation 24, MatrixMultiply 24, Reshape 128, Slice 1, Softmax 12, Unary 14")]
    [InlineData("ad01_int8_kaijiang.onnx", "FullyConnected 10")]
    [InlineData("ic_resnet8_fp32_kaijiang.onnx", "AveragePool 1, Binary 3, Convolution 9, FullyConnected 1, Reshape 1, Softmax 1, Transpose 1")]
    [InlineData("ic_resnet8_int8_kaijiang.onnx", "AveragePool 1, Binary 3, Convolution 9, FullyConnected 1, Reshape 1, float Softmax 1")]
    [InlineData("kws_dscnn_int8_kaijiang.onnx",
        "AveragePool 1, Convolution 5, DepthwiseConvolution 4, FullyConnected 1, Reshape 2, float Softmax 1")]
    [InlineData("vww_mobilenet025_fp32_kaijiang.onnx",
        "AveragePool 1, Convolution 14, DepthwiseConvolution 13, FullyConnected 1, Reshape 1, Softmax 1, Transpose 1")]
    [InlineData("vww_mobilenet025_int8_kaijiang.onnx",
        "AveragePool 1, Convolution 14, DepthwiseConvolution 13, FullyConnected 1, Reshape 1, Transpose 1, float Softmax 1")]
    [InlineData("st_yamnet_256_64x96_fp32.onnx",
        "Convolution 6, DepthwiseConvolution 5, FullyConnected 1, Reduce 1, Reshape 2, Softmax 1, Transpose 1")]
    [InlineData("light_resnet50.onnx", "AveragePool 1, Binary 16, Convolution 53, FullyConnected 1, MaxPool 1, Reshape 1, Softmax 1, Transpose 1")]
    [InlineData("light_shufflenet.onnx", "AveragePool 4, Binary 13, Clamp 3, Concatenate 3, Convolution 33, DepthwiseConvolution 16, "
        + "FullyConnected 1, MaxPool 1, Reshape 33, Softmax 1, Transpose 17")]
    [InlineData("light_squeezenet.onnx", "Concatenate 8, Convolution 26, MaxPool 3, Reduce 1, Reshape 2, Softmax 1, Transpose 1")]
    [InlineData("light_inception_v1.onnx", "AveragePool 1, Concatenate 9, Convolution 57, FullyConnected 1, LocalResponseNormalisation 2, "
        + "MaxPool 13, Reshape 1, Softmax 1, Transpose 1")]
    [InlineData("light_densenet121.onnx",
        "AveragePool 3, Binary 124, Concatenate 58, Convolution 121, MaxPool 1, Reduce 1, Reshape 1, Transpose 1")]
    [InlineData("light_bvlc_alexnet.onnx",
        "Convolution 5, FullyConnected 3, LocalResponseNormalisation 2, MaxPool 3, Reshape 1, Softmax 1, Transpose 1")]
    [InlineData("light_vgg19.onnx", "Convolution 16, FullyConnected 3, MaxPool 5, Reshape 1, Softmax 1, Transpose 1")]
    public void Every_operator_is_integer(string file, string census)
    {
        var prepared = Preparation.Prepare(ModelFile.Load(SharedFolder.File("models", file)), new PreparationOptions { ValuesMatter = false }).Graph;
        Assert.Equal(census, Census(prepared));
    }

    [SharedTheory]
    [InlineData("ad01_int8_kaijiang.onnx")]
    [InlineData("ic_resnet8_int8_kaijiang.onnx")]
    [InlineData("kws_dscnn_int8_kaijiang.onnx")]
    [InlineData("vww_mobilenet025_int8_kaijiang.onnx")]
    public void Fused_models_give_what_their_float_evaluation_gives(string file)
    {
        var model = ModelFile.Load(SharedFolder.File("models", file));
        var (expected, actual) = (Outputs.Of(model, 7), Outputs.Of(Preparation.Prepare(model, new PreparationOptions()).Graph, 7));
        Assert.InRange(Outputs.RelativeError(expected, actual), 0, 0.02);
    }

    [SharedTheory]
    [InlineData("ad01_fp32.tflite", 25)]
    [InlineData("vww_mobilenet025_fp32_kaijiang.onnx", 35)]
    [InlineData("st_yamnet_256_64x96_fp32.onnx", 25)]
    public void Quantised_models_are_close_to_the_float_ones(string file, double decibels)
    {
        var model = ModelFile.Load(SharedFolder.File("models", file));
        var prepared = Preparation.Prepare(model, new PreparationOptions { DrawnSamples = 8 }).Graph;
        Assert.InRange(Outputs.Sqnr(Outputs.Of(model, 77), Outputs.Of(prepared, 77)), decibels, 100);
    }

    /// <summary>Operators on int8 by name; any other than the conversions at the border is counted as float.</summary>
    private static string Census(Graph graph) => string.Join(", ", graph.Nodes
        .Where(node => node.Kind is not (OperatorKind.Quantise or OperatorKind.Dequantise or OperatorKind.Requantise))
        .GroupBy(node => (node.Output.Type == ElementType.Int8 ? "" : "float ") + node.Kind)
        .OrderBy(group => group.Key, StringComparer.Ordinal)
        .Select(group => $"{group.Key} {group.Count()}"));
}
