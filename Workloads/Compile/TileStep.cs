using NpuSim.Isa.Instructions;
using NpuSim.Isa.Program;

namespace NpuSim.Workloads.Compile;

/// <summary>One tile's work on one core. The phases of neighbouring steps are interleaved so that loading, computing and storing overlap.</summary>
internal abstract class TileStep
{
    /// <summary>Loads constants; depends on no computed tensor, so it may run before the layer's inputs exist.</summary>
    public abstract void Prefetch(CoreStream stream);

    /// <summary>Loads activations.</summary>
    public abstract void Load(CoreStream stream);

    /// <summary>Array and vector work.</summary>
    public abstract void Compute(CoreStream stream);

    /// <summary>Stores results.</summary>
    public abstract void Store(CoreStream stream);
}

/// <summary>A step of given phases; null where there is nothing to do.</summary>
internal sealed class PhasedStep(Action<CoreStream>? prefetch, Action<CoreStream>? load, Action<CoreStream>? compute, Action<CoreStream>? store) : TileStep
{
    public override void Prefetch(CoreStream stream) => prefetch?.Invoke(stream);

    public override void Load(CoreStream stream) => load?.Invoke(stream);

    public override void Compute(CoreStream stream) => compute?.Invoke(stream);

    public override void Store(CoreStream stream) => store?.Invoke(stream);
}

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
