using System.Collections.Concurrent;
using NpuSim.Isa.Timing;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Quantised;

namespace NpuSim.Workloads.Compile;

/// <summary>What compilations of one prepared graph for many machines share: what follows from the graph alone. Any number of threads may use it. The
/// graph must not be changed any more.</summary>
public sealed class CompileCache
{
    private readonly ConcurrentDictionary<Node, (ChannelParameters? Parameters, string Reason)> _parameters = new(ReferenceEqualityComparer.Instance);
    private readonly ConcurrentDictionary<WeightPiece, double> _entropies = new();

    /// <param name="graph">Prepared; it is verified here, once.</param>
    /// <exception cref="ModelException">The graph is not valid.</exception>
    public CompileCache(Graph graph)
    {
        GraphVerifier.Verify(graph);
        Graph = graph;
    }

    public Graph Graph { get; }

    /// <summary>Requantisation of a product, or null and the reason.</summary>
    internal ChannelParameters? Parameters(Node node, out string reason)
    {
        var found = _parameters.GetOrAdd(node, key => (Requantisation.TryFor(Graph, key, out string why), why));
        reason = found.Reason;
        return found.Parameters;
    }

    /// <summary>Entropy of packed weights in bits per byte.</summary>
    internal double EntropyBits(WeightPiece piece, Func<byte[]> pack) => _entropies.GetOrAdd(piece, _ => WeightCoding.EntropyBits(pack()));
}
