using NpuSim.Isa.Instructions;
using NpuSim.Isa.Program;

namespace NpuSim.Workloads.Compile;

/// <summary>One tile's work on one core. The phases of neighbouring steps are interleaved so that loading, computing and storing overlap.</summary>
/// <param name="Prefetch">Loads constants; depends on no computed tensor, so it may run before the layer's inputs exist.</param>
/// <param name="Load">Loads activations.</param>
/// <param name="Compute">Array and vector work.</param>
/// <param name="Store">Stores results.</param>
internal sealed record TileStep(Action<CoreStream>? Prefetch, Action<CoreStream>? Load, Action<CoreStream>? Compute, Action<CoreStream>? Store);

/// <summary>How a node is done.</summary>
internal abstract record LayerPlan(Engine Engine, long Macs, string Note);

/// <summary>On the NPU: the steps of each core.</summary>
internal sealed record TiledPlan(Engine Engine, long Macs, long WeightBytes, string Note, IReadOnlyList<IReadOnlyList<TileStep>> Steps)
    : LayerPlan(Engine, Macs, Note)
{
    /// <summary>What the array computes as a whole; null where the work is not its.</summary>
    public ProductExtents? Product { get; init; }
}

/// <summary>On the host, with the reason.</summary>
internal sealed record HostPlan(string Reason) : LayerPlan(Engine.Sequencer, 0, Reason);
