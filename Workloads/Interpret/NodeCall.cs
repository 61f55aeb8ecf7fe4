using System.Runtime.InteropServices;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Interpret;

/// <summary>One execution of a node: its operands' contents and where its results go.</summary>
/// <param name="graph">Graph that the node belongs to, for its dialect.</param>
/// <param name="node">The node.</param>
/// <param name="inputs">Dense little-endian contents, one for each input; empty for an absent one.</param>
/// <param name="outputs">Buffers of the outputs' sizes.</param>
/// <param name="prepared">What was derived from the node before.</param>
internal sealed class NodeCall(
    Graph graph, Node node, IReadOnlyList<ReadOnlyMemory<byte>> inputs, IReadOnlyList<Memory<byte>> outputs, PreparedNodes prepared)
{
    public Graph Graph => graph;

    public Node Node => node;

    public PreparedNodes Prepared => prepared;

    public bool Has(int input) => input < node.Inputs.Count && node.Inputs[input] is not null;

    public ReadOnlySpan<byte> Input(int index) => inputs[index].Span;

    /// <summary>Elements of an input; empty where it is absent.</summary>
    public ReadOnlySpan<T> Input<T>(int index)
        where T : unmanaged => Has(index) ? MemoryMarshal.Cast<byte, T>(inputs[index].Span) : default;

    public Span<byte> Output() => outputs[0].Span;

    public Span<T> Output<T>()
        where T : unmanaged => MemoryMarshal.Cast<byte, T>(outputs[0].Span);

    /// <summary>Part of the first input that belongs to one index of its outermost dimension.</summary>
    public ReadOnlySpan<T> InputImage<T>(int image)
        where T : unmanaged
    {
        var elements = (int)(node.Input(0).Elements / node.Input(0).Shape[0]);
        return Input<T>(0).Slice(image * elements, elements);
    }

    /// <summary>Part of the output that belongs to one index of its outermost dimension.</summary>
    public Span<T> OutputImage<T>(int image)
        where T : unmanaged
    {
        var elements = (int)(node.Output.Elements / node.Output.Shape[0]);
        return Output<T>().Slice(image * elements, elements);
    }

    public IReadOnlyList<int> Shape(int input) => node.Input(input).Shape;

    public IReadOnlyList<int> OutputShape => node.Output.Shape;

    /// <summary>What <paramref name="derive"/> gives, computed once for the node where its constants are all that it depends on.</summary>
    public T Prepare<T>(Func<T> derive) => prepared.GetOrAdd(node, derive);
}
