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
    public void Every_operator_is_integer(string file, string census)
    {
        var prepared = Preparation.Prepare(ModelFile.Load(SharedFolder.File("models", file)), new PreparationOptions { ValuesMatter = false }).Graph;
        Assert.Equal(census, Census(prepared));
    }

    /// <summary>Operators on int8 by name; any other than the conversions at the border is counted as float.</summary>
    private static string Census(Graph graph) => string.Join(", ", graph.Nodes
        .Where(node => node.Kind is not (OperatorKind.Quantise or OperatorKind.Dequantise or OperatorKind.Requantise))
        .GroupBy(node => (node.Output.Type == ElementType.Int8 ? "" : "float ") + node.Kind)
        .OrderBy(group => group.Key, StringComparer.Ordinal)
        .Select(group => $"{group.Key} {group.Count()}"));
}
