using NpuSim.Isa.Instructions;

namespace NpuSim.Workloads.Compile.Lowering;

/// <summary>Where the operands of a step are in the buffers.</summary>
internal readonly record struct StepSlots(Address Input, Address Weights, Address Sums, Address Residual, Address Result);

/// <summary>Constants that a step loads; none where it has 0 bytes.</summary>
internal readonly record struct StepConstants(Address Address, int Bytes);

/// <summary>One pass of the array over a tile; the last one over it leaves the result. There is one for every few instructions: it holds no more than it
/// needs.</summary>
internal sealed class ConvolutionStep(ConvolutionInstructions product, OutTile tile, InputPlane plane, StepSlots slots, StepConstants constants) : TileStep
{
    /// <summary>Whether the input is not in its slot yet.</summary>
    public bool LoadsInput { get; init; }

    /// <summary>Whether the pass adds to earlier ones.</summary>
    public bool Accumulates { get; init; }

    /// <summary>Whether no other pass over the tile follows.</summary>
    public bool IsLast { get; init; }

    public override void Prefetch(CoreStream stream)
    {
        if (constants.Bytes > 0)
        {
            stream.Transfer(DmaRole.Weights, slots.Weights, constants.Address, constants.Bytes);
        }
    }

    public override void Load(CoreStream stream)
    {
        if (LoadsInput)
        {
            product.Load(stream, plane, slots.Input);
        }

        if (IsLast)
        {
            product.LoadAdded(stream, tile, slots.Residual);
        }
    }

    public override void Compute(CoreStream stream)
    {
        product.Pass(stream, tile, plane, slots, Accumulates);
        if (IsLast)
        {
            product.Leave(stream, tile, slots);
        }
    }

    public override void Store(CoreStream stream)
    {
        if (IsLast)
        {
            product.Store(stream, tile, slots);
        }
    }
}
