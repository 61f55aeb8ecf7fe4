using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Models;

/// <summary>Networks of convolutions and fully connected layers in a row.</summary>
internal static class ClassicNetworks
{
    /// <summary>784-256-10.</summary>
    public static Graph LiteNetMlp(ulong seed)
    {
        var net = new NetworkBuilder("litenet-mlp", seed);
        var x = net.Connected("fc1", net.Input("image", 1, 784), 256, ActivationBounds.Relu);
        return net.Done(net.Connected("fc2", x, 10));
    }

    /// <summary>28×28×1; convolutions of 5×5 to 10 and 20 channels, each with a pool; 320-50-10.</summary>
    public static Graph LiteNetCnn(ulong seed)
    {
        var net = new NetworkBuilder("litenet-cnn", seed);
        var x = net.Convolution("conv1", net.Input("image", 1, 28, 28, 1), 10, Windows.Valid(5, 5, 1), ActivationBounds.Relu);
        x = net.MaxPool("pool1", x, Windows.Valid(2, 2, 2));
        x = net.Convolution("conv2", x, 20, Windows.Valid(5, 5, 1), ActivationBounds.Relu);
        x = net.MaxPool("pool2", x, Windows.Valid(2, 2, 2));
        x = net.Connected("fc1", net.Reshape("flatten", x, 1, 320), 50, ActivationBounds.Relu);
        return net.Done(net.Connected("fc2", x, 10));
    }

    /// <summary>One tower, 224×224×3: Krizhevsky, "One weird trick for parallelizing convolutional neural networks" (2014).</summary>
    public static Graph AlexNet(ulong seed)
    {
        var net = new NetworkBuilder("alexnet", seed);
        var x = net.Convolution("conv1", net.Input("image", 1, 224, 224, 3), 64, Windows.Padded(11, 4, 2), ActivationBounds.Relu);
        x = net.MaxPool("pool1", x, Windows.Valid(3, 3, 2));
        x = net.Convolution("conv2", x, 192, Windows.Padded(5, 1, 2), ActivationBounds.Relu);
        x = net.MaxPool("pool2", x, Windows.Valid(3, 3, 2));
        x = net.Convolution("conv3", x, 384, Windows.Padded(3, 1, 1), ActivationBounds.Relu);
        x = net.Convolution("conv4", x, 256, Windows.Padded(3, 1, 1), ActivationBounds.Relu);
        x = net.Convolution("conv5", x, 256, Windows.Padded(3, 1, 1), ActivationBounds.Relu);
        x = net.MaxPool("pool5", x, Windows.Valid(3, 3, 2));
        return net.Done(Classifier(net, net.Reshape("flatten", x, 1, 9216)));
    }

    /// <summary>Sixteen layers, 224×224×3: Simonyan and Zisserman, "Very deep convolutional networks" (2014).</summary>
    public static Graph Vgg16(ulong seed)
    {
        var net = new NetworkBuilder("vgg16", seed);
        var x = net.Input("image", 1, 224, 224, 3);
        (int Count, int Channels)[] stages = [(2, 64), (2, 128), (3, 256), (3, 512), (3, 512)];
        for (var stage = 0; stage < stages.Length; stage++)
        {
            for (var layer = 1; layer <= stages[stage].Count; layer++)
                x = net.Convolution($"conv{stage + 1}_{layer}", x, stages[stage].Channels, Windows.Padded(3, 1, 1), ActivationBounds.Relu);
            x = net.MaxPool($"pool{stage + 1}", x, Windows.Valid(2, 2, 2));
        }

        return net.Done(Classifier(net, net.Reshape("flatten", x, 1, 25088)));
    }

    /// <summary>The anomaly detector of MLPerf Tiny: 640 log-mel values, 128-128-128-128-8 and back.</summary>
    public static Graph Autoencoder(ulong seed)
    {
        var net = new NetworkBuilder("autoencoder", seed);
        var x = net.Input("features", 1, 640);
        int[] widths = [128, 128, 128, 128, 8, 128, 128, 128, 128];
        for (var layer = 0; layer < widths.Length; layer++)
            x = net.Connected($"fc{layer + 1}", x, widths[layer], ActivationBounds.Relu);
        return net.Done(net.Connected("fc10", x, 640));
    }

    private static Tensor Classifier(NetworkBuilder net, Tensor x)
    {
        x = net.Connected("fc6", x, 4096, ActivationBounds.Relu);
        x = net.Connected("fc7", x, 4096, ActivationBounds.Relu);
        return net.Connected("fc8", x, 1000);
    }
}
