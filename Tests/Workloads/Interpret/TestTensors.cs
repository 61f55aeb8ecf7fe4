using System.Runtime.InteropServices;
using NpuSim.Isa.Program;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Interpret;

namespace NpuSim.Tests.Workloads.Interpret;

/// <summary>Small tensors, graphs of one node, and seeded contents.</summary>
internal static class TestTensors
{
    public static Tensor Float(string name, params int[] shape) => new(name, ElementType.Float32, shape);

    public static Tensor FloatConstant(string name, float[] values, params int[] shape) =>
        new(name, ElementType.Float32, shape) { Data = Bytes(values) };

    public static Tensor Int8(string name, float scale, int zero, params int[] shape) =>
        new(name, ElementType.Int8, shape) { Quantisation = Quantisation.PerTensor(scale, zero) };

    public static Tensor Int8Constant(string name, float scale, int zero, sbyte[] values, params int[] shape) =>
        new(name, ElementType.Int8, shape) { Quantisation = Quantisation.PerTensor(scale, zero), Data = Bytes(values) };

    public static Tensor Int32(string name, int[] values, params int[] shape) => new(name, ElementType.Int32, shape) { Data = Bytes(values) };

    public static Window Window(int height, int width, int stride = 1, int dilation = 1, Padding padding = default) =>
        new(height, width, stride, stride, dilation, dilation, padding);

    /// <summary>A graph of one node, whose inputs that are not constants are the graph's.</summary>
    public static Graph Single(Arithmetic arithmetic, OperatorAttributes attributes, Tensor output, params Tensor?[] inputs)
    {
        var graph = new Graph("single") { Arithmetic = arithmetic };
        graph.Inputs.AddRange(inputs.Where(input => input is { IsConstant: false }).Distinct().Select(input => input!));
        graph.Nodes.Add(new Node("node", attributes, inputs, [output]));
        graph.Outputs.Add(output);
        return graph;
    }

    /// <summary>Runs a graph of one output on contents of its inputs, in order.</summary>
    public static byte[] Run(Graph graph, params byte[][] inputs) =>
        new Interpreter(graph).Run(graph.Inputs.Zip(inputs).ToDictionary(pair => pair.First.Name, pair => pair.Second))[graph.Outputs[0].Name];

    public static byte[] Bytes<T>(T[] values)
        where T : unmanaged => MemoryMarshal.AsBytes(values.AsSpan()).ToArray();

    public static T[] Values<T>(byte[] bytes)
        where T : unmanaged => MemoryMarshal.Cast<byte, T>(bytes.AsSpan()).ToArray();

    public static sbyte[] RandomInt8(int seed, int count)
    {
        var bytes = new byte[count];
        new Random(seed).NextBytes(bytes);
        return Values<sbyte>(bytes);
    }

    public static float[] RandomFloats(int seed, int count, float low = -1, float high = 1)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => low + (high - low) * random.NextSingle())];
    }

    public static int[] RandomInt32(int seed, int count, int magnitude)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => random.Next(-magnitude, magnitude + 1))];
    }
}
