using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Quantised;

namespace NpuSim.Workloads.Compress;

/// <summary>Facts about operators that move values.</summary>
internal static class Moves
{
    /// <summary>Whether a node's first input and its output are both real, or both quantised alike. A move between two different scales
    /// requantises on the way.</summary>
    public static bool KeepsStep(Node node) => SameStep(node.Input(0), node.Output);

    public static bool SameStep(Tensor a, Tensor b) =>
        (a.Quantisation is null && b.Quantisation is null) || QuantisedNodes.SameQuantisation(a, b)
        || (a.Quantisation is not null && ReferenceEquals(a.Quantisation, b.Quantisation));
}
