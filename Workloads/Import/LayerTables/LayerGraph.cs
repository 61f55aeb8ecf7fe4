using System.Buffers.Binary;
using System.Text;
using NpuSim.Isa.Program;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Models;

namespace NpuSim.Workloads.Import.LayerTables;

/// <summary>Makes the one-node graph of a layer with weights drawn from a seed: int8 with scales with which the outputs fill the range, or float32.</summary>
internal static class LayerGraph
{
    private const float InputScale = 1f / 64;
    private const float WeightScale = 1f / 128;

    /// <summary>Variance of a whole number drawn evenly from −127…127: (255² − 1) / 12.</summary>
    private const double Variance = 5418.67;

    /// <summary>Standard deviation wanted of the outputs, in steps: four of them fit on each side.</summary>
    private const double OutputDeviation = 32;

    private const long LargestTensor = 1 << 30;

    /// <exception cref="ModelException">A tensor of these extents exceeds 1 GiB of int8.</exception>
    public static void RequireSize(LayerCells cells, string what, params ReadOnlySpan<int> extents)
    {
        var elements = 1L;
        foreach (var extent in extents) elements = Math.Min(elements * extent, LargestTensor + 1);
        if (elements > LargestTensor)
            throw cells.Fault($"{what} of {string.Join("×", extents.ToArray())} elements is too large, at most {LargestTensor} are " +
                $"supported");
    }

    /// <summary>A graph with one input, constant weights and one output: per-tensor quantised with zero points of 0, or float32.</summary>
    /// <param name="name">The layer.</param>
    /// <param name="seed">Seed of the table.</param>
    /// <param name="type">Int8 or Float32.</param>
    /// <param name="attributes">The operator.</param>
    /// <param name="input">Shape of the input.</param>
    /// <param name="weights">Shape of the weights.</param>
    /// <param name="output">Shape of the output.</param>
    /// <param name="depth">Products in one output.</param>
    public static Graph Build(
        string name, ulong seed, ElementType type, OperatorAttributes attributes, int[] input, int[] weights, int[] output, int depth) =>
        type == ElementType.Float32
            ? Real(name, seed, attributes, input, weights, depth)
            : Quantised(name, seed, attributes, input, weights, output, depth);

    /// <summary>Refuses a graph with a float32 tensor of more than 1 GiB.</summary>
    /// <exception cref="ModelException">There is one.</exception>
    public static void RequireSize(Graph graph)
    {
        foreach (var tensor in graph.Inputs.Concat(graph.Nodes.SelectMany(node => node.Inputs.OfType<Tensor>().Concat(node.Outputs))))
        {
            if (tensor.Bytes > LargestTensor)
                throw new ModelException($"layer {graph.Name}: {tensor} takes {tensor.Bytes} bytes, at most {LargestTensor} are supported");
        }
    }

    // Weights that keep the spread of the inputs.
    private static Graph Real(string name, ulong seed, OperatorAttributes attributes, int[] input, int[] weights, int depth)
    {
        if (weights.Aggregate(1L, (product, extent) => product * extent) * sizeof(float) > LargestTensor)
            throw new ModelException($"layer {name}: float32 weights of more than {LargestTensor} bytes are not supported");
        var net = new NetworkBuilder(name, Start(name, seed));
        var output = net.Add("output", attributes, net.Input("input", input), net.Uniform("weights", MathF.Sqrt(3f / depth), weights), null);
        var graph = net.Done(output);
        graph.Nodes[0].Name = name;
        RequireSize(graph);
        return graph;
    }

    private static Graph Quantised(string name, ulong seed, OperatorAttributes attributes, int[] input, int[] weights, int[] output, int depth)
    {
        // A product of two even draws deviates by their variance; a sum of `depth` of them by √depth times that.
        var outputScale = (float)(InputScale * WeightScale * Variance * Math.Sqrt(depth) / OutputDeviation);
        var x = Quantised("input", input, InputScale);
        var w = Quantised("weights", weights, WeightScale);
        w.Data = Draw(w.Elements, Start(name, seed));
        var y = Quantised("output", output, outputScale);
        var graph = new Graph(name) { Arithmetic = Arithmetic.Float };
        graph.Inputs.Add(x);
        graph.Outputs.Add(y);
        graph.Nodes.Add(new Node(name, attributes, [x, w, null], [y]));
        return graph;
    }

    private static Tensor Quantised(string name, int[] shape, float scale) =>
        new(name, ElementType.Int8, shape) { Quantisation = Quantisation.PerTensor(scale, 0) };

    /// <summary>FNV-1a of the name, moved by the seed.</summary>
    public static ulong Start(string name, ulong seed)
    {
        var hash = 0xCBF2_9CE4_8422_2325UL;
        foreach (var letter in Encoding.UTF8.GetBytes(name)) hash = (hash ^ letter) * 0x0000_0100_0000_01B3UL;
        return hash ^ (seed * 0x9E37_79B9_7F4A_7C15UL);
    }

    /// <summary>Bytes −127…127 from the splitmix64 sequence (Steele, Lea and Flood 2014), eight from each word; −128 becomes 0.</summary>
    private static byte[] Draw(long count, ulong state)
    {
        var bytes = new byte[count];
        Span<byte> word = stackalloc byte[8];
        for (var i = 0; i < bytes.Length; i += 8)
        {
            state += 0x9E37_79B9_7F4A_7C15UL;
            var mixed = (state ^ (state >> 30)) * 0xBF58_476D_1CE4_E5B9UL;
            mixed = (mixed ^ (mixed >> 27)) * 0x94D0_49BB_1331_11EBUL;
            BinaryPrimitives.WriteUInt64LittleEndian(word, mixed ^ (mixed >> 31));
            var room = Math.Min(8, bytes.Length - i);
            for (var lane = 0; lane < room; lane++) bytes[i + lane] = word[lane] == 0x80 ? (byte)0 : word[lane];
        }
        return bytes;
    }
}
