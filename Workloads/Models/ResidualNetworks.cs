using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Models;

/// <summary>Networks of He et al., "Deep residual learning for image recognition" (2015), and the small one of MLPerf Tiny.</summary>
/// <remarks>The last convolution of each branch has half the usual gain, so that sums of many branches keep a sensible range.</remarks>
internal static class ResidualNetworks
{
    private const float BranchGain = 0.5f;

    /// <summary>MLPerf Tiny image classification: 32×32×3, three stacks of one block, softmax.</summary>
    public static Graph ResNet8(ulong seed)
    {
        var net = new NetworkBuilder("resnet8", seed);
        var image = net.Input("image", 1, 32, 32, 3);
        var x = net.Convolution("conv", image, 16, Windows.Same(image, 3, 3, 1), ActivationBounds.Relu);
        for (var stack = 0; stack < 3; stack++)
            x = SameBlock(net, $"stack{stack + 1}", x, 16 << stack, stack == 0 ? 1 : 2);
        return net.Done(net.Softmax("softmax", net.Connected("dense", net.GlobalMean("pool", x), 10)));
    }

    /// <summary>CIFAR-10: 32×32×3, three stages of three blocks, projection shortcuts.</summary>
    public static Graph ResNet20(ulong seed)
    {
        var net = new NetworkBuilder("resnet20", seed);
        var image = net.Input("image", 1, 32, 32, 3);
        var x = net.Convolution("conv1", image, 16, Windows.Padded(3, 1, 1), ActivationBounds.Relu);
        for (var stage = 0; stage < 3; stage++)
            for (var block = 0; block < 3; block++)
                x = BasicBlock(net, $"stage{stage + 1}.{block}", x, 16 << stage, stage > 0 && block == 0 ? 2 : 1);
        return net.Done(net.Connected("fc", net.GlobalMean("pool", x), 10));
    }

    /// <summary>ImageNet, 18 layers.</summary>
    public static Graph ResNet18(ulong seed)
    {
        var net = new NetworkBuilder("resnet18", seed);
        var x = Stem(net);
        for (var stage = 0; stage < 4; stage++)
            for (var block = 0; block < 2; block++)
                x = BasicBlock(net, $"layer{stage + 1}.{block}", x, 64 << stage, stage > 0 && block == 0 ? 2 : 1);
        return net.Done(net.Connected("fc", net.GlobalMean("pool", x), 1000));
    }

    /// <summary>ImageNet, 50 layers, the stride in the 3×3 convolution of a block (version 1.5).</summary>
    public static Graph ResNet50(ulong seed)
    {
        var net = new NetworkBuilder("resnet50", seed);
        var x = Stem(net);
        int[] blocks = [3, 4, 6, 3];
        for (var stage = 0; stage < 4; stage++)
            for (var block = 0; block < blocks[stage]; block++)
                x = Bottleneck(net, $"layer{stage + 1}.{block}", x, 64 << stage, stage > 0 && block == 0 ? 2 : 1);
        return net.Done(net.Connected("fc", net.GlobalMean("pool", x), 1000));
    }

    private static Tensor Stem(NetworkBuilder net)
    {
        var image = net.Input("image", 1, 224, 224, 3);
        var x = net.Convolution("conv1", image, 64, Windows.Padded(7, 2, 3), ActivationBounds.Relu);
        return net.MaxPool("maxpool", x, Windows.Padded(3, 2, 1));
    }

    private static Tensor BasicBlock(NetworkBuilder net, string name, Tensor x, int channels, int stride)
    {
        var y = net.Convolution(name + ".conv1", x, channels, Windows.Padded(3, stride, 1), ActivationBounds.Relu);
        y = net.Convolution(name + ".conv2", y, channels, Windows.Padded(3, 1, 1), ActivationBounds.None, BranchGain);
        return net.Sum(name + ".add", y, Shortcut(net, name, x, channels, stride), ActivationBounds.Relu);
    }

    private static Tensor Bottleneck(NetworkBuilder net, string name, Tensor x, int channels, int stride)
    {
        var y = net.Convolution(name + ".conv1", x, channels, Windows.Valid(1, 1, 1), ActivationBounds.Relu);
        y = net.Convolution(name + ".conv2", y, channels, Windows.Padded(3, stride, 1), ActivationBounds.Relu);
        y = net.Convolution(name + ".conv3", y, 4 * channels, Windows.Valid(1, 1, 1), ActivationBounds.None, BranchGain);
        return net.Sum(name + ".add", y, Shortcut(net, name, x, 4 * channels, stride), ActivationBounds.Relu);
    }

    private static Tensor SameBlock(NetworkBuilder net, string name, Tensor x, int channels, int stride)
    {
        var y = net.Convolution(name + ".conv1", x, channels, Windows.Same(x, 3, 3, stride), ActivationBounds.Relu);
        y = net.Convolution(name + ".conv2", y, channels, Windows.Same(y, 3, 3, 1), ActivationBounds.None, BranchGain);
        return net.Sum(name + ".add", y, Shortcut(net, name, x, channels, stride), ActivationBounds.Relu);
    }

    private static Tensor Shortcut(NetworkBuilder net, string name, Tensor x, int channels, int stride) =>
        x.Shape[3] == channels && stride == 1 ? x
            : net.Convolution(name + ".shortcut", x, channels, Windows.Valid(1, 1, stride), ActivationBounds.None);
}
