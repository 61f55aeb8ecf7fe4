using System.Runtime.InteropServices;
using NpuSim.Isa.Program;
using NpuSim.Workloads.Compress;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Tests.Workloads.Compress;

/// <summary>Builds small float graphs for tests, with seeded constants.</summary>
internal sealed class GraphSketch(ulong seed = 1)
{
    private SplitMix64 random = new(seed);
    private int count;

    public Graph Graph { get; } = new("sketch");

    public Tensor Input(string name, params int[] shape)
    {
        var tensor = new Tensor(name, ElementType.Float32, shape);
        Graph.Inputs.Add(tensor);
        return tensor;
    }

    public Tensor Constant(string name, params int[] shape)
    {
        var tensor = new Tensor(name, ElementType.Float32, shape);
        var values = new float[tensor.Elements];
        foreach (ref var value in values.AsSpan())
            value = random.NextNormal() * 0.3f;
        tensor.Data = MemoryMarshal.AsBytes<float>(values).ToArray();
        return tensor;
    }

    public static Tensor Values(string name, int[] shape, params float[] values) =>
        new(name, ElementType.Float32, shape) { Data = MemoryMarshal.AsBytes<float>(values).ToArray() };

    public static Tensor Scalar(string name, float value) => Values(name, [], value);

    public Tensor Int8(string name, float scale, params int[] shape)
    {
        var tensor = new Tensor(name, ElementType.Int8, shape) { Quantisation = Quantisation.PerTensor(scale, 0), Data = [] };
        tensor.Data = new byte[tensor.Elements];
        foreach (ref var value in tensor.Data.AsSpan())
            value = (byte)(sbyte)(random.NextBelow(255) - 127);
        return tensor;
    }

    public Tensor Int32(string name, float scale, int range, params int[] shape)
    {
        var tensor = new Tensor(name, ElementType.Int32, shape) { Quantisation = Quantisation.PerTensor(scale, 0) };
        var values = new int[tensor.Elements];
        foreach (ref var value in values.AsSpan())
            value = random.NextBelow(2 * range) - range;
        tensor.Data = MemoryMarshal.AsBytes<int>(values).ToArray();
        return tensor;
    }

    public Tensor Add(string name, OperatorAttributes attributes, params Tensor?[] inputs) => Typed(name, attributes, ElementType.Float32, null, inputs);

    public Tensor Reshape(string name, Tensor x, params int[] shape)
    {
        var tensor = new Tensor(name, x.Type, shape) { Quantisation = x.Quantisation };
        Graph.Nodes.Add(new Node(name, new ReshapeAttributes(), [x], [tensor]));
        return tensor;
    }

    public Tensor Transpose(string name, Tensor x, params int[] permutation) => Add(name, new TransposeAttributes(permutation), x);

    public Tensor ToFirst(Tensor x) => Transpose($"first{++count}", x, 0, 3, 1, 2);

    public Tensor ToLast(Tensor x) => Transpose($"last{++count}", x, 0, 2, 3, 1);

    /// <summary>A convolution on a channels-first tensor, as an ONNX import leaves it.</summary>
    public Tensor Convolution(string name, Tensor x, int kernels, int size = 3, int stride = 1) =>
        ToFirst(Plane(name, ToLast(x), kernels, size, stride));

    /// <summary>A convolution on a channels-last tensor.</summary>
    public Tensor Plane(string name, Tensor x, int kernels, int size = 3, int stride = 1) =>
        Add(name, new ConvolutionAttributes(Square(size, stride), 1, ActivationBounds.None),
            x, Constant(name + "_w", kernels, size, size, x.Shape[3]), Constant(name + "_b", kernels));

    public Tensor Depthwise(string name, Tensor x, int size = 3, int stride = 1) =>
        Add(name, new DepthwiseAttributes(Square(size, stride), 1, ActivationBounds.None),
            x, Constant(name + "_w", size, size, x.Shape[3]), Constant(name + "_b", x.Shape[3]));

    public Tensor Connected(string name, Tensor x, int outputs) =>
        Add(name, new FullyConnectedAttributes(ActivationBounds.None), x, Constant(name + "_w", outputs, x.Shape[^1]), Constant(name + "_b", outputs));

    public Tensor Relu(string name, Tensor x) => Add(name, new ClampAttributes(ActivationBounds.Relu), x);

    public Tensor Binary(string name, BinaryFunction function, Tensor a, Tensor b) =>
        Add(name, new BinaryAttributes(function, ActivationBounds.None), a, b);

    public Tensor Unary(string name, UnaryFunction function, Tensor x) => Add(name, new UnaryAttributes(function), x);

    public Tensor Quantise(string name, Tensor x, float scale, int zero) =>
        Typed(name, new QuantiseAttributes(), ElementType.Int8, Quantisation.PerTensor(scale, zero), x);

    public Tensor Dequantise(string name, Tensor x) => Add(name, new DequantiseAttributes(), x);

    /// <summary>Quantised and dequantised again, as QDQ models mark a tensor.</summary>
    public Tensor Marked(string name, Tensor x, float scale, int zero) => Dequantise(name + "_dq", Quantise(name + "_q", x, scale, zero));

    public Graph Done(params Tensor[] outputs)
    {
        Graph.Outputs.AddRange(outputs);
        GraphVerifier.Verify(Graph);
        return Graph;
    }

    public static Window Square(int size, int stride = 1)
    {
        var before = (size - 1) / 2;
        return new Window(size, size, stride, stride, 1, 1, new Padding(before, before, size - 1 - before, size - 1 - before));
    }

    private Tensor Typed(string name, OperatorAttributes attributes, ElementType type, Quantisation? quantisation, params Tensor?[] inputs)
    {
        var shape = ShapeInference.Infer(new Node(name, attributes, inputs, [new Tensor(name, type, [])]))[0];
        var tensor = new Tensor(name, type, shape) { Quantisation = quantisation };
        Graph.Nodes.Add(new Node(name, attributes, inputs, [tensor]));
        return tensor;
    }
}
