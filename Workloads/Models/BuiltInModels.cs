using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Models;

/// <summary>The models that come with the program: published topologies with seeded weights, and one that is trained.</summary>
public static class BuiltInModels
{
    /// <summary>Seed of the weights where none is given.</summary>
    public const ulong DefaultSeed = 1;

    /// <summary>All models, the trained one first.</summary>
    public static IReadOnlyList<BuiltInModel> All { get; } =
    [
        new(GlyphNet.Name, "ten drawn digits, trained: random convolution features and a ridge-regression read-out", "1×28×28×1", true, _ => GlyphNet.Load()),
        new("litenet-mlp", "784-256-10", "1×784", false, ClassicNetworks.LiteNetMlp),
        new("litenet-cnn", "two 5×5 convolutions with pools, 320-50-10", "1×28×28×1", false, ClassicNetworks.LiteNetCnn),
        new("resnet8", "MLPerf Tiny image classification", "1×32×32×3", false, ResidualNetworks.ResNet8),
        new("resnet18", "ResNet-18", "1×224×224×3", false, ResidualNetworks.ResNet18),
        new("resnet20", "ResNet-20 for CIFAR-10, projection shortcuts", "1×32×32×3", false, ResidualNetworks.ResNet20),
        new("resnet50", "ResNet-50 v1.5", "1×224×224×3", false, ResidualNetworks.ResNet50),
        new("mobilenet-v1", "MobileNetV1 1.0", "1×224×224×3", false, MobileNetworks.MobileNetV1),
        new("mobilenet-v1-0.25", "MLPerf Tiny visual wake words: MobileNetV1 0.25", "1×96×96×3", false, MobileNetworks.VisualWakeWords),
        new("mobilenet-v2", "MobileNetV2 1.0", "1×224×224×3", false, MobileNetworks.MobileNetV2),
        new("alexnet", "AlexNet, one tower", "1×224×224×3", false, ClassicNetworks.AlexNet),
        new("vgg16", "VGG-16", "1×224×224×3", false, ClassicNetworks.Vgg16),
        new("ds-cnn", "MLPerf Tiny keyword spotting", "1×49×10×1", false, MobileNetworks.DsCnn),
        new("autoencoder", "MLPerf Tiny anomaly detection", "1×640", false, ClassicNetworks.Autoencoder),
        new("bert-tiny", "BERT encoder of 2 layers, width 128, 128 tokens", "1×128 int64", false, Transformers.BertTiny),
        new("vit-tiny", "ViT-Ti/16 encoder with its classifier", "1×224×224×3", false, Transformers.VitTiny),
    ];

    public static IReadOnlyList<string> Names { get; } = [.. All.Select(model => model.Name)];

    public static bool Contains(string name) => All.Any(model => model.Name == name);

    /// <exception cref="ModelException">No such model; the message lists those that are.</exception>
    public static BuiltInModel Describe(string name) => All.FirstOrDefault(model => model.Name == name)
        ?? throw new ModelException($"model '{name.ReplaceLineEndings(" ")}': no built-in model of that name; there are {string.Join(", ", Names)}");

    /// <summary>The float32 graph of a model. The same seed gives the same bytes on every host.</summary>
    /// <exception cref="ModelException">No such model.</exception>
    public static Graph Create(string name, ulong seed = DefaultSeed) => Describe(name).Build(seed);
}
