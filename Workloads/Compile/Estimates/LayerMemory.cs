using System.Collections.Concurrent;
using NpuSim.Isa.Instructions;
using NpuSim.Isa.Timing;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Compile.Estimates;

/// <summary>Layers that were estimated for one view of a machine. Any number of threads may use it.</summary>
internal sealed class LayerMemory
{
    private const int BitsOfSpace = 3;
    private const int MostTensors = 20;

    private readonly ConcurrentDictionary<(int Node, long Spaces, long ActivationBytes), LayerEstimate> _layers = new();

    /// <summary>A layer, estimated where it was not yet.</summary>
    /// <param name="key">The same for nodes that are alike on machines of this view: <see cref="CompileCache.LayerKey"/>.</param>
    /// <param name="context">The view as the machine, and where tensors are.</param>
    /// <param name="node">The layer.</param>
    /// <param name="estimate">Estimates it.</param>
    public LayerEstimate Of(int key, LoweringContext context, Node node, Func<Node, LayerEstimate> estimate)
    {
        long spaces = (long)context.Memory.Homes[node.Output].Space;
        int tensors = 1;
        foreach (var tensor in node.Inputs)
        {
            if (tensor is { IsConstant: false })
            {
                spaces = (spaces << BitsOfSpace) | (long)context.Memory.Homes[tensor].Space;
                tensors++;
            }
        }

        // Of more there is no number.
        if (tensors > MostTensors)
        {
            return estimate(node);
        }

        var place = (key, spaces, context.ActivationBytes);
        return _layers.TryGetValue(place, out var known) ? known : _layers.GetOrAdd(place, estimate(node));
    }
}
