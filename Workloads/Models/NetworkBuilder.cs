using NpuSim.Isa.Program;
using NpuSim.Workloads.Compress;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Models;

/// <summary>Builds float32 NHWC networks with seeded weights.</summary>
/// <remarks>Weights are uniform with the variance of He et al. (2015), 2/fan-in before a ReLU and 1/fan-in elsewhere, times a gain; biases are
/// uniform within ±0.05. Each tensor has a seed of its own, drawn in the order of construction. Batch normalisation is taken as folded into
/// weights and bias.</remarks>
internal sealed class NetworkBuilder(string name, ulong seed)
{
    private const float BiasLimit = 0.05f;

    private readonly Graph graph = new(name);
    private readonly List<WeightFill.Request> fills = [];
    private SplitMix64 seeds = new(seed);

    public Tensor Input(string input, params int[] shape) => Input(input, ElementType.Float32, shape);

    public Tensor Input(string input, ElementType type, params int[] shape)
    {
        var tensor = new Tensor(input, type, shape);
        graph.Inputs.Add(tensor);
        return tensor;
    }

    /// <summary>Constant uniform in (−limit, limit).</summary>
    public Tensor Uniform(string constant, float limit, params int[] shape)
    {
        var tensor = new Tensor(constant, ElementType.Float32, shape);
        tensor.Data = new byte[tensor.Bytes];
        fills.Add(new WeightFill.Request(tensor.Data, limit, seeds.Next()));
        return tensor;
    }

    public static Tensor Filled(string constant, float value, params int[] shape)
    {
        var tensor = new Tensor(constant, ElementType.Float32, shape);
        var values = new float[tensor.Elements];
        Array.Fill(values, value);
        tensor.Data = [.. System.Runtime.InteropServices.MemoryMarshal.AsBytes(values.AsSpan())];
        return tensor;
    }

    public Tensor Convolution(string layer, Tensor x, int kernels, Window window, ActivationBounds activation, float gain = 1)
    {
        var fanIn = window.KernelHeight * window.KernelWidth * x.Shape[3];
        var weights = Weights(layer, fanIn, activation, gain, kernels, window.KernelHeight, window.KernelWidth, x.Shape[3]);
        return Add(layer, new ConvolutionAttributes(window, 1, activation), x, weights, Uniform(layer + ".bias", BiasLimit, kernels));
    }

    public Tensor Depthwise(string layer, Tensor x, Window window, ActivationBounds activation)
    {
        var weights = Weights(layer, window.KernelHeight * window.KernelWidth, activation, 1, window.KernelHeight, window.KernelWidth, x.Shape[3]);
        return Add(layer, new DepthwiseAttributes(window, 1, activation), x, weights, Uniform(layer + ".bias", BiasLimit, x.Shape[3]));
    }

    public Tensor Connected(string layer, Tensor x, int outputs, ActivationBounds activation, float gain = 1)
    {
        var weights = Weights(layer, x.Shape[^1], activation, gain, outputs, x.Shape[^1]);
        return Add(layer, new FullyConnectedAttributes(activation), x, weights, Uniform(layer + ".bias", BiasLimit, outputs));
    }

    public Tensor Connected(string layer, Tensor x, int outputs) => Connected(layer, x, outputs, ActivationBounds.None);

    public Tensor MaxPool(string layer, Tensor x, Window window) => Add(layer, new MaxPoolAttributes(window, ActivationBounds.None), x);

    /// <summary>Mean of the whole plane, as rows [N, C].</summary>
    public Tensor GlobalMean(string layer, Tensor x)
    {
        var window = Windows.Valid(x.Shape[1], x.Shape[2], 1);
        var mean = Add(layer, new AveragePoolAttributes(window, false, ActivationBounds.None), x);
        return Reshape(layer + ".flatten", mean, x.Shape[0], x.Shape[3]);
    }

    public Tensor Sum(string layer, Tensor a, Tensor b, ActivationBounds activation) =>
        Add(layer, new BinaryAttributes(BinaryFunction.Add, activation), a, b);

    public Tensor Reshape(string layer, Tensor x, params int[] shape)
    {
        var tensor = new Tensor(layer, x.Type, shape);
        graph.Nodes.Add(new Node(layer, new ReshapeAttributes(), [x], [tensor]));
        return tensor;
    }

    public Tensor Softmax(string layer, Tensor x) => Add(layer, new SoftmaxAttributes(x.Shape.Count - 1), x);

    /// <summary>Layer normalisation over the innermost dimension, gamma 1 and beta 0 as before training.</summary>
    public Tensor Normalised(string layer, Tensor x, float epsilon)
    {
        var width = x.Shape[^1];
        return Add(layer, new LayerNormalisationAttributes(x.Shape.Count - 1, epsilon), x, Filled(layer + ".gamma", 1, width), Filled(layer + ".beta", 0, width));
    }

    public Tensor Add(string layer, OperatorAttributes attributes, params Tensor?[] inputs)
    {
        var shape = ShapeInference.Infer(new Node(layer, attributes, inputs, [new Tensor(layer, ElementType.Float32, [])]))[0];
        var tensor = new Tensor(layer, ElementType.Float32, shape);
        graph.Nodes.Add(new Node(layer, attributes, inputs, [tensor]));
        return tensor;
    }

    /// <summary>Draws all weights and gives the graph.</summary>
    public Graph Done(Tensor output)
    {
        WeightFill.Run(fills);
        graph.Outputs.Add(output);
        return graph;
    }

    private Tensor Weights(string layer, int fanIn, ActivationBounds activation, float gain, params int[] shape)
    {
        // A uniform number in (−a, a) has variance a²/3; a ReLU halves the power of what passes it.
        var power = activation == ActivationBounds.None ? 3f : 6f;
        return Uniform(layer + ".weight", gain * MathF.Sqrt(power / fanIn), shape);
    }
}
