using System.Runtime.InteropServices;
using MathNet.Numerics.LinearAlgebra;
using NpuSim.Isa.Program;
using NpuSim.Workloads.Compress;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Import.Onnx;

namespace NpuSim.Workloads.Models;

/// <summary>The classifier of drawn digits that the repository ships trained.</summary>
internal static class GlyphNet
{
    public const string Name = "glyphnet";

    private const int Directions = 8;
    private const int Channels = 32;
    private const int Radius = 2;

    /// <summary>Cosine and sine of 0°, 22.5°, 45° and 67.5°; the rest follow by symmetry.</summary>
    private static readonly (float Cosine, float Sine)[] Quarter = [(1, 0), (0.92387953f, 0.38268343f), (0.70710678f, 0.70710678f), (0.38268343f, 0.92387953f)];

    private static string ShippedFile => Path.Combine(AppContext.BaseDirectory, "configs", "models", Name + ".onnx");

    /// <summary>The model as shipped.</summary>
    /// <exception cref="ModelException">The file is not beside the program.</exception>
    public static Graph Load()
    {
        var graph = OnnxImporter.Load(ShippedFile);
        graph.Name = Name;
        return graph;
    }

    /// <summary>The part that is not fitted: oriented edges and lines of 5×5, pool, random 3×3 mixtures, pool; 7·7·32 features.</summary>
    public static Graph Features(ulong seed)
    {
        var graph = new Graph(Name);
        var image = new Tensor("image", ElementType.Float32, [1, GlyphImages.Size, GlyphImages.Size, 1]);
        graph.Inputs.Add(image);
        var filters = Constant("conv1.weight", Oriented(), 2 * Directions, 5, 5, 1);
        var x = Add(graph, "conv1", new ConvolutionAttributes(Windows.Padded(5, 1, 2), 1, ActivationBounds.Relu), image, filters);
        x = Add(graph, "pool1", new MaxPoolAttributes(Windows.Valid(2, 2, 2), ActivationBounds.None), x);
        var (weights, bias) = Mixtures(seed);
        x = Add(graph, "conv2", new ConvolutionAttributes(Windows.Padded(3, 1, 1), 1, ActivationBounds.Relu), x,
            Constant("conv2.weight", weights, Channels, 3, 3, 2 * Directions), Constant("conv2.bias", bias, Channels));
        x = Add(graph, "pool2", new MaxPoolAttributes(Windows.Valid(2, 2, 2), ActivationBounds.None), x);
        var flat = new Tensor("flatten", ElementType.Float32, [1, (int)x.Elements]);
        graph.Nodes.Add(new Node("flatten", new ReshapeAttributes(), [x], [flat]));
        graph.Outputs.Add(flat);
        return graph;
    }

    /// <summary>The features with a fully connected layer after them.</summary>
    /// <param name="features">As <see cref="Features"/> gives them.</param>
    /// <param name="solution">[features + 1 × classes]; the last row is the bias.</param>
    public static Graph WithReadOut(Graph features, Matrix<double> solution)
    {
        var graph = GraphCopy.Clone(features);
        var (inputs, outputs) = (solution.RowCount - 1, solution.ColumnCount);
        var weights = new float[outputs * inputs];
        var bias = new float[outputs];
        for (var output = 0; output < outputs; output++)
        {
            bias[output] = (float)solution[inputs, output];
            for (var input = 0; input < inputs; input++)
                weights[output * inputs + input] = (float)solution[input, output];
        }

        var scores = Add(graph, "scores", new FullyConnectedAttributes(ActivationBounds.None), graph.Outputs[0],
            Constant("scores.weight", weights, outputs, inputs), Constant("scores.bias", bias, outputs));
        graph.Outputs[0] = scores;
        return graph;
    }

    /// <summary>Edges in eight directions of the circle, and lines in eight of the half circle, under a bell of radius 2.</summary>
    private static float[] Oriented()
    {
        var values = new List<float>();
        for (var filter = 0; filter < 2 * Directions; filter++)
        {
            var lines = filter >= Directions;
            var (cosine, sine) = Direction(lines ? filter - Directions : 2 * filter);
            for (var y = -Radius; y <= Radius; y++)
                for (var x = -Radius; x <= Radius; x++)
                {
                    var across = x * cosine + y * sine;
                    var bell = 1 / (1 + 0.25f * (x * x + y * y));
                    values.Add(lines ? 0.25f * (1.2f - across * across) * bell * bell : 0.25f * across * bell * bell);
                }
        }

        return [.. values];
    }

    /// <summary>Unit vector at so many sixteenths of the circle.</summary>
    private static (float Cosine, float Sine) Direction(int sixteenth)
    {
        var (cosine, sine) = Quarter[sixteenth % 4];
        return (sixteenth / 4) switch
        {
            0 => (cosine, sine),
            1 => (-sine, cosine),
            2 => (-cosine, -sine),
            _ => (sine, -cosine),
        };
    }

    private static (float[] Weights, float[] Bias) Mixtures(ulong seed)
    {
        var random = new SplitMix64(seed);
        var fanIn = 3 * 3 * 2 * Directions;
        var scale = MathF.Sqrt(4f / fanIn);
        var weights = new float[Channels * fanIn];
        foreach (ref var weight in weights.AsSpan())
            weight = scale * random.NextNormal();
        var bias = new float[Channels];
        foreach (ref var value in bias.AsSpan())
            value = 0.1f * random.NextNormal();
        return (weights, bias);
    }

    private static Tensor Constant(string name, float[] values, params int[] shape) =>
        new(name, ElementType.Float32, shape) { Data = MemoryMarshal.AsBytes<float>(values).ToArray() };

    private static Tensor Add(Graph graph, string name, OperatorAttributes attributes, params Tensor?[] inputs)
    {
        var shape = ShapeInference.Infer(new Node(name, attributes, inputs, [new Tensor(name, ElementType.Float32, [])]))[0];
        var result = new Tensor(name, ElementType.Float32, shape);
        graph.Nodes.Add(new Node(name, attributes, inputs, [result]));
        return result;
    }
}
