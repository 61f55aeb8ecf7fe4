using NpuSim.Isa.Machine;
using NpuSim.Isa.Program;
using NpuSim.Workloads.Compile;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Tests.Cli;

/// <summary>Small models that tests of the command line run.</summary>
internal static class SmallModels
{
    /// <summary>1×6×6×4 int8 → convolution 3×3 to 8 channels, ReLU → fully connected to 5 classes.</summary>
    public static Graph Classifier()
    {
        var graph = new Graph("small") { Arithmetic = Arithmetic.TfliteReference };
        var x = Quantised("x", [1, 6, 6, 4], 1f / 32, -3);
        var hidden = Quantised("hidden", [1, 6, 6, 8], 1f / 16, -128);
        var flat = Quantised("flat", [1, 288], 1f / 16, -128);
        var y = Quantised("y", [1, 5], 1f / 4, 7);
        var window = new Window(3, 3, 1, 1, 1, 1, new Padding(1, 1, 1, 1));
        graph.Inputs.Add(x);
        graph.Outputs.Add(y);
        graph.Nodes.Add(new Node("conv", new ConvolutionAttributes(window, 1, ActivationBounds.Relu), [x, Weights("w1", [8, 3, 3, 4], 1), Bias("b1", 8, 1f / 32 / 64)], [hidden]));
        graph.Nodes.Add(new Node("flatten", new ReshapeAttributes(), [hidden], [flat]));
        graph.Nodes.Add(new Node("dense", new FullyConnectedAttributes(ActivationBounds.None), [flat, Weights("w2", [5, 288], 2), Bias("b2", 5, 1f / 16 / 64)], [y]));
        return graph;
    }

    /// <summary>The classifier compiled for a preset.</summary>
    public static NpuProgram Program(string machine = MachineFile.DefaultPreset) => Compiler.Compile(Classifier(), MachineFile.Load(machine, []));

    private static Tensor Quantised(string name, int[] shape, float scale, int zero) => new(name, ElementType.Int8, shape) { Quantisation = Quantisation.PerTensor(scale, zero) };

    private static Tensor Weights(string name, int[] shape, int seed)
    {
        var tensor = Quantised(name, shape, 1f / 64, 0);
        var random = new Random(seed);
        tensor.Data = new byte[tensor.Bytes];
        for (int i = 0; i < tensor.Data.Length; i++)
        {
            tensor.Data[i] = (byte)random.Next(-127, 128);
        }

        return tensor;
    }

    private static Tensor Bias(string name, int channels, float scale) => new(name, ElementType.Int32, [channels])
    {
        Quantisation = Quantisation.PerTensor(scale, 0),
        Data = [.. Enumerable.Range(0, channels).SelectMany(channel => BitConverter.GetBytes(37 * channel - 60))],
    };
}
