using NpuSim.Workloads.Compress;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Tests.Workloads.Compress;

/// <summary>Seeded small networks of channels-first operators, as an ONNX import leaves them: branches, normalisations, shuffles, pools.</summary>
internal static class RandomNetwork
{
    public static Graph Create(ulong seed)
    {
        var sketch = new GraphSketch(seed);
        var random = new SplitMix64(seed);
        var x = sketch.Convolution("stem", sketch.Input("x", 1 + random.NextBelow(2), 3, 8, 8), 4);
        var live = new List<Tensor> { x };
        for (var step = 0; step < 7; step++)
            live.Add(Step(sketch, ref random, $"s{step}", live[random.NextBelow(live.Count)], live[^1]));
        var last = live[^1];
        var mean = sketch.Add("mean", new ReduceAttributes(ReduceFunction.Mean, [2, 3], random.NextBelow(2) == 0), last);
        var head = random.NextBelow(2) == 0
            ? sketch.Reshape("flat", last, last.Shape[0], last.Shape[1] * last.Shape[2] * last.Shape[3])
            : sketch.Reshape("flat", mean, mean.Shape[0], mean.Shape[1]);
        return sketch.Done(sketch.Connected("head", head, 6));
    }

    private static Tensor Step(GraphSketch sketch, ref SplitMix64 random, string name, Tensor any, Tensor last)
    {
        var channels = last.Shape[1];
        switch (random.NextBelow(10))
        {
            case 0:
                return sketch.Relu(name, sketch.Convolution(name + "_c", last, 4 + 2 * random.NextBelow(3)));
            case 1:
                return sketch.ToFirst(sketch.Depthwise(name, sketch.ToLast(last)));
            case 2:
                return any.Shape.SequenceEqual(last.Shape) ? sketch.Binary(name, BinaryFunction.Add, any, last) : sketch.Relu(name, last);
            case 3:
                return any.Shape[2] == last.Shape[2] ? sketch.Add(name, new ConcatenateAttributes(1), any, last) : last;
            case 4:
                return sketch.Unary(name, random.NextBelow(2) == 0 ? UnaryFunction.Sigmoid : UnaryFunction.Swish, last);
            case 5:
                return sketch.Binary(name, BinaryFunction.Multiply, last, sketch.Constant(name + "_k", channels, 1, 1));
            case 6:
                return Shuffle(sketch, name, last, channels);
            case 7:
                return last.Shape[2] > 4
                    ? sketch.ToFirst(sketch.Add(name, new MaxPoolAttributes(GraphSketch.Square(3, 2), ActivationBounds.None), sketch.ToLast(last)))
                    : last;
            case 8:
                var float4 = sketch.ToLast(last);
                return sketch.ToFirst(sketch.Add(name, new BatchNormalisationAttributes(1e-3f), float4, sketch.Constant(name + "_g", channels),
                    sketch.Constant(name + "_b", channels), sketch.Constant(name + "_m", channels), Ones(name + "_v", channels)));
            default:
                return sketch.Add(name, new SliceAttributes([0, channels / 2, 0, 0], [last.Shape[0], channels - channels / 2, last.Shape[2], last.Shape[3]], [1, 1, 1, 1]), last);
        }
    }

    private static Tensor Shuffle(GraphSketch sketch, string name, Tensor x, int channels)
    {
        if (channels % 2 != 0)
            return x;
        var (n, h, w) = (x.Shape[0], x.Shape[2], x.Shape[3]);
        var split = sketch.Reshape(name + "_s", x, n, 2, channels / 2, h, w);
        return sketch.Reshape(name, sketch.Transpose(name + "_t", split, 0, 2, 1, 3, 4), n, channels, h, w);
    }

    private static Tensor Ones(string name, int channels) => GraphSketch.Values(name, [channels], [.. Enumerable.Repeat(1.5f, channels)]);
}
