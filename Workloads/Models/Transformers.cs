using NpuSim.Isa.Program;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Models;

/// <summary>Encoders of multi-head attention: Vaswani et al., "Attention is all you need" (2017).</summary>
internal static class Transformers
{
    public const float BertEpsilon = 1e-12f;
    private const float VitEpsilon = 1e-6f;

    /// <summary>Width, heads and length of an encoder.</summary>
    private readonly record struct Shape(int Width, int Heads, int Tokens, int Inner, int Batch = 1);

    /// <summary>A block of BERT: attention with its projections, then two fully connected layers with GELU between them; residuals, each sum normalised.</summary>
    /// <param name="net">Added to.</param>
    /// <param name="name">Prefix of the layers.</param>
    /// <param name="x">[batch × tokens × width].</param>
    /// <param name="heads">Heads; divides the width.</param>
    /// <param name="inner">Width between the fully connected layers.</param>
    public static Tensor Encoder(NetworkBuilder net, string name, Tensor x, int heads, int inner) =>
        Block(net, name, x, new Shape(x.Shape[2], heads, x.Shape[1], inner, x.Shape[0]));

    /// <summary>softmax(q·kᵀ/√d)·v for each head of [batch × tokens × heads·d] operands.</summary>
    public static Tensor Attention(NetworkBuilder net, string name, Tensor q, Tensor k, Tensor v, int heads)
    {
        var shape = new Shape(q.Shape[2], heads, q.Shape[1], 0, q.Shape[0]);
        return Mix(net, name, Split(net, name + ".q", q, shape), Split(net, name + ".k", k, shape), Split(net, name + ".v", v, shape), shape);
    }

    /// <summary>BERT with two layers of width 128 and two heads, 128 tokens: Turc et al., "Well-read students learn better" (2019). One segment, no
    /// padding mask.</summary>
    public static Graph BertTiny(ulong seed)
    {
        const int Vocabulary = 30522;
        var shape = new Shape(128, 2, 128, 512);
        var net = new NetworkBuilder("bert-tiny", seed);
        var words = net.Add("embeddings.word", new GatherAttributes(0),
            net.Uniform("embeddings.word.table", 1, Vocabulary, shape.Width), net.Input("tokens", ElementType.Int64, 1, shape.Tokens));
        var placed = net.Sum("embeddings.add", words, net.Uniform("embeddings.position", 0.5f, 1, shape.Tokens, shape.Width), ActivationBounds.None);
        placed = net.Sum("embeddings.segment", placed, net.Uniform("embeddings.segment.row", 0.5f, 1, 1, shape.Width), ActivationBounds.None);
        var x = net.Normalised("embeddings.norm", placed, BertEpsilon);
        for (var layer = 0; layer < 2; layer++)
        {
            x = Block(net, $"layer{layer}", x, shape);
        }

        var first = net.Reshape("pooler.flatten", FirstToken(net, "pooler.first", x, shape), 1, shape.Width);
        return net.Done(net.Add("pooler.tanh", new UnaryAttributes(UnaryFunction.Tanh), net.Connected("pooler.fc", first, shape.Width)));
    }

    /// <summary>ViT-Ti/16, 224×224×3: Touvron et al., "Training data-efficient image transformers" (2020), after Dosovitskiy et al. (2020).</summary>
    public static Graph VitTiny(ulong seed)
    {
        var shape = new Shape(192, 3, 197, 768);
        var net = new NetworkBuilder("vit-tiny", seed);
        var patches = net.Convolution("patches", net.Input("image", 1, 224, 224, 3), shape.Width, Windows.Valid(16, 16, 16), ActivationBounds.None);
        var tokens = net.Add("tokens", new ConcatenateAttributes(1), net.Uniform("class", 1, 1, 1, shape.Width),
            net.Reshape("patches.flatten", patches, 1, shape.Tokens - 1, shape.Width));
        var x = net.Sum("embed", tokens, net.Uniform("positions", 0.5f, 1, shape.Tokens, shape.Width), ActivationBounds.None);
        for (var block = 0; block < 12; block++)
        {
            var name = $"block{block}";
            x = net.Sum(name + ".add1", x, Attention(net, name, net.Normalised(name + ".norm1", x, VitEpsilon), shape), ActivationBounds.None);
            x = net.Sum(name + ".add2", x, Perceptron(net, name, net.Normalised(name + ".norm2", x, VitEpsilon), shape), ActivationBounds.None);
        }

        var first = FirstToken(net, "head.first", net.Normalised("norm", x, VitEpsilon), shape);
        return net.Done(net.Connected("head", net.Reshape("head.flatten", first, 1, shape.Width), 1000));
    }

    private static Tensor Block(NetworkBuilder net, string name, Tensor x, Shape shape)
    {
        x = net.Normalised(name + ".norm1", net.Sum(name + ".add1", x, Attention(net, name, x, shape), ActivationBounds.None), BertEpsilon);
        return net.Normalised(name + ".norm2", net.Sum(name + ".add2", x, Perceptron(net, name, x, shape), ActivationBounds.None), BertEpsilon);
    }

    /// <summary>softmax(q·kᵀ/√d)·v for each head, then a projection.</summary>
    private static Tensor Attention(NetworkBuilder net, string name, Tensor x, Shape shape)
    {
        var (q, k, v) = (Head("q"), Head("k"), Head("v"));
        return net.Connected(name + ".project", Mix(net, name, q, k, v, shape), shape.Width);

        Tensor Head(string part) => Split(net, $"{name}.{part}", net.Connected($"{name}.{part}", x, shape.Width), shape);
    }

    private static Tensor Split(NetworkBuilder net, string name, Tensor all, Shape shape)
    {
        var split = net.Reshape(name + ".split", all, shape.Batch, shape.Tokens, shape.Heads, shape.Width / shape.Heads);
        return net.Add(name + ".heads", new TransposeAttributes([0, 2, 1, 3]), split);
    }

    private static Tensor Mix(NetworkBuilder net, string name, Tensor q, Tensor k, Tensor v, Shape shape)
    {
        var depth = shape.Width / shape.Heads;
        var scores = net.Add(name + ".scores", new MatrixMultiplyAttributes(false, true), q, k);
        var scaled = net.Add(name + ".scale", new BinaryAttributes(BinaryFunction.Multiply, ActivationBounds.None),
            scores, NetworkBuilder.Filled(name + ".scale.factor", 1 / MathF.Sqrt(depth)));
        var mixed = net.Add(name + ".mix", new MatrixMultiplyAttributes(false, false), net.Softmax(name + ".softmax", scaled), v);
        var rows = net.Add(name + ".merge", new TransposeAttributes([0, 2, 1, 3]), mixed);
        return net.Reshape(name + ".rows", rows, shape.Batch, shape.Tokens, shape.Width);
    }

    private static Tensor Perceptron(NetworkBuilder net, string name, Tensor x, Shape shape)
    {
        var inner = net.Add(name + ".gelu", new UnaryAttributes(UnaryFunction.Gelu), net.Connected(name + ".fc1", x, shape.Inner));
        return net.Connected(name + ".fc2", inner, shape.Width);
    }

    private static Tensor FirstToken(NetworkBuilder net, string name, Tensor x, Shape shape) =>
        net.Add(name, new SliceAttributes([0, 0, 0], [1, 1, shape.Width], [1, 1, 1]), x);
}
