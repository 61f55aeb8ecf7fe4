using NpuSim.Isa.Program;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Tests.Workloads.Compile;

/// <summary>Small quantised networks drawn from a seed: a chain with branches over every operator that the compiler tiles.</summary>
internal sealed class RandomNetwork
{
    private readonly Random _random;
    private readonly Graph _graph;
    private Tensor _current;
    private int _count;

    private RandomNetwork(int seed)
    {
        _random = new Random(seed);
        _graph = new Graph($"random{seed}") { Arithmetic = Pick(Arithmetic.TfliteReference, Arithmetic.TfliteRuy, Arithmetic.Float) };
        _current = Activation([1, Between(1, 14), Between(1, 14), Between(1, 40)]);
        _graph.Inputs.Add(_current);
    }

    /// <summary>A network of about ten nodes; the same for the same seed.</summary>
    public static Graph Create(int seed)
    {
        var network = new RandomNetwork(seed);
        int nodes = network.Between(2, 8);
        for (int i = 0; i < nodes; i++)
        {
            network.AddImageNode();
        }

        network.AddHead();
        network._graph.Outputs.Add(network._current);
        return network._graph;
    }

    /// <summary>Random int8 content for the inputs.</summary>
    public static Dictionary<string, byte[]> Inputs(Graph graph, int seed)
    {
        var random = new Random(seed);
        return graph.Inputs.ToDictionary(input => input.Name, input =>
        {
            var data = new byte[input.Bytes];
            random.NextBytes(data);
            return data;
        });
    }

    private void AddImageNode()
    {
        switch (_random.Next(12))
        {
            case 0 or 1 or 2:
                Convolution();
                break;
            case 3:
                Depthwise();
                break;
            case 4:
                Pool();
                break;
            case 5:
                Residual();
                break;
            case 6:
                Unary();
                break;
            case 7:
                Concatenate();
                break;
            case 8:
                PadOrSlice();
                break;
            case 9:
                Attention();
                break;
            case 10:
                Normalisation();
                break;
            default:
                TransposePlane();
                break;
        }
    }

    private void AddHead()
    {
        int channels = _current.Shape[3];
        if (_random.Next(2) == 0)
        {
            Append(new ReduceAttributes(ReduceFunction.Mean, [1, 2], false), [_current], Like([1, channels]));
        }
        else
        {
            var flat = new Tensor(Name("flat"), ElementType.Int8, [1, (int)_current.Elements]) { Quantisation = _current.Quantisation };
            Append(new ReshapeAttributes(), [_current], flat);
        }

        int columns = Between(1, 70), depth = _current.Shape[1];
        Append(new FullyConnectedAttributes(ActivationBounds.None), [_current, Weights([columns, depth], 0, columns), Bias(columns)], Activation([1, columns]));
        if (_random.Next(2) == 0)
        {
            var output = new Tensor(Name("softmax"), ElementType.Int8, [1, columns]) { Quantisation = Quantisation.PerTensor(1f / 256, -128) };
            Append(new SoftmaxAttributes(1), [_current], output);
        }
    }

    private void Convolution()
    {
        int channels = _current.Shape[3];
        int groups = _random.Next(4) == 0 ? Enumerable.Range(1, channels).Where(g => channels % g == 0 && g <= 4).Last() : 1;
        int outputs = groups * Between(1, 60 / groups);
        if (Window() is not { } window)
        {
            return;
        }

        int[] kernel = [outputs, window.KernelHeight, window.KernelWidth, channels / groups];
        Append(new ConvolutionAttributes(window, groups, Bounds()), [_current, Weights(kernel, 0, outputs), Bias(outputs)], Plane(window, outputs));
    }

    private void Depthwise()
    {
        int multiplier = _random.Next(4) == 0 ? 2 : 1, outputs = _current.Shape[3] * multiplier;
        if (Window() is { } window)
        {
            int[] kernel = [window.KernelHeight, window.KernelWidth, outputs];
            Append(new DepthwiseAttributes(window, multiplier, Bounds()), [_current, Weights(kernel, 2, outputs), Bias(outputs)], Plane(window, outputs));
        }
    }

    private void Pool()
    {
        if (Window(pool: true) is not { } window)
        {
            return;
        }

        var shape = Plane(window, _current.Shape[3]).Shape;
        Append(_random.Next(2) == 0 ? new MaxPoolAttributes(window, ActivationBounds.None) : new AveragePoolAttributes(window, false, ActivationBounds.None),
            [_current], Like(shape));
    }

    private void Residual()
    {
        var shape = _current.Shape;
        var (a, b) = (_current, _current);
        Unary();
        var other = _random.Next(3) switch
        {
            0 => b,
            1 => _current,
            _ => Constant(_random.Next(2) == 0 ? [shape[3]] : [1, 1, 1, 1]),
        };
        var function = Pick(BinaryFunction.Add, BinaryFunction.Subtract, BinaryFunction.Multiply);
        Append(new BinaryAttributes(function, Bounds()), [a, other], Activation([.. shape]));
    }

    private void Unary() => Append(
        new UnaryAttributes(Pick(UnaryFunction.Sigmoid, UnaryFunction.HardSwish, UnaryFunction.Tanh, UnaryFunction.LeakyRelu), 0.1f), [_current], TanhLike());

    // TFLite's fixed-point sigmoid and tanh want these scales; the others take them as well.
    private Tensor TanhLike() => new(Name("unary"), ElementType.Int8, _current.Shape)
    {
        Quantisation = _graph.Arithmetic == Arithmetic.Float ? Quantisation.PerTensor(0.02f, 3) : Quantisation.PerTensor(1f / 128, 0),
    };

    private void Concatenate()
    {
        int axis = Between(1, 3);
        var shape = _current.Shape.ToArray();
        shape[axis] *= 2;
        Append(new ConcatenateAttributes(axis), [_current, _current], Like(shape));
    }

    private void PadOrSlice()
    {
        int[] shape = [.. _current.Shape];
        if (_random.Next(2) == 0)
        {
            int[] before = [0, Between(0, 2), Between(0, 2), 0], after = [0, Between(0, 2), Between(0, 2), 0];
            Append(new PadAttributes(before, after, PadMode.Constant, 0), [_current], Like([.. shape.Select((extent, i) => extent + before[i] + after[i])]));
            return;
        }

        int[] starts = [.. shape.Select(extent => _random.Next(extent))], steps = [1, Between(1, 2), Between(1, 2), 1];
        int[] extents = [.. shape.Select((extent, i) => (extent - starts[i] + steps[i] - 1) / steps[i])];
        Append(new SliceAttributes(starts, extents, steps), [_current], Like(extents));
    }

    // Rows of channels against themselves: scores, softmax, weighted sum.
    private void Attention()
    {
        IReadOnlyList<int> shape = _current.Shape;
        int rows = shape[1] * shape[2], depth = shape[3];
        if (rows > 200)
        {
            return;
        }

        var matrix = Like([1, rows, depth]);
        Append(new ReshapeAttributes(), [_current], matrix);
        var scores = Activation([1, rows, rows]);
        Append(new MatrixMultiplyAttributes(false, true), [matrix, matrix], scores);
        Append(new SoftmaxAttributes(2), [scores], new Tensor(Name("softmax"), ElementType.Int8, scores.Shape) { Quantisation = Quantisation.PerTensor(1f / 256, -128) });
        Append(new MatrixMultiplyAttributes(false, false), [_current, matrix], Activation([1, rows, depth]));
        Append(new ReshapeAttributes(), [_current], Like([1, shape[1], shape[2], depth]));
    }

    private void Normalisation()
    {
        int channels = _current.Shape[3];
        Append(new LayerNormalisationAttributes(3, 1e-5f), [_current, Real(channels, 1), _random.Next(2) == 0 ? Real(channels, 0) : null], Activation([.. _current.Shape]));
    }

    private Tensor Real(int count, float centre) => new(Name("r"), ElementType.Float32, [count])
    {
        Data = [.. Enumerable.Range(0, count).SelectMany(_ => BitConverter.GetBytes(centre + _random.NextSingle() - 0.5f))],
    };

    private void TransposePlane()
    {
        int[] permutation = Pick<int[]>([0, 2, 1, 3], [0, 3, 1, 2], [0, 1, 3, 2], [0, 3, 2, 1]);
        Append(new TransposeAttributes(permutation), [_current], Like([.. permutation.Select(axis => _current.Shape[axis])]));
    }

    private Window? Window(bool pool = false)
    {
        int kernelHeight = Between(1, 4), kernelWidth = Between(1, 4), dilation = pool ? 1 : Between(1, 2);
        int Pad(int kernel) => _random.Next(kernel);
        var padding = new Padding(Pad(kernelHeight), Pad(kernelWidth), Pad(kernelHeight), Pad(kernelWidth));
        var window = new Window(kernelHeight, kernelWidth, Between(1, 3), Between(1, 3), dilation, dilation, padding);
        return Extent(window, 1) >= 1 && Extent(window, 2) >= 1 ? window : null;
    }

    private int Extent(Window w, int axis)
    {
        int spare = _current.Shape[axis] + (axis == 1 ? w.Padding.Top + w.Padding.Bottom : w.Padding.Left + w.Padding.Right)
            - (axis == 1 ? w.DilationY * (w.KernelHeight - 1) : w.DilationX * (w.KernelWidth - 1)) - 1;
        return spare < 0 ? 0 : spare / (axis == 1 ? w.StrideY : w.StrideX) + 1;
    }

    private Tensor Plane(Window window, int channels) => Activation([1, Extent(window, 1), Extent(window, 2), channels]);

    private void Append(OperatorAttributes attributes, IReadOnlyList<Tensor?> inputs, Tensor output)
    {
        _graph.Nodes.Add(new Node($"{attributes.Kind}{_graph.Nodes.Count}", attributes, inputs, [output]));
        _current = output;
    }

    private ActivationBounds Bounds() => Pick(ActivationBounds.None, ActivationBounds.Relu, ActivationBounds.Relu6);

    private Tensor Activation(int[] shape) => new(Name("t"), ElementType.Int8, shape)
    {
        Quantisation = Quantisation.PerTensor(0.02f + 0.05f * _random.NextSingle(), Between(-100, 100)),
    };

    private Tensor Like(IReadOnlyList<int> shape) => new(Name("t"), ElementType.Int8, shape) { Quantisation = _current.Quantisation };

    private Tensor Constant(int[] shape)
    {
        var tensor = Activation(shape);
        tensor.Data = new byte[tensor.Bytes];
        _random.NextBytes(tensor.Data);
        return tensor;
    }

    private Tensor Weights(int[] shape, int axis, int channels)
    {
        bool perChannel = _random.Next(2) == 0;
        var scales = Enumerable.Range(0, perChannel ? channels : 1).Select(_ => 0.001f + 0.01f * _random.NextSingle()).ToArray();
        var weights = new Tensor(Name("w"), ElementType.Int8, shape) { Quantisation = new Quantisation(scales, new int[scales.Length], axis) };
        weights.Data = new byte[weights.Bytes];
        _random.NextBytes(weights.Data);
        return weights;
    }

    private Tensor? Bias(int channels)
    {
        if (_random.Next(4) == 0)
        {
            return null;
        }

        var values = Enumerable.Range(0, channels).SelectMany(_ => BitConverter.GetBytes(_random.Next(-5000, 5000))).ToArray();
        return new Tensor(Name("b"), ElementType.Int32, [channels]) { Data = values };
    }

    private string Name(string stem) => $"{stem}{_count++}";

    private int Between(int low, int high) => _random.Next(low, high + 1);

    private T Pick<T>(params T[] choices) => choices[_random.Next(choices.Length)];
}
