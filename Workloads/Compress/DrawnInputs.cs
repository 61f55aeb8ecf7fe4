using System.Runtime.InteropServices;
using NpuSim.Isa.Program;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Compress;

/// <summary>Seeded inputs for a model that comes without data.</summary>
/// <remarks>float32: images (four dimensions, of which one is 1, 3 or 4 channels) uniform in [0, 1), others near standard normal. Indices of a
/// gather: uniform over its table. Other integers: uniform over the type, or 0 and 1 where it is wider than a byte.</remarks>
public static class DrawnInputs
{
    /// <summary>Dense little-endian content by input name.</summary>
    public static Dictionary<string, byte[]> Draw(Graph graph, ulong seed)
    {
        var result = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        var random = new SplitMix64(seed);
        foreach (var input in graph.Inputs)
            result.Add(input.Name, Draw(graph, input, ref random));
        return result;
    }

    private static byte[] Draw(Graph graph, Tensor input, ref SplitMix64 random)
    {
        var data = new byte[input.Bytes];
        switch (input.Type)
        {
            case ElementType.Float32:
                Floats(MemoryMarshal.Cast<byte, float>(data.AsSpan()), IsImage(input), ref random);
                break;
            case ElementType.Int8 or ElementType.UInt8:
                for (var i = 0; i < data.Length; i++)
                    data[i] = (byte)random.Next();
                break;
            case ElementType.Bool:
                for (var i = 0; i < data.Length; i++)
                    data[i] = (byte)random.NextBelow(2);
                break;
            case ElementType.Int16:
                foreach (ref var value in MemoryMarshal.Cast<byte, short>(data.AsSpan()))
                    value = (short)random.Next();
                break;
            case ElementType.Int32:
                foreach (ref var value in MemoryMarshal.Cast<byte, int>(data.AsSpan()))
                    value = random.NextBelow(Bound(graph, input));
                break;
            case ElementType.Int64:
                foreach (ref var value in MemoryMarshal.Cast<byte, long>(data.AsSpan()))
                    value = random.NextBelow(Bound(graph, input));
                break;
        }

        return data;
    }

    private static void Floats(Span<float> values, bool image, ref SplitMix64 random)
    {
        foreach (ref var value in values)
            value = image ? random.NextUnit() : random.NextNormal();
    }

    private static bool IsImage(Tensor input) =>
        input.Shape.Count == 4 && (input.Shape[1] is 1 or 3 or 4 || input.Shape[3] is 1 or 3 or 4);

    /// <summary>One past the largest index that every gather over the input allows; 2 where none reads it.</summary>
    private static int Bound(Graph graph, Tensor input)
    {
        var bound = int.MaxValue;
        foreach (var node in graph.Nodes)
            if (node.Attributes is GatherAttributes gather && ReferenceEquals(node.Inputs[1], input))
                bound = Math.Min(bound, node.Input(0).Shape[gather.Axis]);
        return bound == int.MaxValue ? 2 : bound;
    }
}
