using NpuSim.Isa.Program;
using NpuSim.Tests.Workloads.Interpret;
using NpuSim.Workloads.Graphs;
using Xunit;

namespace NpuSim.Tests.Workloads.Graphs;

public sealed class ShapeInferenceTests
{
    public static TheoryData<OperatorAttributes, int[][], int[]> Shapes => new()
    {
        { new ConvolutionAttributes(TestTensors.Window(3, 3, 2, 1, new Padding(1, 1, 1, 1)), 2, ActivationBounds.None), [[2, 9, 8, 4], [6, 3, 3, 2]], [2, 5, 4, 6] },
        { new ConvolutionAttributes(TestTensors.Window(3, 2, 1, 3), 1, ActivationBounds.None), [[1, 9, 8, 4], [6, 3, 2, 4], [6]], [1, 3, 5, 6] },
        { new DepthwiseAttributes(TestTensors.Window(3, 3), 2, ActivationBounds.None), [[1, 5, 6, 3], [3, 3, 6], [6]], [1, 3, 4, 6] },
        { new FullyConnectedAttributes(ActivationBounds.None), [[2, 5, 7], [3, 7], [3]], [2, 5, 3] },
        { new MatrixMultiplyAttributes(true, false), [[4, 1, 3, 2], [5, 3, 6]], [4, 5, 2, 6] },
        { new BinaryAttributes(BinaryFunction.Add, ActivationBounds.None), [[3, 1], [2, 1, 4]], [2, 3, 4] },
        { new MaxPoolAttributes(TestTensors.Window(2, 2, 2), ActivationBounds.None), [[1, 5, 5, 3]], [1, 2, 2, 3] },
        { new ReduceAttributes(ReduceFunction.Sum, [0, 2], false), [[4, 5, 6]], [5] },
        { new ReduceAttributes(ReduceFunction.Sum, [0, 2], true), [[4, 5, 6]], [1, 5, 1] },
        { new ReduceAttributes(ReduceFunction.Sum, [0], false), [[4]], [] },
        { new SoftmaxAttributes(0), [[4, 5]], [4, 5] },
        { new LayerNormalisationAttributes(1, 0), [[4, 5, 6], [5, 6]], [4, 5, 6] },
        { new BatchNormalisationAttributes(0), [[4, 5], [5], [5], [5], [5]], [4, 5] },
        { new ConcatenateAttributes(1), [[4, 5], [4, 1], [4, 2]], [4, 8] },
        { new SliceAttributes([4, 0], [3, 2], [-2, 3]), [[5, 4]], [3, 2] },
        { new PadAttributes([1, 0], [2, 3], PadMode.Edge, 0), [[5, 4]], [8, 7] },
        { new TransposeAttributes([2, 0, 1]), [[4, 5, 6]], [6, 4, 5] },
        { new GatherAttributes(1), [[4, 5, 6], [2, 3]], [4, 2, 3, 6] },
        { new GatherAttributes(0), [[4, 5], []], [5] },
    };

    public static TheoryData<OperatorAttributes, int[][]> Misfits => new()
    {
        { new ConvolutionAttributes(TestTensors.Window(3, 3), 2, ActivationBounds.None), [[1, 9, 8, 4], [5, 3, 3, 2]] },
        { new ConvolutionAttributes(TestTensors.Window(3, 3), 0, ActivationBounds.None), [[1, 9, 8, 4], [5, 3, 3, 2]] },
        { new ConvolutionAttributes(TestTensors.Window(3, 3), 1, ActivationBounds.None), [[1, 2, 8, 4], [5, 3, 3, 4]] },
        { new ConvolutionAttributes(TestTensors.Window(3, 3), 1, ActivationBounds.None), [[9, 8, 4], [5, 3, 3, 4]] },
        { new DepthwiseAttributes(TestTensors.Window(3, 3), 2, ActivationBounds.None), [[1, 5, 6, 3], [3, 3, 7]] },
        { new FullyConnectedAttributes(ActivationBounds.None), [[2, 5, 8], [3, 7]] },
        { new FullyConnectedAttributes(ActivationBounds.None), [[2, 5, 7], [3, 7], [4]] },
        { new MatrixMultiplyAttributes(false, false), [[4, 3], [5, 4, 6]] },
        { new MatrixMultiplyAttributes(false, false), [[3], [3, 6]] },
        { new BinaryAttributes(BinaryFunction.Add, ActivationBounds.None), [[3, 2], [4]] },
        { new ReduceAttributes(ReduceFunction.Sum, [2, 0], false), [[4, 5, 6]] },
        { new ReduceAttributes(ReduceFunction.Sum, [0, 0], false), [[4, 5, 6]] },
        { new SoftmaxAttributes(-1), [[4, 5]] },
        { new LayerNormalisationAttributes(1, 0), [[4, 5, 6], [6]] },
        { new ConcatenateAttributes(1), [[4, 5], [3, 1]] },
        { new ConcatenateAttributes(2), [[4, 5], [4, 5]] },
        { new SliceAttributes([4, 0], [4, 2], [-2, 3]), [[5, 4]] },
        { new SliceAttributes([0], [1], [1]), [[5, 4]] },
        { new SliceAttributes([0, 0], [int.MaxValue, 1], [int.MaxValue, 1]), [[5, 4]] },
        { new PadAttributes([5, 0], [0, 0], PadMode.Reflect, 0), [[5, 4]] },
        { new PadAttributes([int.MaxValue, 0], [int.MaxValue, 0], PadMode.Edge, 0), [[5, 4]] },
        { new TransposeAttributes([0, 0, 1]), [[4, 5, 6]] },
        { new TransposeAttributes([0, 1]), [[4, 5, 6]] },
        { new GatherAttributes(3), [[4, 5, 6], [2]] },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Output_shapes_follow_from_the_inputs(OperatorAttributes attributes, int[][] inputs, int[] expected) =>
        Assert.Equal(expected, ShapeInference.Infer(Node(attributes, inputs, []))[0]);

    [Theory]
    [MemberData(nameof(Misfits))]
    public void Inputs_that_do_not_fit_are_refused(OperatorAttributes attributes, int[][] inputs) =>
        Assert.Throws<ModelException>(() =>
        {
            var node = Node(attributes, inputs, []);
            var graph = new Graph("misfit");
            graph.Inputs.AddRange(node.Inputs.Select(input => input!));
            graph.Nodes.Add(node);
            graph.Outputs.Add(node.Output);
            ShapeInference.Infer(node);
            GraphVerifier.Verify(graph);
        });

    [Fact]
    public void Reshape_and_resize_keep_what_must_not_change()
    {
        Assert.Equal([6, 4], ShapeInference.Infer(Node(new ReshapeAttributes(), [[2, 3, 4]], [6, 4]))[0]);
        Assert.Throws<ModelException>(() => ShapeInference.Infer(Node(new ReshapeAttributes(), [[2, 3, 4]], [5, 4])));
        Assert.Equal([1, 9, 5, 3], ShapeInference.Infer(Node(new ResizeAttributes(ResizeMode.NearestFloor), [[1, 4, 4, 3]], [1, 9, 5, 3]))[0]);
        Assert.Throws<ModelException>(() => ShapeInference.Infer(Node(new ResizeAttributes(ResizeMode.NearestFloor), [[1, 4, 4, 3]], [1, 9, 5, 4])));
    }

    private static Node Node(OperatorAttributes attributes, int[][] inputs, int[] output) => new(
        "node", attributes, [.. inputs.Select((shape, index) => new Tensor($"input{index}", ElementType.Float32, shape))],
        [new Tensor("output", ElementType.Float32, output)]);
}
