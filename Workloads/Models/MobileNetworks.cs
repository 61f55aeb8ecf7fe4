using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Models;

/// <summary>Networks of depthwise separable convolutions: Howard et al., "MobileNets" (2017); Sandler et al., "MobileNetV2" (2018); and the
/// keyword spotter of MLPerf Tiny after Zhang et al., "Hello Edge" (2017).</summary>
internal static class MobileNetworks
{
    /// <summary>MobileNetV1 1.0, 224×224×3.</summary>
    public static Graph MobileNetV1(ulong seed) => MobileNetV1("mobilenet-v1", seed, 224, 1, 1000);

    /// <summary>MobileNetV1 0.25, 96×96×3, with or without a person: visual wake words of MLPerf Tiny.</summary>
    public static Graph VisualWakeWords(ulong seed) => MobileNetV1("mobilenet-v1-0.25", seed, 96, 4, 2);

    private static Graph MobileNetV1(string name, ulong seed, int extent, int thinner, int classes)
    {
        var net = new NetworkBuilder(name, seed);
        var image = net.Input("image", 1, extent, extent, 3);
        var x = net.Convolution("conv", image, 32 / thinner, Windows.Same(image, 3, 3, 2), ActivationBounds.Relu6);
        (int Channels, int Stride)[] blocks =
        [
            (64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2), (512, 1), (512, 1), (512, 1), (512, 1), (512, 1), (1024, 2), (1024, 1),
        ];
        for (var i = 0; i < blocks.Length; i++)
            x = Separable(net, $"block{i + 1}", x, blocks[i].Channels / thinner, blocks[i].Stride, ActivationBounds.Relu6);
        return net.Done(net.Connected("fc", net.GlobalMean("pool", x), classes));
    }

    /// <summary>MobileNetV2 1.0, 224×224×3.</summary>
    public static Graph MobileNetV2(ulong seed)
    {
        var net = new NetworkBuilder("mobilenet-v2", seed);
        var image = net.Input("image", 1, 224, 224, 3);
        var x = net.Convolution("conv", image, 32, Windows.Padded(3, 2, 1), ActivationBounds.Relu6);
        (int Expansion, int Channels, int Count, int Stride)[] stages =
        [
            (1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1),
        ];
        var number = 0;
        foreach (var stage in stages)
            for (var i = 0; i < stage.Count; i++)
                x = Inverted(net, $"block{++number}", x, stage.Expansion, stage.Channels, i == 0 ? stage.Stride : 1);
        x = net.Convolution("head", x, 1280, Windows.Valid(1, 1, 1), ActivationBounds.Relu6);
        return net.Done(net.Connected("fc", net.GlobalMean("pool", x), 1000));
    }

    /// <summary>DS-CNN: 49×10 cepstral coefficients, four separable blocks of 64 channels, 12 keywords, softmax.</summary>
    public static Graph DsCnn(ulong seed)
    {
        var net = new NetworkBuilder("ds-cnn", seed);
        var features = net.Input("features", 1, 49, 10, 1);
        var x = net.Convolution("conv", features, 64, Windows.Same(features, 10, 4, 2), ActivationBounds.Relu);
        for (var i = 1; i <= 4; i++)
            x = Separable(net, $"block{i}", x, 64, 1, ActivationBounds.Relu);
        return net.Done(net.Softmax("softmax", net.Connected("fc", net.GlobalMean("pool", x), 12)));
    }

    private static Tensor Separable(NetworkBuilder net, string name, Tensor x, int channels, int stride, ActivationBounds activation)
    {
        var y = net.Depthwise(name + ".depthwise", x, Windows.Same(x, 3, 3, stride), activation);
        return net.Convolution(name + ".pointwise", y, channels, Windows.Valid(1, 1, 1), activation);
    }

    private static Tensor Inverted(NetworkBuilder net, string name, Tensor x, int expansion, int channels, int stride)
    {
        var y = x;
        if (expansion > 1)
            y = net.Convolution(name + ".expand", y, expansion * x.Shape[3], Windows.Valid(1, 1, 1), ActivationBounds.Relu6);
        y = net.Depthwise(name + ".depthwise", y, Windows.Padded(3, stride, 1), ActivationBounds.Relu6);
        y = net.Convolution(name + ".project", y, channels, Windows.Valid(1, 1, 1), ActivationBounds.None);
        return stride == 1 && x.Shape[3] == channels ? net.Sum(name + ".add", x, y, ActivationBounds.None) : y;
    }
}
