using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace NpuSim.Workloads.Graphs;

/// <summary>Identity of a graph by what it computes.</summary>
public static class GraphHash
{
    /// <summary>SHA-256, in lower-case hexadecimal, over dialect, operators, attributes, shapes, types, quantisation, constants, the
    /// connections between them, and
    /// the names of inputs and outputs. Other names do not count.</summary>
    public static string Compute(Graph graph)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var numbers = new Dictionary<Tensor, int>();
        Append(hash, $"{graph.Arithmetic} {graph.Inputs.Count} {graph.Nodes.Count} {graph.Outputs.Count}");
        if (graph.Products != ProductPrecision.Float32)
        {
            Append(hash, $"products {graph.Products}");
        }

        foreach (var input in graph.Inputs)
        {
            Append(hash, input.Name);
            Append(hash, input, numbers);
        }

        foreach (var node in graph.Nodes)
        {
            Append(hash, $"{node.Kind} {node.Inputs.Count} {node.Outputs.Count}");
            Append(hash, AttributesJson.Write(node.Attributes));
            foreach (var tensor in node.Inputs.Concat(node.Outputs))
            {
                Append(hash, tensor, numbers);
            }
        }

        foreach (var output in graph.Outputs)
        {
            Append(hash, output.Name);
            Append(hash, output, numbers);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static void Append(IncrementalHash hash, Tensor? tensor, Dictionary<Tensor, int> numbers)
    {
        if (tensor is null)
        {
            Append(hash, "absent");
            return;
        }

        if (numbers.TryGetValue(tensor, out var number))
        {
            Append(hash, $"tensor {number}");
            return;
        }

        numbers.Add(tensor, numbers.Count);
        Append(hash, $"{tensor.Type} [{string.Join(',', tensor.Shape)}]");
        if (tensor.Quantisation is { } quantisation)
        {
            Append(hash, $"axis {(quantisation.IsPerTensor ? 0 : quantisation.Axis)} zeros {string.Join(',', quantisation.Zeros)}");
            Append(hash, string.Join(',', quantisation.Scales.Select(BitConverter.SingleToInt32Bits)));
        }

        if (tensor.Data is { } data)
        {
            Append(hash, "constant");
            Append(hash, data);
        }
    }

    private static void Append(IncrementalHash hash, string text) => Append(hash, Encoding.UTF8.GetBytes(text));

    // The length goes first, so that two neighbouring fields never read as one.
    private static void Append(IncrementalHash hash, ReadOnlySpan<byte> bytes)
    {
        Span<byte> length = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(length, bytes.Length);
        hash.AppendData(length);
        hash.AppendData(bytes);
    }
}
