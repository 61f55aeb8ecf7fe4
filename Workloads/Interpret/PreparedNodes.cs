using System.Collections.Concurrent;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Interpret;

/// <summary>What operators derive from a node's attributes and constants, kept from one run to the next. Safe for several
/// threads.</summary>
internal sealed class PreparedNodes
{
    private readonly ConcurrentDictionary<(Node Node, Type Type), object?> derived = new();

    public T GetOrAdd<T>(Node node, Func<T> derive) => (T)derived.GetOrAdd((node, typeof(T)), _ => derive())!;
}
